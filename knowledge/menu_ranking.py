"""Ranks a menu's entries for the terms of a query: what has all of them first, then some of each.

Pure: what a dish must lack or may cost, `knowledge.menu_search` has seen to before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from knowledge.lexicon import SHORTEST_LIKE, Lexicon, Term
from knowledge.menu_entries import KINDS, Entry, Said
from knowledge.scoring import best_first
from knowledge.words import meant_by, words_of

# How much a word weighs by where it stands. A description's passing mention is half a name's.
CATEGORY_WEIGHT = 1.5
NAME_WEIGHT = 0.9
TAG_WEIGHT = 0.8  # keywords and dietary tags
DESCRIPTION_WEIGHT = 0.45
OTHER_PLACES = 0.25  # of the weight of every place but the best
ONE_OF_MANY = 0.9  # of what the very word would weigh: "beef" for who asked for "meat"
WHOLE_NAME_BONUS = 0.5
ITSELF_BONUS = 0.3  # chips before fish and chips
OWN_WORD_BONUS = 0.7  # a pie by its name before a pastry that is one, too
SOFT_SHARE = 2.0  # what all of the soft words together add: a grilled fish before a fried one
KEPT_SHARE = 0.35  # of the best item's score: what is further off is not what the diner meant
SURE_SHARE = 0.6  # the same where the price decides the order: there the last may come first

# They tell dishes apart, and none is asked for by them alone.
SOFT = frozenset(
    words_of(
        "grilled fried roast fresh small large house crispy stuffed creamy traditional local"
        " healthy warm cold hot whole mixed sauce plate tender half single quick simple rich little"
        " maltese rwandan glass bottle jug special style typical crunchy juicy smoky thick thin"
        " real today big one two three four five six sharing decaf"
    )
)


@dataclass(frozen=True)
class Ranked:
    """The entries, best first; which terms nothing on the menu has, and which nobody knows."""

    entries: tuple[Entry, ...]
    absent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


Parts = Sequence[Sequence[Term]]  # the terms of a query, those between two "and" together


def ranked(entries: Sequence[Entry], parts: Parts, *, surely: bool) -> Ranked:
    """The entries for the terms of `parts`; `surely`: leave out what is little like it."""
    columns = {term: _column(entries, term) for term in chain.from_iterable(parts)}
    unknown = tuple(t.said for t in columns if not t.is_known and not any(columns[t]))
    absent = tuple(
        t.said for t in columns if t.is_known and not any(columns[t]) and not _is_soft(t)
    )
    found: list[Entry] = []
    usable = [_usable(part, columns) for part in parts]
    if len(parts) > 1 and all(usable):
        found += _with_all(entries, list(chain.from_iterable(usable)), columns, surely)
    found += _in_turn(_part(entries, part, columns, surely) for part in usable)
    return Ranked(tuple(dict.fromkeys(found)), absent, unknown)


def _usable(part: Sequence[Term], columns: dict[Term, list[float]]) -> list[Term]:
    """What of a part is looked for; nothing of "lobster soup" where there is no lobster."""
    if any(t.is_known and not any(columns[t]) and not _is_soft(t) for t in part):
        return []
    return [term for term in part if any(columns[term])]


def _part(
    entries: Sequence[Entry], part: Sequence[Term], columns: dict[Term, list[float]], surely: bool
) -> list[Entry]:
    found = _with_all(entries, part, columns, surely)
    if found:
        return found
    # Nothing is both "coffee" and "cake": the diner wants some of each.
    return _in_turn(
        _with_all(entries, [term], columns, surely) for term in part if not _is_soft(term)
    )


def _with_all(
    entries: Sequence[Entry], terms: Sequence[Term], columns: dict[Term, list[float]], surely: bool
) -> list[Entry]:
    """The entries that have every term that is not soft; the soft ones count for their order."""
    hard = [term for term in terms if not _is_soft(term)] or list(terms)
    soft = [term for term in terms if term not in hard]
    if not hard:
        return []
    scores = []
    softs = []
    for at in range(len(entries)):
        parts = [columns[term][at] for term in hard]
        more = sum(min(columns[term][at], 1) for term in soft) / max(len(soft), 1)
        scores.append(sum(parts) * all(parts))
        softs.append(SOFT_SHARE * more)
    said = {word for term in terms for word in term.said.split()}
    own = [sum(_itself(entry, term) for term in hard) / len(hard) for entry in entries]
    more_of = dict(zip(entries, map(sum, zip(softs, own, strict=True)), strict=True))
    return best_first(
        entries,
        _surest(entries, terms, columns, scores) if surely else scores,
        SURE_SHARE if surely else KEPT_SHARE,
        bonus=lambda entry: WHOLE_NAME_BONUS * _share(entry, said) + more_of[entry],
    )


def _surest(
    entries: Sequence[Entry],
    terms: Sequence[Term],
    columns: dict[Term, list[float]],
    scores: list[float],
) -> list[float]:
    """The scores without what is so in part, where there is better: the cheapest wine is no rabbit.

    Nor is the cheapest grilled fish a fried one.
    """
    hard = [term for term in terms if not _is_soft(term)]
    is_it = [all(_itself(entry, term) for term in hard) for entry in entries]
    has_all = [all(columns[term][at] for term in terms) for at in range(len(entries))]
    for is_sure in (is_it, has_all):
        sure = [score * is_kept for score, is_kept in zip(scores, is_sure, strict=True)]
        scores = sure if any(sure) else scores
    return scores


def _itself(entry: Entry, term: Term) -> float:
    """Whether the dish is what is asked for, and not one with it: more, if it is called so."""
    said = entry.said
    if {term.said, term.concept} & (said.itself | said.category):
        return ITSELF_BONUS + OWN_WORD_BONUS
    return ITSELF_BONUS if not (said.itself | said.category).isdisjoint(term.meant) else 0.0


def _share(entry: Entry, said: set[str]) -> float:
    # Of "Espresso" and "Espresso macchiato", asked for "espresso", the first is meant.
    name = entry.said.short_name
    return sum(word in said for word in name) / max(len(name), 1)


def _in_turn(lists: Iterable[list[Entry]]) -> list[Entry]:
    rounds = chain.from_iterable(zip_longest(*lists))
    return [entry for entry in rounds if entry is not None]


def _is_soft(term: Term) -> bool:
    return term.concept in SOFT or term.said.isdigit()


def corrected(entries: Sequence[Entry], parts: Parts, lexicon: Lexicon) -> Parts:
    """The terms, mistyped ones as they were meant.

    A word counts as mistyped only if no entry has it spelled so and no language knows it: "leases"
    is not "leave", and oysters are no oyster mushrooms.
    """
    return [
        list(chain.from_iterable(_as_meant(entries, term, lexicon) for term in part))
        for part in parts
    ]


def _as_meant(entries: Sequence[Entry], term: Term, lexicon: Lexicon) -> tuple[Term, ...]:
    is_right = term.is_known or _is_soft(term) or len(term.said) < SHORTEST_LIKE
    if is_right or any(_column(entries, term)):
        return (term,)
    spelled = {word for entry in entries for word in entry.said.spelled}
    on_menu = [word for word in spelled if len(word) >= SHORTEST_LIKE]
    meant = meant_by(term.said, on_menu) or meant_by(term.said, lexicon.singles)
    return lexicon.meant(meant) if meant else (term,)


def _column(entries: Sequence[Entry], term: Term) -> list[float]:
    """Every entry's score for one term."""
    if (kind := KINDS.get(term.concept)) is not None:
        return [float(kind(entry)) for entry in entries]
    return [_score(entry, term) for entry in entries]


def _score(entry: Entry, term: Term) -> float:
    best = 0.0
    share = 1.0
    for concept in term.meant:
        if (weight := _weight(entry.said, concept)) * share > best:
            best = weight * share
        share = ONE_OF_MANY
    return best


def _weight(said: Said, concept: str) -> float:
    best = 0.0
    together = 0.0
    for weight, place in (
        (CATEGORY_WEIGHT, said.category),
        (NAME_WEIGHT, said.name),
        (TAG_WEIGHT, said.tags),
        (DESCRIPTION_WEIGHT, said.description),
    ):
        if concept in place:
            best = best or weight  # the places are in the order of their weights
            together += weight
    return (1 - OTHER_PLACES) * best + OTHER_PLACES * together
