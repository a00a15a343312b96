"""The words that are answered without the model: `/cfo` and its like, `/help`, `/me`, `/forget`.

They are known however keyboards and copy-paste send them: in any case, with marks, emoji or
invisible characters around, and behind any of the slashes.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from conversation import aliases
from knowledge import opting
from knowledge.opting import START, STOP
from knowledge.phrases import LANGUAGES, Phrase, later, phrase, plural
from knowledge.words import fold, plain_digits
from models.bubbles import MOST_ITEMS, Choice, Choices
from models.menu_changes import Kind
from models.restaurants import Restaurant
from personas.catalogue import PERSONAS
from personas.persona import Persona
from personas.rights import Right

HELP, ME, RESET, FORGET, HUMAN = "help", "me", "reset", "forget", "human"
LANGUAGE = "language"
# They can't be undone: a number, which may be how many people come, is none of them.
FOR_GOOD = frozenset({RESET, FORGET, STOP})
OURS = {
    HUMAN: later("talk to a person"),
    ME: later("what I keep about you, your diet too"),
    LANGUAGE: later("the language that you read here"),
    RESET: later("forget this conversation and start afresh"),
    FORGET: later("erase everything stored about you"),
    HELP: later("this list"),
}
EIGHTY_SIX: Kind = "86"
BACK: Kind = "back"
PRICE: Kind = "price"
UNDO = "undo"
TO, SEND, TAKE, DONE = "to", "send", "take", "done"
# The staff's, each for whoever has the right; to all others they are words that nobody knows.
STAFFS: Mapping[str, tuple[Right, str]] = {
    TO: ("people", later("answer a diner in person: /to 7 I'll be with you")),
    SEND: ("people", later("say what the waiter would answer, as you read it: /send 7")),
    TAKE: ("people", later("answer that diner from now on, in the waiter's place: /take 7")),
    DONE: ("people", later("give them back to the waiter: /done 7")),
    EIGHTY_SIX: (
        "menu",
        later("a dish is sold out: /86 tilapia, /86 tilapia until friday; alone: which"),
    ),
    BACK: ("menu", later("it is there again: /back tilapia")),
    PRICE: ("prices", later("a dish's price: /price tilapia 9500")),
    UNDO: ("menu", later("take back what I changed last")),
}


def check_keys(keys: Collection[str]) -> None:
    """Raises ValueError where a persona would take one of these words."""
    ours = {*OURS, *STAFFS, *aliases.KEYWORDS, STOP, START}
    if taken := sorted(ours.intersection(keys)):
        raise ValueError(f"a persona's key can't be {taken[0]!r}: /{taken[0]} is a word of ours")


check_keys(PERSONAS)
_SUMMARIES = {**{key: persona.summary for key, persona in PERSONAS.items()}, **OURS}

_SLASHES = r"/\\\u2044\u2215\u29f8\uff0f"  # the plain one, the backslash, and the other solidi
# Characters that nobody sees: format characters, fillers, and what chooses an emoji's look.
_UNSEEN = (
    r"\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    r"\u115f\u1160\u3164\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)
_ACCENTS = r"\u0300-\u036f"
MAX_WORD = 64  # characters, unseen ones included
# Whatever a message says first: most begin with a letter, and are no keyword.
_FIRST = re.compile(rf"(?![{_UNSEEN}])[^\W_]|[{_SLASHES}]")
# Not behind what makes a smiley or a unit of it: `:/ help me`, `€/kg`.
_KEYWORD = re.compile(
    rf"(?<![:;=%$£€¥])(?<![:;=]-)[{_SLASHES}](?P<gap>[^\S\n]*)[{_UNSEEN}]*"
    rf"(?P<word>{EIGHTY_SIX}(?=[^\W\d_])|(?:[^\W\d_]|{EIGHTY_SIX}(?!\w))[\w{_UNSEEN}{_ACCENTS}-]{{0,{MAX_WORD}}}+)"
    rf"(?:[^\w\s{_SLASHES}]|_)*+(?:[{_SLASHES}]?(?:\s|$)|(?<={EIGHTY_SIX})(?=[^\W\d_])"
    rf"|(?P<glued>(?<=[=,:;!?…，、：；！？。–—(«“\"])(?=\w)))"
)
_CALLED_OUT = re.compile(rf"\A\s*{EIGHTY_SIX}:?\s*(?=[^\W\d_])")
_GLUED_NUMBER = re.compile(rf"(?P<word>{TO}|{SEND}|{TAKE}|{DONE})(?P<number>[1-9][0-9]{{0,8}})")
UNSEEN = re.compile(rf"[{_UNSEEN}]")


@dataclass(frozen=True, slots=True)
class Keyword:
    """`/cfo what is VAT?`: the word, in lower case, and what stands behind it.

    `language`: of who typed it, where its name is of one alone: "/aide", ARRET.
    """

    word: str
    rest: str
    language: str | None = None


# In a keyword's place: a message of a kind that can't be read.
UNREADABLE = Keyword("", "")


def parse(text: str) -> Keyword | None:
    """The keyword that a message is or begins with: STOP and START need no slash, and stand alone.

    Of whom these two are heeded is `conversation.opting`'s.
    """
    asked = opting.asked(text)
    return Keyword(asked.word, "", asked.of_one()) if asked else slashed(text)


def slashed(text: str) -> Keyword | None:
    """The keyword that a message begins with; None for ordinary words, as a path like `/a/b` is.

    A slip that could be something else (`/ cfo`, `\\cfo`, `/cfo,what`) is one only of a word that
    there is.
    """
    match = _match(text)
    if not match:
        return None
    typed = UNSEEN.sub("", match["word"]).rstrip("-_")
    word = _plain(typed)
    word, language = aliases.KEYWORDS.get(fold(word), (word, None))
    if glued := _GLUED_NUMBER.fullmatch(word):
        return Keyword(glued["word"], f"{glued['number']} {text[match.end() :].strip()}".strip())
    question = _question(word, text[match.end() :])
    is_slip = match["gap"] or match["glued"] is not None or match[0][0] == "\\"
    if is_slip and word == FORGET and question:
        return None  # it can't be undone
    if word not in _SUMMARIES:
        if is_slip or not ("a" <= word[:1] <= "z" or word == EIGHTY_SIX):
            return None
        word = unicodedata.normalize("NFKC", typed).lower()
    return Keyword(word, question, language)


def without_slash(text: str, rights: Collection[Right]) -> Keyword | None:
    """What a cook calls out as in the kitchen: "86 tilapia". Of others it is a number."""
    right, _ = STAFFS[EIGHTY_SIX]
    found = _CALLED_OUT.match(text) if right in rights else None
    return Keyword(EIGHTY_SIX, text[found.end() :].strip()) if found else None


def _match(text: str) -> re.Match[str] | None:
    first = _FIRST.search(text)
    return first and _KEYWORD.match(text, first.start())


def _plain(word: str) -> str:
    """As it is spelled in the catalogue: `ＣＦＯ` and `çfo` are `cfo`."""
    letters = unicodedata.normalize("NFKD", word).casefold()
    return plain_digits("".join(each for each in letters if not unicodedata.combining(each)))


def _question(word: str, rest: str) -> str:
    """What was asked behind a keyword: not marks alone, nor the line of our help that it is of."""
    rest = rest.strip()
    line, _, below = rest.partition("\n")
    summary = _SUMMARIES.get(word, "")
    if any(_letters(line) == _letters(phrase(summary, each)) for each in LANGUAGES):
        rest = "" if _match(below) else below.strip()
    return rest if _letters(rest) else ""


def _letters(text: str) -> str:
    return "".join(each for each in text if each.isalnum())


def words_for(
    personas: Mapping[str, Persona], rights: Collection[Right], *, has_staff: bool
) -> dict[str, str]:
    """The words that this diner may use, each with what it does; `has_staff`: who may be called."""
    words = {key: persona.summary for key, persona in personas.items()} | OURS
    if not has_staff:
        del words[HUMAN]
    return words | {word: told for word, (right, told) in STAFFS.items() if right in rights}


def help_text(
    words: Mapping[str, str],
    restaurant: Restaurant,
    unknown: str | None = None,
    language: str | None = None,
) -> Phrase:
    """What there is, as a WhatsApp list; `unknown` is the word that nobody knows."""
    title = phrase("*{restaurant}* on WhatsApp:", language, restaurant=restaurant.name)
    if unknown:
        title = phrase("I don't know /{word}. Here is what there is:", language, word=unknown)
    lines = [f"- */{word}* – {phrase(summary, language)}" for word, summary in words.items()]
    return Phrase("\n".join([title, *lines]))


def help_choices(words: Mapping[str, str], language: str | None = None) -> Choices:
    """The same to tap: the diners' own words, since the staff's need more behind them."""
    own = [word for word in words if word not in STAFFS][:MOST_ITEMS]
    options = (Choice(f"/{word}", f"/{word}", phrase(words[word], language)) for word in own)
    return Choices("list", tuple(options), phrase("Choose", language), is_told=True)


UNREADABLE_TEXT = later(
    "I can't read this kind of message here. Please write to me what it says, in words."
)
RESET_TEXT = later("Done: our conversation so far is forgotten. What can I do for you?")


def forgotten_text(messages: int, replies: int, language: str | None = None) -> Phrase:
    """What `/forget` erased: the diner's messages, this last one too, and our replies to them."""
    return phrase(
        "Erased: {messages}, {replies}, your name and your settings. Your number goes as well,"
        " once this note has been sent.",
        language,
        messages=plural("{n} of your messages", "{n} of your messages", messages, language),
        replies=plural("{n} of our answers", "{n} of our answers", replies, language),
    )
