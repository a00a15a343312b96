"""A model's Markdown reads well on WhatsApp, and what is WhatsApp's own stays as it is."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from whatsapp.markup import to_whatsapp


@pytest.mark.parametrize(
    ("markdown", "whatsapp"),
    [
        ("**bold** and __bold__", "*bold* and *bold*"),
        ("***both***", "*_both_*"),
        ("**bold with *italic* in it**", "*bold with _italic_ in it*"),
        ("~~gone~~", "~gone~"),
        ("1. **Agatogo** – stew", "1. *Agatogo* – stew"),
        ("# Menu\nCoffee", "*Menu*\nCoffee"),
        ("### **Hot** drinks ###", "*Hot drinks*"),
        ("## C#", "*C#*"),
        ("Menu\n====\nCoffee", "*Menu*\nCoffee"),
        ("Menu\n---\nCoffee", "*Menu*\nCoffee"),
        ("* Coffee\n  * Latte", "- Coffee\n  - Latte"),
        ("* **Coffee**: hot", "- *Coffee*: hot"),
        ("Coffee\n\n---\n\nTea", "Coffee\n\nTea"),
        ("Coffee\n\n* * *\n\nTea\n\n___", "Coffee\n\nTea"),
        ("> # Today\n> * soup", "> *Today*\n> - soup"),
        (">> twice\n>> quoted", "> twice\n> quoted"),
        ("5\\* and \\_so\\_ and \\# and 1\\. and \\\\", "5* and _so_ and # and 1. and \\"),
        ("one\\\ntwo", "one\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<b>Soup</b> <i>hot</i> H<sub>2</sub>O", "*Soup* _hot_ H2O"),
        ("fish &amp; chips &lt;3 &#8364;4", "fish & chips <3 €4"),
        ("``a`b``", "```a`b```"),
        ("\n Hello \n", "Hello"),
    ],
)
def test_markdown_becomes_whatsapps_own(markdown: str, whatsapp: str) -> None:
    assert to_whatsapp(markdown) == whatsapp


@pytest.mark.parametrize(
    ("markdown", "whatsapp"),
    [
        ("[Menu](https://x.rw/menu)", "Menu: https://x.rw/menu"),
        ("![Tilapia](https://x.rw/t.jpg)", "Tilapia: https://x.rw/t.jpg"),
        ('[Menu](https://x.rw/menu "Our menu")', "Menu: https://x.rw/menu"),
        ("[Menu](https://x.rw/menu 'Our menu') now", "Menu: https://x.rw/menu now"),
        ("[https://x.rw](https://x.rw)", "https://x.rw"),
        ("[x.rw/menu](https://x.rw/menu)", "https://x.rw/menu"),
        ("**see https://x.rw/menu**", "*see https://x.rw/menu*"),
        ("**[Menu](https://x.rw/m_(a)_b)**", "*Menu: https://x.rw/m_(a)_b*"),
        ("([menu](https://x.rw/a_(b)?q[1]=2)).", "(menu: https://x.rw/a_(b)?q[1]=2)."),
        ("[a](https://x.rw/(b(c)d)e) f", "a: https://x.rw/(b(c)d)e f"),
        ("[menu](<https://x.rw/a b)c>)", "menu: https://x.rw/a%20b)c"),
        (r"[menu](https://x.rw/a\(b\))", "menu: https://x.rw/a(b)"),
        ("[menu](HTTPS://x.rw) and [us](www.x.rw/a)", "menu: HTTPS://x.rw and us: www.x.rw/a"),
        ("Look: ![](https://x.rw/a.png)", "Look: https://x.rw/a.png"),
        ("[our [new] menu](https://x.rw)", "our [new] menu: https://x.rw"),
        ("[**our** `menu`](https://x.rw)", "*our* `menu`: https://x.rw"),
        ("[![soup](https://x.rw/s.jpg)](https://x.rw)", "soup: https://x.rw"),
        ("<https://x.rw/a_b_c>", "https://x.rw/a_b_c"),
        ("[write](mailto:a@x.rw) or <b@x.rw>", "write: a@x.rw or b@x.rw"),
        ("[call us](tel:+250788123456)", "call us: +250788123456"),
        (
            '[Menu][m], [our wines]\n\n[m]: https://x.rw/m "M"\n[Our  Wines]: <https://x.rw/w>',
            "Menu: https://x.rw/m, our wines: https://x.rw/w",
        ),
        ("See [1].\n\n[1]: https://x.rw", "See [1].\n\n[1]: https://x.rw"),
    ],
)
def test_a_link_is_words_and_an_address(markdown: str, whatsapp: str) -> None:
    assert to_whatsapp(markdown) == whatsapp


@pytest.mark.parametrize(
    ("markdown", "whatsapp"),
    [
        (
            "Here:\n\n| Dish | Note |\n|:---|---:|\n| **Soup** | hot |\n| Tea | a\\|b |\n\nEnjoy!",
            "Here:\n\n*Dish · Note*\n- *Soup* · hot\n- Tea · a|b\n\nEnjoy!",
        ),
        ("Dish | Note\n--- | ---\nSoup | hot", "*Dish · Note*\n- Soup · hot"),
        ("| Dish |\n|---|\n| Soup |", "*Dish*\n- Soup"),
        ("| **Dish** | A | B |\n|-|-|-|\n| Soup | | x |", "*Dish · A · B*\n- Soup · – · x"),
        ("| | A |\n|---|---|\n| Soup | `a|b` |", "*A*\n- Soup · `a|b`"),
        ("| A | B |\n|---|---|\n| a<br>b | c |", "*A · B*\n- a, b · c"),
        ("> | A | B |\n> |---|---|\n> | a | b |", "> *A · B*\n> - a · b"),
        ("| [m](https://x.rw) | b |\n|--|--|", "*m: https://x.rw · b*"),
    ],
)
def test_a_table_becomes_lines_that_fit_a_phone(markdown: str, whatsapp: str) -> None:
    assert to_whatsapp(markdown) == whatsapp


@pytest.mark.parametrize(
    ("markdown", "whatsapp"),
    [
        ("```markdown\n# Menu\n**Soup**\n```", "*Menu*\n*Soup*"),
        ("Here:\n```md\n| A | B |\n|---|---|\n| a | b |\n```\nbye", "Here:\n*A · B*\n- a · b\nbye"),
        ("~~~Markdown\n**Soup**\n~~~", "*Soup*"),
        ("````markdown\n**a**\n```json\n{**b**}\n```\n**c**\n````", "*a*\n```\n{**b**}\n```\n*c*"),
        ("```markdown\n**cut off**", "*cut off*"),
        ('```json\n{"a": "**b**"}\n```', '```\n{"a": "**b**"}\n```'),
        ('```js title="x"\n# y\n```', "```\n# y\n```"),
        ("~~~\n* a\n~~~", "```\n* a\n```"),
        ("````\n* a\n````", "```\n* a\n```"),
        ("```python\n# cut off", "```\n# cut off\n```"),
        ("- here:\n  ```\n  # a\n  ```\n# b", "- here:\n```\n  # a\n```\n*b*"),
    ],
)
def test_a_fence_is_code_unless_it_is_markup(markdown: str, whatsapp: str) -> None:
    assert to_whatsapp(markdown) == whatsapp


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("RWF 3,000", "RWF~3,000"),
        ("**Price: RWF 2,500**", "*Price: RWF~2,500*"),
        ("RWF **2,500** or *RWF* 800", "RWF~*2,500* or *RWF*~800"),
        ("FRw 500, Frw 500, RF 500", "FRw~500, Frw~500, RF~500"),
        ("3,000 RWF, 4.50 EUR or 4,50 € and 7 euros", "3,000~RWF, 4.50~EUR or 4,50~€ and 7~euros"),
        ("€ 4.50 – $ 5", "€~4.50 – $~5"),
        ("12 000 000 RWF", "12~000~000~RWF"),
        ("Rwf 3,000, rwf 800, USh 4,000", "Rwf~3,000, rwf~800, USh~4,000"),
        ("VAT of 18 %", "VAT of 18~%"),
        ("USD -5", "USD~-5"),
        ("a table for 4 at 7", "a table for 4 at 7"),
        ("`RWF 3,000` https://x.rw/RWF 3", "`RWF 3,000` https://x.rw/RWF 3"),
        ("RWF\n3,000", "RWF\n3,000"),
        ("| Tea | RWF 800 |\n|-|-|", "*Tea · RWF~800*"),
    ],
)
def test_a_price_does_not_break(said: str, sent: str) -> None:
    assert to_whatsapp(said) == sent.replace("~", "\u00a0")


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
        "Write ```**so**\n# or so``` and no other way",
        "```one word```",
        "`**kwargs**` and `__init__`",
        "[a] (b) [c](d)",
        "** not bold **",
        "tea | coffee",
        "I <3 you & AT&T; a < b > c",
        "C:\\menu",
        "[x] done, [ ] not",
        "---",
        "Muraho! 👋🏾",
    ],
)
def test_what_whatsapp_understands_stays(text: str) -> None:
    assert to_whatsapp(text) == text


@given(st.text(alphabet="*_~#`[]()!|-=> \nab"))
def test_no_letter_is_lost_and_nothing_becomes_empty(text: str) -> None:
    assume(not re.search(r"(```|~~~)[ \t]*[ab]", text))  # a language's name goes
    written = to_whatsapp(text)
    assert [each for each in written if each in "ab"] == [each for each in text if each in "ab"]
    assert bool(written) == bool(text.strip())


@given(st.text(alphabet="*_~#`[]()!|\\<>&;-=:/ \n\x00\x01htps.aA1"))
def test_whatever_is_written_becomes_something(text: str) -> None:
    written = to_whatsapp(text)
    assert not {"\x00", "\x01"} & set(written)
    assert bool(written) == bool(text.strip("\x00\x01 \n"))
