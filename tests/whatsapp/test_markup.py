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
            "Here:\n\n*Dish: Note*\n- *Soup*: hot\n- Tea: a|b\n\nEnjoy!",
        ),
        ("Dish | Note\n--- | ---\nSoup | hot", "*Dish: Note*\n- Soup: hot"),
        ("| Dish |\n|---|\n| Soup |", "*Dish*\n- Soup"),
        ("| **Dish** | A | B |\n|-|-|-|\n| Soup | | x |", "*Dish*\n- Soup · B: x"),
        ("| | A |\n|---|---|\n| Soup | `a|b` |", "*A*\n- Soup: `a|b`"),
        ("| A | B |\n|---|---|\n| a<br>b | c |", "*A: B*\n- a, b: c"),
        ("> | A | B |\n> |---|---|\n> | a | b |", "> *A: B*\n> - a: b"),
        ("| [m](https://x.rw) | b |\n|--|--|", "*m: https://x.rw: b*"),
        (
            "| Tea | Small | Large |\n|--|--|--|\n| Black | RWF 500 | RWF 800 |\n| Mint | | 900 |",
            "*Tea*\n- Black · Small: RWF\u00a0500 · Large: RWF\u00a0800\n- Mint · Large: 900",
        ),
        (
            "| | S | L |\n|-|-|-|\n| Tea | 5 | 8 |\n| | 6 | 9 |",
            "- Tea · S: 5 · L: 8\n- S: 6 · L: 9",
        ),
        ("|A|B|C|\n|-|-|-|\n| a |\n| b | c | d | e |", "*A*\n- a\n- b · B: c · C: d · e"),
        ("|A||C|\n|-|-|-|\n|a| |c|", "*A · C*\n- a · – · c"),
        ("|A|B|\n|-|-|\n|a||\n||b|\n|||", "*A: B*\n- a\n- b"),
        ("|A|B|\n|-|-|\n| **Tea:** | hot |", "*A: B*\n- *Tea:*: hot"),
        ("|A|B|C|\n|-|-|-|", "*A · B · C*"),
        ("|A|B|\n|-|-|\n|<ul><li>a</li><li>b</li></ul>|c|", "*A: B*\n- a, b: c"),
        (
            "| # | Dish | RWF |\n|-|-|-|\n| 1 | Isombe | 4 000 |\n| 2. | Tea | 500 |",
            "*Dish: RWF*\n1. Isombe: 4\u00a0000\n2. Tea: 500",
        ),
        ("|No.|Dish|S|L|\n|-|-|-|-|\n|10|Tea|5|8|", "*Dish*\n10. Tea · S: 5 · L: 8"),
        ("| # | Dish |\n|-|-|\n| 1 | Tea |", "*Dish*\n1. Tea"),
        ("| # | Dish |\n|-|-|\n| 1 | Tea |\n| | Fish |", "*#: Dish*\n- 1: Tea\n- Fish"),
        ("| # | RWF |\n|-|-|\n| 4 | |", "*#: RWF*\n- 4"),
        ("- | Dish | RWF |\n  |---|---|\n  | Tea | 500 |", "*Dish: RWF*\n- Tea: 500"),
        ("| A | B |\n|---|---|\n\n| a | b |\nSo.", "*A: B*\n- a: b\nSo."),
        ("| A | B |\n|---|---|\n\nSo.", "*A: B*\n\nSo."),
    ],
)
def test_a_table_becomes_lines_that_fit_a_phone(markdown: str, whatsapp: str) -> None:
    assert to_whatsapp(markdown) == whatsapp


@pytest.mark.parametrize(
    ("markdown", "whatsapp"),
    [
        ("```markdown\n# Menu\n**Soup**\n```", "*Menu*\n*Soup*"),
        ("Here:\n```md\n| A | B |\n|---|---|\n| a | b |\n```\nbye", "Here:\n*A: B*\n- a: b\nbye"),
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
        ("| Tea | RWF 800 |\n|-|-|", "*Tea: RWF~800*"),
        ("Frw 9 500 or 9 500 Frw", "Frw~9~500 or 9~500~Frw"),
        ("amafaranga 3,500, 3 500 amafaranga", "amafaranga~3,500, 3~500~amafaranga"),
        ("shilingi 2,000, 2 000 FCFA", "shilingi~2,000, 2~000~FCFA"),
        ("RWF\u202f12\u202f500, 12,500 and 12.500", "RWF\u202f12\u202f500, 12,500 and 12.500"),
        ("[Soup RWF 800](https://x.rw/a)", "Soup RWF~800: https://x.rw/a"),
        ("- Tea: EUR 9.50\n- Tea: € 9,50", "- Tea: EUR~9.50\n- Tea: €~9,50"),
        ("```\nRWF 3,000\n```", "```\nRWF 3,000\n```"),
        ("RWF 3,000 - 4,000", "RWF~3,000 - 4,000"),
        ("السعر RWF 3,500", "السعر RWF~3,500"),
        ("12 eur, Eur 12, 12 Eur", "12~eur, Eur~12, 12~Eur"),
        ("Frw. 3 500, Rwf. 3 500, RWF: 3 500", "Frw.~3~500, Rwf.~3~500, RWF:~3~500"),
        ("3 500 Frs, 3 500 frws, 3 500 F.", "3~500~Frs, 3~500~frws, 3~500~F."),
        ("RWF  3 500 or 3 500  RWF", "RWF~3~500 or 3~500~RWF"),
        ("RWF\u20093\u2009500 or 3\u2009500\u2009RWF", "RWF~3~500 or 3~500~RWF"),
        ("RWF 3 million, 3.5 million RWF, 2 M RWF", "RWF~3~million, 3.5~million~RWF, 2~M~RWF"),
        ("francs rwandais 3 500, francs 500", "francs~rwandais~3~500, francs~500"),
        ("at 7 for 2, 3 Fish or 4 milk", "at 7 for 2, 3 Fish or 4 milk"),
        ("table:  7", "table:  7"),
    ],
)
def test_a_price_does_not_break(said: str, sent: str) -> None:
    assert to_whatsapp(said) == sent.replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("markdown", "whatsapp"),
    [
        ("* Coffee\n  * Latte", "- *Coffee*\n- Latte"),
        (
            "- Mains\n    - Goat\n        - hot\n    - Fish\n- Tea\n\t- Mint",
            "- *Mains*\n- *Goat*\n- hot\n- Fish\n- *Tea*\n- Mint",
        ),
        ("- **Mains**:\n  - Goat", "- *Mains*:\n- Goat"),
        (f"- {'long ' * 20}\n  - Goat", f"- {'long ' * 20}\n- Goat"),
        ("We have:\n  - Goat\n  - Fish", "We have:\n- Goat\n- Fish"),
        ("1. Fish\n   - grilled\n   - fried\n2. Tea", "1. Fish\n- grilled\n- fried\n2. Tea"),
        ("1. Fish\n   1. grilled\n2. Tea", "1. Fish\n- 1. grilled\n2. Tea"),
        ("1) Soup\n\nIt is hot.\n\n2) Tea", "1) Soup\n\nIt is hot.\n\n2) Tea"),
        ("9. Soup\n10. Tea", "9. Soup\n10. Tea"),
        ("3. Soup\n\n4. Tea", "3. Soup\n\n4. Tea"),
        ("- [ ] Soup\n- [x] Tea\n* [X] Milk", "- ☐ Soup\n- ☑ Tea\n- ☑ Milk"),
        ("- see [ ] here", "- see [ ] here"),
        ("Options:\n  1. Isombe\n  2. Tilapia", "Options:\n1. Isombe\n2. Tilapia"),
        ("  1. A\n  2. B", "1. A\n2. B"),
        ("   - A\n   - B", "- A\n- B"),
        ("\n \n   - A\n     - B", "- *A*\n- B"),
        ("\t1. A\n\t   1. a\n\t2. B", "1. A\n- 1. a\n2. B"),
        ("1. A\n\n   1. a\n\n2. B", "1. A\n\n- 1. a\n\n2. B"),
        ("One:\n  1. A\n\nTwo:\n    1. B\n    2. C", "One:\n1. A\n\nTwo:\n1. B\n2. C"),
        ("- Mains\n  ◦ Goat\n    ▪ hot\n  – Fish", "- *Mains*\n- *Goat*\n- hot\n- Fish"),
        ("Today:\n  – Goat\n  – Fish", "Today:\n- Goat\n- Fish"),
        ("- -5 °C", "- -5 °C"),
    ],
)
def test_a_list_has_one_level_and_keeps_its_numbers(markdown: str, whatsapp: str) -> None:
    assert to_whatsapp(markdown) == whatsapp


@pytest.mark.parametrize(
    ("markdown", "whatsapp"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<ul>\n<li>One</li>\n<li>Two</li>\n</ul>", "- One\n- Two"),
        ("<ol>\n<li>One</li>\n<li>Two</li>\n</ol>", "1. One\n2. Two"),
        ("<ol><li>A<ul><li>b</li></ul></li><li>C</li></ol><li>d", "1. A\n- b\n2. C\n- d"),
        ("</ol><ol><li>A</li></ol><ol><li>B</li></ol>", "1. A\n1. B"),
        ("<h2>Menu</h2>\nCoffee", "*Menu*\nCoffee"),
        ('<p class="x">One</p>', "One"),
        ('<span style="color:red">hot</span> <small>soup</small>', "hot soup"),
        ('See <a href="https://x.rw/m">our menu</a>.', "See our menu: https://x.rw/m."),
        ('<a href="https://x.rw" target="_blank">x.rw</a>', "https://x.rw"),
        ("<details><summary>More</summary>text</details>", "More\ntext"),
        ("one<br><br>two", "one\n\ntwo"),
        ("a <b and c> d", "a <b and c> d"),
        ("Soup[^1].\n\n[^1]: Hot.", "Soup[1].\n\n[1]: Hot."),
        ("[menu](/menu), [top](#top) ![x](/media/menu/x.jpg)", "menu, top x"),
    ],
)
def test_html_and_what_leads_nowhere_become_words(markdown: str, whatsapp: str) -> None:
    assert to_whatsapp(markdown) == whatsapp


@pytest.mark.parametrize(
    ("markdown", "whatsapp"),
    [
        (r"\(5{,}000 \times 0.18 = 900\)", "5,000 × 0.18 = 900"),
        (r"\[ \text{VAT} = \frac{18}{118} \times \text{gross} \]", "VAT = 18 / 118 × gross"),
        (r"$$\frac{a + b}{c}$$", "(a + b) / c"),
        (r"It is $3{,}500$.", "It is 3,500."),
        (r"$a \leq 5\%$", "a ≤ 5%"),
        (r"\[see below\] and \(so\)", "[see below] and (so)"),
        ("$5 or $10", "$5 or $10"),
        (r"$5 (C:\menu) or $6", r"$5 (C:\menu) or $6"),
        (r"`\(a = b\)`", r"`\(a = b\)`"),
        ("```\n\\(a = b\\)\n```", "```\n\\(a = b\\)\n```"),
        (r"https://x.rw/\(a=b\)", r"https://x.rw/\(a=b\)"),
    ],
)
def test_a_formula_is_plain(markdown: str, whatsapp: str) -> None:
    assert to_whatsapp(markdown) == whatsapp


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا، *الحساء* بـ 3,500 وهو _حار_",
        "\u200fשלום, המרק *חם* עולה 9.50\u200e EUR\u200f",
        "- حساء\n- سمك",
        "1. מרק\n2. דג",
        "\u2067מרק\u2069 (soup)",
        "٣٬٥٠٠ فرنك",
    ],
)
def test_what_runs_from_right_to_left_stays(text: str) -> None:
    assert to_whatsapp(text).replace("\u00a0", " ") == text


def test_marks_around_words_that_run_from_right_to_left_are_whatsapps() -> None:
    assert to_whatsapp("## القائمة\n* **حساء**: ساخن") == "*القائمة*\n- *حساء*: ساخن"


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
        "[1] and [a]",
        "---",
        "Muraho! 👋🏾",
    ],
)
def test_what_whatsapp_understands_stays(text: str) -> None:
    assert to_whatsapp(text) == text


@given(st.text(alphabet="*_~#`[]()!|-=> \nab"))
def test_no_letter_is_lost_and_nothing_becomes_empty(text: str) -> None:
    assume(not re.search(r"(```|~~~)[ \t]*[ab]", text))  # a language's name goes
    assume(text.count("|") < 4 or "-" not in text)  # a column's name is told with each cell
    written = to_whatsapp(text)
    assert [each for each in written if each in "ab"] == [each for each in text if each in "ab"]
    assert bool(written) == bool(text.strip())


WORDS = st.sampled_from(
    ["Soup", "goat & fish", "RWF 3,500", "9 500 Frw", "https://x.rw/a_b", "`a|b`", "مرق", "5 * 3"]
)
MARKED = st.one_of(
    WORDS,
    *(WORDS.map(form.format) for form in ("**{}**", "*{}*", "_{}_", "~~{}~~", "__{}__")),
    WORDS.map("[menu {}](https://x.rw/m)".format),
)
LINES = st.one_of(
    MARKED,
    st.tuples(
        st.sampled_from(["- ", "* ", "  - ", "1. ", "2) ", "   3. ", "# ", "> "]), MARKED
    ).map("".join),
    st.just(""),
    st.just("---"),
    st.just("- [ ] Tea"),
    st.just("| A | B |\n|---|---|\n| a | b |"),
    st.just("| A | B | C |\n|---|---|---|\n| a | b | c |"),
    st.just("```\n# a\n  - b\n```"),
    st.just("<ul><li>One</li><li>Two</li></ul>"),
)
ANSWERS = st.lists(LINES, max_size=12).map("\n".join)


@given(ANSWERS)
def test_what_is_whatsapps_already_is_not_changed_again(text: str) -> None:
    written = to_whatsapp(text)
    assert to_whatsapp(written) == written


@given(ANSWERS)
def test_no_word_and_no_number_of_an_answer_is_lost(text: str) -> None:
    had = re.findall(r"[^\W_]+", re.sub(r"</?\w+>", " ", text))
    written = re.findall(r"[^\W_]+", to_whatsapp(text))
    assert set(had) <= set(written)
    assert sum("|" in line for line in text.split("\n")) or sorted(had) == sorted(written)


@given(st.text(alphabet="*_~#`[]()!|\\<>&;-=:/ \n\x00\x01htps.aA1"))
def test_whatever_is_written_becomes_something(text: str) -> None:
    written = to_whatsapp(text)
    assert not {"\x00", "\x01"} & set(written)
    assert bool(written) == bool(text.strip("\x00\x01 \n"))
