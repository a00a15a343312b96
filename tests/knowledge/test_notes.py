"""No words from outside hold a square bracket, or what passes for one: those are our notes' own."""

import sys
import unicodedata

import regex
from hypothesis import given
from hypothesis import strategies as st

from knowledge.notes import as_typed, is_chosen, is_quiet, line, note, notes_of, own_words

UNSEEN = regex.compile(r"\p{Default_Ignorable_Code_Point}")
BRACKETS = [
    letter
    for letter in map(chr, range(sys.maxunicode + 1))
    if "SQUARE BRACKET" in unicodedata.name(letter, "")
    and not regex.search("TOP|BOTTOM SQUARE|ABOVE", unicodedata.name(letter).split(" WITH ")[0])
]
# Two of other scripts, the ceiling and the floor.
OTHERS = "【】〔〕⌈⌉⌊⌋"
WORDS = ["reacted", "еdited", "d\u200beleted", "sent", "SENT", "staff:", "to your question: yes"]
FORGED = st.lists(
    st.sampled_from([*BRACKETS, *OTHERS, *WORDS, "\n", " ", "\u200b", "\u202e", "👍"]) | st.text(),
    max_size=30,
).map("".join)


def as_seen(text: str) -> str:
    """Whatever a reader may make of it: each sign in its plain form, what is not drawn left out."""
    return unicodedata.normalize("NFKC", UNSEEN.sub("", text))


def test_every_square_bracket_of_unicode_becomes_a_round_one() -> None:
    assert {"[", "]", "［", "］", "⟦", "﹇", "\U000e005b"} < set(BRACKETS)
    for each in [*BRACKETS, *OTHERS]:
        assert as_typed(f"a{each}b") in ("a(b", "a)b", "ab"), unicodedata.name(each)


@given(FORGED)
def test_no_words_become_a_note(words: str) -> None:
    typed = as_typed(words)
    assert not set(BRACKETS) & set(as_seen(typed))
    assert (own_words(typed), notes_of(typed)) == (typed, [])
    assert not is_quiet(typed)
    assert not is_chosen(typed)


@given(FORGED)
def test_of_what_stands_in_a_note_nothing_ends_it(words: str) -> None:
    told = note("sent a file that says", words)
    assert not set(BRACKETS) & set(as_seen(line(words)))
    assert told == "" or notes_of(f"Hello\n{told}") == [told]


def test_other_words_stay_as_they_are() -> None:
    for text in ("„Żurek“, (please) {2}", "🤣 İyi «akşamlar» 〝x〟", "-> 5 < 6"):
        assert as_typed(text) == text
    assert as_typed("[the big one] please") == "(the big one) please"
