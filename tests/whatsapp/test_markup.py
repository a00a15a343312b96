"""A model's Markdown reads well on WhatsApp, and what is WhatsApp's own stays as it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatsapp.markup import to_whatsapp


@pytest.mark.parametrize(
    ("markdown", "whatsapp"),
    [
        ("**bold** and __bold__", "*bold* and *bold*"),
        ("***both***", "*_both_*"),
        ("~~gone~~", "~gone~"),
        ("**Price: RWF 2,500**", "*Price: RWF 2,500*"),
        ("1. **Agatogo** – stew", "1. *Agatogo* – stew"),
        ("# Menu\nCoffee", "*Menu*\nCoffee"),
        ("### **Hot** drinks ###", "*Hot drinks*"),
        ("* Coffee\n  * Latte", "- Coffee\n  - Latte"),
        ("* **Coffee**: hot", "- *Coffee*: hot"),
        ("[Menu](https://x.rw/menu)", "Menu: https://x.rw/menu"),
        ("![Tilapia](https://x.rw/t.jpg)", "Tilapia: https://x.rw/t.jpg"),
        ('[Menu](https://x.rw/menu "Our menu")', "Menu: https://x.rw/menu"),
        ("[https://x.rw](https://x.rw)", "https://x.rw"),
        ("**see https://x.rw/menu**", "*see https://x.rw/menu*"),
        ("\n Hello \n", "Hello"),
    ],
)
def test_markdown_becomes_whatsapps_own(markdown: str, whatsapp: str) -> None:
    assert to_whatsapp(markdown) == whatsapp


@pytest.mark.parametrize(
    "text",
    [
        "*bold* _italic_ ~gone~ `code`",
        "- Coffee\n- Tea",
        "1. Coffee\n2. Tea",
        "> a quote",
        "2 * 3 * 4 = 24 and 2 ** 3",
        "5* hotel, 4* food",
        "+ 18% VAT",
        "#1 in Kigali",
        "snake_case and a__b__c and a__b__ c",
        "# ***",
        "https://x.rw/a__b__c?d=**e**",
        "```\n# a comment\n**kwargs**\n* item\n[a](https://x.rw)\n```",
        "`**kwargs**` and `__init__`",
        "[a] (b) [c](d)",
        "** not bold **",
        "Muraho! 👋🏾",
    ],
)
def test_what_whatsapp_understands_stays(text: str) -> None:
    assert to_whatsapp(text) == text


@given(st.text(alphabet="*_~#`[]()! \nab"))
def test_no_letter_is_lost_and_nothing_becomes_empty(text: str) -> None:
    written = to_whatsapp(text)
    assert [each for each in written if each in "ab"] == [each for each in text if each in "ab"]
    assert bool(written) == bool(text.strip())


@pytest.mark.parametrize(
    "piece", ["**", "*", "`", "```", "[a ", "[a](", "__a ", "~~a", "# ", "* ", "**a ", "https://"]
)
def test_long_and_hopeless_text_takes_no_time(piece: str) -> None:
    began = time.process_time()
    to_whatsapp(piece * 10_000)
    assert time.process_time() - began < 1
