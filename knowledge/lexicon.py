"""What words mean on a menu: "inkoko" and "poulet" are chicken, "meat" is beef, goat or pork.

Pure: the words come from the files beside it, or from whoever makes one; it knows no dish.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from knowledge.diners_words import ALCOHOL, PORK, SPICY, STOP_WORDS
from knowledge.language_tables import DIET, OWN, THING, WORD
from knowledge.vocabulary import parts_of
from knowledge.words import fold, listed, words_of
from models.menu import ALLERGENS

FOLDER = Path(__file__).parent / "synonyms"
LONGEST_PHRASE = 4  # words
SHORTEST_LIKE = 5  # letters: shorter words must be right, or every word is like every other
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
MOST_STEPS = 3  # "viande" is meat, which is beef or goat
_LOOKED_FOR = (WORD, THING, "labels")
_LEAVING_OUT = frozenset({"without", "never", "around", "free", "allergy", "harm"})
# A phrase that names one of these is read word for word: it may be somebody's allergy.
_JUDGED = frozenset({*ALLERGENS, ALCOHOL, PORK, SPICY, "meat", "animal"})


@dataclass(frozen=True)
class Term:
    """A word or phrase of a diner's, and what it means: any of `meant` will do.

    `concept`: what it is called here, "chicken" for "poulet". `is_known`: some language has it, so
    who asks for it means just that.
    """

    said: str
    concept: str
    meant: tuple[str, ...]
    is_known: bool = False


@dataclass(frozen=True)
class Word:
    """A row of the table: a word of a language, and what it means.

    One meaning: the same thing, on a menu too. Several: any of them will do for who asks for it.
    None: it says nothing of what is wanted, as "please".
    """

    language: str
    word: str
    means: tuple[str, ...]


class Lexicon:
    """The words of all languages together: a diner's language is not asked for."""

    def __init__(self, words: Iterable[Word] = ()) -> None:
        words = tuple(words)
        known: dict[str, dict[str, None]] = {}
        self._accented = {
            each.word.casefold(): each.means[0]
            for each in words
            if each.means and key_of(each.word) in STOP_WORDS and each.word != fold(each.word)
        }
        self._exact = _exact_of(words)
        for each in words:
            meanings = known.setdefault(key_of(self.accented(each.word)), {})
            meanings.update(dict.fromkeys(key_of(meaning) for meaning in each.means))
        self._known: Mapping[str, tuple[str, ...]] = {
            word: tuple(meanings) for word, meanings in known.items() if word
        }
        self._phrases = frozenset(word for word in self._known if " " in word)
        self._fixed = {
            fixed: each.means[0]
            for each in words
            if each.means
            and self._is_misread(fixed := " ".join(_WORD.findall(fold(each.word))), each.means[0])
        }
        self._any_fixed = _any_of(self._fixed)
        self._in_phrases = frozenset(chain.from_iterable(map(str.split, self._phrases)))
        # What a mistyped word may have been meant to be.
        self.singles = tuple(
            word
            for word, meanings in self._known.items()
            if meanings and " " not in word and len(word) >= SHORTEST_LIKE
        )

    def counts(self, word: str) -> bool:
        """Whether it may say what is wanted, and is no "please" or "the"."""
        return word not in LITTLE and self._known.get(word) != ()

    def may_count(self, word: str) -> bool:
        """Whether it does, or may do in a phrase: "still" water."""
        return word not in LITTLE and (self.counts(word) or word in self._in_phrases)

    def accented(self, text: str) -> str:
        """The text with what an accent alone tells from a little word as it is meant: "thé"."""
        return _LETTERS.sub(lambda found: self._accented.get(found[0].casefold(), found[0]), text)

    def spelled(self, text: str) -> str:
        """The text with what would be misread as it is meant: "thé", "pané", "hors d'œuvre"."""
        text = self.accented(text)
        text = self._exactly(text)
        folded = fold(text)
        if not self._any_fixed.search(folded):
            return text
        return self._any_fixed.sub(
            lambda found: self._fixed[" ".join(_WORD.findall(found[0]))], folded
        )

    def phrases(self, words: Sequence[str]) -> list[str]:
        """The words, those of a known phrase taken together, the longest first."""
        return self._parted(words)

    def meant(self, phrase: str) -> tuple[Term, ...]:
        """What a word or phrase means: a term, or several that must all be there."""
        return tuple(self._meant(phrase, phrase, MOST_STEPS))

    def known_in(self, text: str) -> tuple[str, ...]:
        """The words that mean something here, though elsewhere they are little words."""
        words = dict.fromkeys(words_of(text))
        return tuple(word for word in words if word not in STOP_WORDS and self._known.get(word))

    def terms(self, text: str) -> tuple[Term, ...]:
        words = [word for word in words_of(text) if self.may_count(word)]
        phrases = filter(self.counts, self._parted(words))
        return tuple(chain.from_iterable(map(self.meant, phrases)))

    def concepts(self, words: Sequence[str]) -> frozenset[str]:
        """What the words of a menu say: they themselves, phrases, and what each means."""
        concepts: set[str] = set()
        for phrase in self._parted([word for word in words if word not in LITTLE]):
            meanings = self._known.get(phrase, ())
            meant = meanings[0] if len(meanings) == 1 else phrase
            concepts.add(phrase)
            concepts.add(meant)
            # In "oyster mushroom" there is no oyster, in "banana bread" a banana.
            singles = phrase.split()
            concepts.update(word for word in singles if meant == phrase or word in meant.split())
            concepts.update(meant.split())
        return frozenset(concepts)

    def _exactly(self, text: str) -> str:
        if not any(word.casefold() in self._exact for word in _LETTERS.findall(text)):
            return text  # as most
        phrases = self._parted([word for word in words_of(text) if word not in LITTLE])
        kept = {word for phrase in phrases if " " in phrase for word in phrase.split()}
        return _LETTERS.sub(
            lambda found: (
                found[0]
                if kept.intersection(words_of(found[0]))
                else self._exact.get(found[0].casefold(), found[0])
            ),
            text,
        )

    def _is_misread(self, phrase: str, meaning: str) -> bool:
        """Whether a phrase has words that are not looked for, so that it is not found by them."""
        if " " not in phrase:
            return False
        parts = parts_of(phrase)
        roles = {part.role for part in parts}
        is_no_and_thing = THING in roles and roles & _LEAVING_OUT
        is_judged = any(part.role in (DIET, OWN) or part.keys & _JUDGED for part in parts)
        says_so = any(part.role == DIET for part in parts_of(fold(meaning)))
        if (is_judged or is_no_and_thing) and not says_so:
            return False
        return any(
            part.role not in _LOOKED_FOR or word in STOP_WORDS or not self.counts(word)
            for part in parts
            for word in part.words
            if word not in LITTLE
        )

    def _meant(self, said: str, phrase: str, steps: int) -> list[Term]:
        meanings = self._known.get(phrase)
        if meanings is None:
            return [Term(said, phrase, (phrase,))]
        if len(meanings) != 1:
            return [Term(said, phrase, _once(said, phrase, *meanings), is_known=True)]
        parts = self._parted(meanings[0].split())
        if len(parts) > 1:
            return [term for part in parts for term in self._meant(part, part, steps - 1)]
        if parts == [phrase] or steps == 0:
            return [Term(said, phrase, _once(said, phrase), is_known=True)]
        return self._meant(said, parts[0], steps - 1)

    def _parted(self, words: Sequence[str]) -> list[str]:
        parts = []
        at = 0
        while at < len(words):
            sizes = range(min(LONGEST_PHRASE, len(words) - at), 1, -1)
            phrases = (" ".join(words[at : at + size]) for size in sizes)
            part = next((phrase for phrase in phrases if phrase in self._phrases), words[at])
            parts.append(part)
            at += len(part.split())
        return parts


def _exact_of(words: Iterable[Word]) -> dict[str, str]:
    """What words mean that only their accents or their plural tell from others: "pané", "pane"."""
    spellings: dict[str, dict[str, set[str]]] = {}
    for each in words:
        if each.means and " " not in each.word:
            others = spellings.setdefault(key_of(each.word), {})
            others.setdefault(each.word.casefold(), set()).update(each.means)
    return {
        spelling: meaning
        for others in spellings.values()
        if len(set(map(frozenset, others.values()))) > 1
        for spelling, means in others.items()
        for meaning in means
        if len(means) == 1
        and key_of(meaning) != key_of(spelling)
        and _judged(spelling) <= _judged(meaning)
    }


def _judged(word: str) -> frozenset[str]:
    return frozenset(key for part in parts_of(fold(word)) for key in part.keys) & _JUDGED


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    each = "|".join(re.escape(phrase).replace(r"\ ", r"[\W_]+") for phrase in longest_first)
    return re.compile(rf"\b(?:{each})\b" if each else r"(?!)")


def _once(*concepts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(concepts))


@lru_cache(maxsize=16_384)
def key_of(text: str) -> str:
    """How a word or phrase is compared: folded, singular, without its little words."""
    words = [word for word in words_of(text) if word not in LITTLE]
    return " ".join(words or words_of(text))


@cache
def shipped_words() -> tuple[Word, ...]:
    """The words of the files: `a, b = c, d` says that a and b mean c, or d; `a` alone, itself."""
    means: dict[tuple[str, str], dict[str, None]] = {}
    for file in sorted(FOLDER.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            said, is_told, meant = line.partition("=")
            for word in [] if line.startswith("#") else listed(said):
                meanings = listed(meant) if is_told else [word]
                means.setdefault((file.stem, word), {}).update(dict.fromkeys(meanings))
    return tuple(Word(language, word, tuple(of)) for (language, word), of in means.items())


@cache
def shipped_lexicon() -> Lexicon:
    """What words mean everywhere, by the files that come with the service."""
    return Lexicon(shipped_words())


# Within a phrase they make no difference: "pommes de terre", "fruits de mer".
LITTLE = frozenset(
    words_of(
        "a an the of with and in de d du des la le les l au aux et en di del della dei delle da con"
        " e al alla all ai y n k w cy by bw kw ya wa za na cha vya ta tal tan tas tat bil bit u il"
    )
)
