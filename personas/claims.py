"""The waiter's check on the way out: no dish is called free of what its row does not state.

Health first: what is not founded on the menu is said anew, or in words of ours.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from knowledge.allergens import facts_of
from knowledge.claims import Claim, claims_in, instead, sentences, speaks_of_these
from knowledge.named_dishes import meant_in, named_in, speaks_of_more
from models import kept
from models.database.engine import DatabaseUnavailableError
from models.menu import ALLERGENS, available_items
from personas.tool import Heard, Objection, ToolContext
from telemetry.logs import log

Stated = Mapping[str, frozenset[str]]  # by a dish's name, what the menu states that it is free of


def unfounded_claims(reply: str, heard: Sequence[Heard], context: ToolContext) -> Objection | None:
    """What is wrong with a reply, if it promises what the menu does not state."""
    if not claims_in(reply, ()):
        return None  # as most; the menu is not read for them
    stated = _stated(context)
    # "Yes, you can have it" is about what the diner named, where nothing was looked up for them.
    looked_up = set(_names(heard)) or named_in("\n".join(context.said), stated)
    told, is_calling = _health(context)
    careful_of = (context.excluded().without | told) & frozenset(ALLERGENS)
    # Of who may have named any of them, none is safe to be left out.
    may_be_any = context.has_unknown_words or (is_calling and context.in_call is None)
    unsafe = frozenset(ALLERGENS) if may_be_any else careful_of
    unfounded = [
        claim
        for claim in claims_in(reply, stated)
        if not _is_founded(claim, claim.allergens or unsafe, reply, looked_up, stated)
    ]
    if not unfounded:
        return None
    allergens = sorted(careful_of.union(*(claim.allergens for claim in unfounded)))
    log.warning("reply.claim_unfounded", turn=context.turn_id, allergens=allergens)
    return Objection(_correction(allergens), _without(unfounded, reply))


def _stated(context: ToolContext) -> Stated:
    """Of the whole menu: a reply may go back to a dish of an earlier turn."""
    try:
        with context.database.transaction() as session:
            items = available_items(session, context.restaurant.id)
    except DatabaseUnavailableError:
        return {}
    return {item.name: facts_of(item).free_of for item in items}


def _health(context: ToolContext) -> tuple[frozenset[str], bool]:
    """What they wrote or said elsewhere since this began; and whether they are in a call."""
    try:
        with context.database.alone() as connection:
            now, is_calling = kept.health(connection, context.diner.id, context.now)
    except DatabaseUnavailableError:
        return frozenset(), False
    return now.whole.allergens, is_calling


def _names(told: object) -> Iterator[str]:
    """The dishes of what the tools told, at whatever depth."""
    match told:
        case {"item_id": _, "name": str(name)}:
            yield name
        case Heard(told=answer):
            yield from _names(answer)
        case Mapping():
            for each in told.values():
                yield from _names(each)
        case list() | tuple():
            for each in told:
                yield from _names(each)


def _is_founded(
    claim: Claim,
    allergens: frozenset[str],
    reply: str,
    looked_up: Collection[str],
    stated: Stated,
) -> bool:
    if not allergens:
        return True  # "safe", of nobody who must not have something
    if claim.needs_dish and not named_in(claim.sentence, stated, claim.allergens):
        return True
    about = _subjects(claim, reply, stated, looked_up)
    if claim.is_loose and not about:
        return True
    return bool(about) and all(allergens <= stated.get(name, frozenset()) for name in about)


def _subjects(
    claim: Claim, reply: str, dishes: Collection[str], looked_up: Collection[str]
) -> Collection[str]:
    """The dishes that a claim is about: of its sentence, else those that were named last before it.

    "Without nuts we have:" is about those that follow; "these", where none is named, about what was
    looked up. What names something else is about nothing that is known.
    """
    sentence = claim.sentence
    before, _, behind = reply.partition(sentence)
    if found := named_in(sentence, dishes, claim.allergens):
        return found
    is_of_these = speaks_of_these(sentence) or not speaks_of_more(sentence)
    if sentence.rstrip().endswith(":"):
        return named_in(behind, dishes) or looked_up
    named_last = _named_last(before, dishes)
    if is_of_these and named_last:
        return named_last
    if found := meant_in(sentence, dishes, {*looked_up, *named_last}, claim.allergens):
        return found
    if named_last or not is_of_these:
        return named_last
    return named_in(behind, dishes) or looked_up


def _named_last(before: str, dishes: Collection[str]) -> set[str]:
    named = (named_in(sentence, dishes) for sentence in reversed(sentences(before)))
    return next((found for found in named if found), set())


def _correction(allergens: Sequence[str]) -> str:
    return (
        "What you were about to say was not sent: it calls a dish free of"
        f" {', '.join(allergens) or 'something'}, or safe, and the menu does not state that. Answer"
        " again: say what the menu states that the dish contains, never that it is free of"
        " something or safe, and that only the kitchen can tell."
    )


def _without(claims: Sequence[Claim], reply: str) -> str:
    """The reply without its claims, and with an honest sentence in their place."""
    claimed = {claim.sentence for claim in claims}
    kept = "".join(each for each in sentences(reply) if each not in claimed).strip()
    return f"{kept}\n\n{instead(claims[0].language)}".strip()
