"""Finds what a menu has for a diner's words, in spite of accents, typing errors and languages.

Pure: it reads the items it is given and asks no database.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest

from knowledge.allergens import allergens_of
from knowledge.fitting import fits
from knowledge.lexicon import Lexicon, Term, shipped_lexicon
from knowledge.menu_entries import KINDS, TEMPERATURES, Entry
from knowledge.menu_ranking import Parts, Ranked, corrected, ranked
from knowledge.named_dishes import short_name
from knowledge.wishes import Wishes, little_of, wishes_in
from knowledge.words import fold, words_of
from models.menu import MenuItem

# Of the 14, those that are asked for as such. Who asks for fish, eggs or milk wants a dish.
_ALLERGEN_WORDS = frozenset(
    words_of(
        "nuts peanuts groundnuts gluten wheat dairy lactose crustaceans molluscs shellfish soya soy"
        " celery mustard sesame sulphites sulfites lupin"
    )
)
_WORDS = re.compile(r"[\w ]+")
# "Coffee and cake" is two things. The words are folded.
_BETWEEN = re.compile(
    r"[,;/&+]|\b(?:and|or|with|plus|then|et|ou|avec|puis|ed?|o|oppure|con|u|jew|ma|na|au|pamoja na"
    r"|pia|n|kandi|cyangwa)\b"
)


@dataclass(frozen=True)
class Found:
    """What the menu has for a diner's words, best first.

    `overview`: the words asked for nothing in particular, so the items are a few of every category
    in turn. `only_without_wishes`: the words are on the menu, but nothing of it meets the wishes
    (vegan, under 5,000, ...). `unclear`: what was left out of all that, since nobody knows what a
    word of its allergens means. `not_stated`: what would fit, but its row doesn't say that it is
    free of what the wishes exclude, or whether it has what is asked after. `carriers`: what has
    that, and is not for who asks. `without_it`: what the words name and is stated to be free of
    that. `absent`: what was asked for and is not on the menu. `wishes`: what all that went by.
    """

    items: tuple[MenuItem, ...]
    overview: bool = False
    only_without_wishes: bool = False
    unclear: tuple[MenuItem, ...] = ()
    not_stated: tuple[MenuItem, ...] = ()
    carriers: tuple[MenuItem, ...] = ()
    without_it: tuple[MenuItem, ...] = ()
    absent: tuple[str, ...] = field(default=(), compare=False)
    wishes: Wishes = field(default=Wishes(), compare=False)


def search_menu(
    items: Sequence[MenuItem],
    query: str,
    asked: Wishes = Wishes(),  # noqa: B008 (it is frozen)
    lexicon: Lexicon | None = None,
    currency: str = "",
) -> Found:
    """Rank `items` for `query`; what does not fit is left out, so nonsense finds nothing.

    `asked`: what is wished beside the query's words; the two add up. `lexicon`: what words mean
    here; left out, it is what words mean everywhere. `currency`: of the prices.
    """
    lexicon = lexicon or shipped_lexicon()
    text = lexicon.spelled(_without_brackets(query, items))
    wishes = wishes_in(text, currency).also(asked)
    entries = [Entry(item, lexicon) for item in items]
    words = wishes.words
    if not words and not wishes.contains:  # "which dishes have nuts?" asks for all
        words = lexicon.known_in(little_of(text) if wishes.excludes else text)
    parts = corrected(entries, _parts(lexicon, text, words, entries), lexicon)
    of_category = [entry for entry in entries if _is_of(entry, wishes, lexicon)]
    if entries and not of_category:
        # No category of this menu: a word like another, so that it is told what became of it.
        return search_menu(
            items, f"{query} {asked.category}", replace(asked, category=None), lexicon, currency
        )
    entries = of_category
    avoided = _avoided(wishes, lexicon)
    met = [_meets(entry, wishes, avoided) for entry in entries]
    fitting = [entry for entry, is_met in zip(entries, met, strict=True) if is_met]
    unsaid = [entry for entry, is_met in zip(entries, met, strict=True) if is_met is None]
    refused = [entry for entry, is_met in zip(entries, met, strict=True) if is_met is False]
    asked_after = refused if wishes.contains else []
    carriers = [entry for entry in asked_after if _has_asked(entry, wishes)]
    without_it = [entry for entry in asked_after if _has_asked(entry, wishes) is False]
    kinds = _kinds(parts)
    if wishes.contains and kinds == ["food"]:
        kinds, parts = [], []  # "what foods have milk in them": drinks have, too

    def best_of(some: Sequence[Entry]) -> Ranked:
        if all(kind in KINDS for kind in kinds):
            return Ranked(tuple(_taste_of_everything(some, kinds, wishes)))
        return ranked(some, parts, surely=wishes.sort != "best")

    best = _with_carriers(best_of(fitting), fitting, parts)
    everywhere = best_of(entries) if len(fitting) < len(entries) else best
    kept_back = best_of(unsaid).entries
    return Found(
        _items(_named_first(_by_price(best.entries, wishes), fitting, query)),
        overview=not parts and wishes == Wishes(words=wishes.words),
        only_without_wishes=bool(everywhere.entries) and not best.entries,
        unclear=_items(entry for entry in kept_back if entry.facts.unclear),
        not_stated=_items(entry for entry in kept_back if not entry.facts.unclear),
        carriers=_items(best_of(carriers).entries),
        without_it=_items(best_of(without_it).entries) if parts else (),
        absent=everywhere.absent,
        wishes=replace(wishes, not_understood=(*wishes.not_understood, *everywhere.unknown)),
    )


def _without_brackets(query: str, items: Iterable[MenuItem]) -> str:
    """Of a whole name no more than stands before its bracket: "(no added sugar)" is no wish."""
    said = words_of(query)
    is_name = any("(" in item.name and words_of(item.name) == said for item in items)
    return short_name(query) if is_name else query


def _parts(lexicon: Lexicon, text: str, words: Sequence[str], entries: Sequence[Entry]) -> Parts:
    """The terms of a query, those between two "and" together."""
    wanted = dict.fromkeys(words)
    said: list[tuple[str, int]] = []
    for number, part in enumerate(_BETWEEN.split(fold(text))):
        said += [(word, number) for word in words_of(part) if word in wanted]
    heard = {word for word, _ in said}
    said += [(word, -1) for word in wanted if word not in heard]
    said = [each for each in said if lexicon.may_count(each[0])]
    parts: dict[int, list[Term]] = {}
    at = 0
    for phrase in lexicon.phrases([word for word, _ in said]):
        words_here = said[at : at + len(phrase.split())]
        at += len(words_here)
        if not lexicon.counts(phrase):
            continue
        parts.setdefault(words_here[0][1], []).extend(lexicon.meant(phrase))
        # "Rice and beans" is a dish, and rice, and beans; where it is none, it is asked for whole.
        is_of_two = len({number for _, number in words_here}) > 1
        meant = {concept for term in lexicon.meant(phrase) for concept in term.meant}
        if is_of_two and _is_mentioned(meant, entries):
            for word, number in words_here:
                terms = lexicon.meant(word)
                if _is_mentioned(chain.from_iterable(term.meant for term in terms), entries):
                    parts.setdefault(number + len(wanted), []).extend(terms)
    return [list(dict.fromkeys(part)) for part in parts.values()]


def _is_mentioned(meant: Iterable[str], entries: Sequence[Entry]) -> bool:
    return any(entry.mentions(each) for each in meant for entry in entries)


def _with_carriers(best: Ranked, fitting: Sequence[Entry], parts: Parts) -> Ranked:
    """What is called so, and all that has it in it, for who asks for "nuts" and no more.

    What is free of it is only called so: "a dairy-free latte".
    """
    meant = {term.concept for part in parts for term in part}
    if not meant or not meant <= _ALLERGEN_WORDS:
        return best
    asked = frozenset(chain.from_iterable(map(allergens_of, meant)))
    named = (entry for entry in best.entries if not asked <= entry.facts.free_of)
    carriers = (entry for entry in fitting if asked & entry.facts.contained)
    return replace(best, entries=tuple(dict.fromkeys((*named, *carriers))))


def _kinds(parts: Parts) -> list[str]:
    """What all the terms mean; of "something cold, it is so hot" the first alone."""
    kinds = dict.fromkeys(term.concept for part in parts for term in part)
    temperatures = [kind for kind in kinds if kind in TEMPERATURES]
    return [kind for kind in kinds if kind not in temperatures[1:]]


def _is_of(entry: Entry, wishes: Wishes, lexicon: Lexicon) -> bool:
    if not wishes.category:
        return True
    terms = lexicon.terms(wishes.category)
    return all(
        KINDS[term.concept](entry)
        if term.concept in KINDS
        else any(concept in entry.said.category for concept in term.meant)
        for term in terms
    )


def _meets(entry: Entry, wishes: Wishes, avoided: Sequence[str]) -> bool | None:
    """None where its row doesn't say if it is free of what is excluded, or has what is asked."""
    if wishes.max_price is not None and entry.item.price > wishes.max_price:
        return False
    if wishes.min_price is not None and entry.item.price < wishes.min_price:
        return False
    if any(map(entry.mentions, avoided)):
        return False
    has_it = _has_asked(entry, wishes)
    is_fit = fits(entry.item, wishes) if wishes.excludes else True
    if has_it is False or is_fit is False:
        return False
    return None if None in (has_it, is_fit) else True


def _has_asked(entry: Entry, wishes: Wishes) -> bool | None:
    """Whether it has, or may have, what is asked after; None where its row does not say."""
    if not wishes.contains:
        return True
    is_without = fits(entry.item, Wishes(without=wishes.contains))
    return None if is_without is None else not is_without


def _avoided(wishes: Wishes, lexicon: Lexicon) -> list[str]:
    """What must not be in it by its other names, in whatever language."""
    return [
        each
        for word in wishes.without_words
        for term in lexicon.terms(word)
        for each in term.meant
        if each != word
    ]


def _by_price(entries: Sequence[Entry], wishes: Wishes) -> Sequence[Entry]:
    if wishes.near_price is not None:
        near = wishes.near_price
        return sorted(entries, key=lambda entry: abs(entry.item.price - near))
    if wishes.sort == "best":
        return entries
    is_down = wishes.sort == "price_down"
    return sorted(entries, key=lambda entry: entry.item.price, reverse=is_down)


def _taste_of_everything(
    entries: Sequence[Entry], kinds: Sequence[str], wishes: Wishes
) -> Sequence[Entry]:
    """One item of every category in turn, food before drinks.

    Eight of these say more than the first eight coffees.
    """
    entries = [entry for entry in entries if all(KINDS[kind](entry) for kind in kinds)]
    if wishes.sort != "best" or wishes.near_price is not None:
        return _by_price(entries, wishes)
    categories: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.is_drink):
        categories.setdefault(entry.item.category, []).append(entry)
    rounds = chain.from_iterable(zip_longest(*categories.values()))
    return [entry for entry in rounds if entry is not None]


def _named_first(found: Sequence[Entry], fitting: Sequence[Entry], query: str) -> Sequence[Entry]:
    """What the query names as the menu's index does, before all else; a whole name alone."""
    asked = query.strip()
    words = words_of(asked)
    named = [e for e in fitting if asked == e.item.slug or words == words_of(e.item.name)]
    if named and not _WORDS.fullmatch(asked):
        return named
    return [*named, *(entry for entry in found if entry not in named)]


def _items(entries: Iterable[Entry]) -> tuple[MenuItem, ...]:
    return tuple(entry.item for entry in entries)
