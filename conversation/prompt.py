"""What the model gets to see of a diner and their day, and in which order; it asks nothing.

Instructions, tools and history come first and stay as they are from turn to turn, since a model
caches a prompt by its beginning. What the system says of today stands behind them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from babel import Locale

from conversation.calling import heard
from conversation.running import Running
from conversation.speakers import Speaker, introduced
from knowledge.hours import hours_of
from knowledge.hours_in_words import day_text
from knowledge.notes import is_quiet
from knowledge.phrases import known
from knowledge.places import shared_in, way_text
from models import diets
from models.diets import Diet, KeptDiet
from models.diners import Known
from models.history import Exchange
from models.inbox import Written
from models.restaurants import Restaurant
from personas.tool import Tool, ToolContext
from realtime import request
from realtime.request import Item, Request

JUST_STATED = (
    "What they have just said of their health is kept: tell them so in a few words, and that /me"
    " shows and erases it."
)
KNOWN_CALLER = (
    "They call now, and have been in touch before: what stands above was said then, some of it in"
    " writing. Don't say who you are once more, and don't answer anything of it again by yourself."
)
# Behind what has no reply: a model would answer it once more, or never. Of human hands, of a call.
ANSWERED_IN_PERSON = "A member of the staff has read this, and answers it in person."
NOT_ANSWERED = "Nobody of the staff has answered this: answer it now if it still matters."
CALL_ENDED = "Their call ended with this: take it up if it still matters."


@cache
def definitions(tools: tuple[Tool[Any], ...]) -> tuple[dict[str, Any], ...]:
    """Made once: they are the same for every turn."""
    return tuple(
        request.function_tool(tool.name, tool.description, tool.arguments.model_json_schema())
        for tool in tools
    )


@lru_cache(maxsize=256)  # a restaurant is read anew each second
def _instructions(written: Callable[[Restaurant], str], restaurant: Restaurant) -> str:
    return written(restaurant)


_hours_of = lru_cache(maxsize=128)(hours_of)


def first_request(
    running: Running, speaker: Speaker, context: ToolContext, *, max_output_tokens: int
) -> Request:
    """What a turn asks its first speaker; what follows in it is added to this."""
    return Request(
        instructions=_instructions(speaker.persona.instructions, context.restaurant),
        tools=definitions(speaker.offered),
        items=(*front(running, context), *map(_said, running.messages)),
        max_output_tokens=max_output_tokens,
        effort=speaker.persona.effort,
    )


def handed_over(asked: Request, speaker: Speaker, before: Speaker, context: ToolContext) -> Request:
    """The same of who goes on: they see all that was said, and what was looked up."""
    asked = replace(
        asked,
        instructions=_instructions(speaker.persona.instructions, context.restaurant),
        tools=definitions(speaker.offered),
        effort=speaker.persona.effort,
    )
    return asked.with_items(request.said_by_system(introduced(before)))


def front(running: Running, context: ToolContext) -> list[Item]:
    """What stands before the messages that a turn answers: the history, and the day.

    No word of a diner's, their profile name included, ever stands in what the system says. It
    depends on these messages alone, and on nothing that a tool did since.
    """
    before, context = context, heard(running, context)
    kept = diets.read(context.diner.diet)
    quoted = {picture for each in running.messages for picture in each.pictures}
    items = [*_avoided(kept.whole), *_before(running.history, quoted)]
    today = [*_of_today(context, kept), *_chosen_language(context.diner)]
    today += _way_there(context.said, context.restaurant)
    # Not the row's text: its day changes too where there was no room for what they said.
    if context.diner is not before.diner and kept.whole != diets.read(before.diner.diet).whole:
        today.append(JUST_STATED)
    items.append(request.said_by_system(" ".join(today)))
    return items


def front_of_call(history: Sequence[Exchange], context: ToolContext) -> tuple[Item, ...]:
    """What a call's conversation begins with: the same, before its caller has said anything."""
    kept = diets.read(context.diner.diet)
    today = [*_of_today(context, kept), *_language_of_call(context.diner)]
    if history:
        today.append(KNOWN_CALLER)
    day = request.said_by_system(" ".join(today))
    return (*_avoided(kept.whole), *_before(history, frozenset()), day)


def with_news(
    asked: Request,
    before: list[Written],
    front_before: Sequence[Item],
    running: Running,
    context: ToolContext,
) -> Request:
    """What was asked for messages that were `before`: there are more by now, behind all of it.

    Where some are edited or taken back, it begins anew.
    """
    left, news = running.messages[: len(before)], running.messages[len(before) :]
    rest = asked.items[len(front_before) :]
    if left != before:
        running.begin_anew()
        rest = tuple(map(_said, left))
    return replace(asked, items=(*front(running, context), *rest, *map(_said, news)))


def _before(history: Sequence[Exchange], quoted: Collection[bytes]) -> list[Item]:
    """What they and we have said; pictures that are `quoted` are seen where they are."""
    items: list[Item] = []
    for place, exchange in enumerate(history):
        items += [request.said_by_diner(text) for text in exchange.texts]
        if pictures := tuple(each for each in exchange.pictures if each not in quoted):
            items[-1] = request.said_by_diner(exchange.texts[-1], pictures)
        if exchange.reply:
            items.append(request.said_by_us(exchange.reply))
        elif not all(map(is_quiet, exchange.texts)):
            answers = _who_answers(exchange, history[place + 1 :])
            items += map(request.said_by_system, answers)
    return items


def _said(message: Written) -> Item:
    return request.said_by_diner(message.text, message.pictures)


def _way_there(texts: Sequence[str], restaurant: Restaurant) -> list[str]:
    """How far the last location is that these messages share, if any does."""
    shared = [point for text in texts if (point := shared_in(text))]
    return [way_text(shared[-1], restaurant)] if shared else []


def _who_answers(exchange: Exchange, later: Sequence[Exchange]) -> list[str]:
    """Of what got no reply of its own: a persona that answered since had it before itself."""
    answer = next((each for each in later if each.reply), None)
    if answer is None:
        return [CALL_ENDED if exchange.was_spoken else NOT_ANSWERED]
    return [] if answer.texts or answer.was_spoken else [ANSWERED_IN_PERSON]


def _avoided(diet: Diet) -> list[Item]:
    """What has no key is words of the diner's: it stands as theirs, before all else of them."""
    if not diet.avoid:
        return []
    avoided = ", ".join(sorted(diet.avoid))
    return [
        request.said_by_diner(f"Please keep in mind what I avoid: {avoided}."),
        request.said_by_us("I keep it in mind."),
    ]


def _of_today(context: ToolContext, kept: KeptDiet) -> list[str]:
    """Sentences that hold for this turn: the time, the house, and the diner's health."""
    return [
        day_text(context.now, _hours_of(context.restaurant)),
        *_must_not_have("This diner", kept.own),
        *_must_not_have("Somebody at their table", kept.table),
    ]


def _chosen_language(diner: Known) -> list[str]:
    """One that was only heard, the model hears itself."""
    if not diner.has_chosen_language:
        return []
    language = Locale(known(diner.language)).english_name
    return [f"This diner chose to read {language}: answer in it, whatever they write in."]


def _language_of_call(diner: Known) -> list[str]:
    """What they speak goes before what they read."""
    if diner.language is None:
        return []
    language = Locale(known(diner.language)).english_name
    return [f"On WhatsApp this diner reads {language}: speak it, unless they speak another one."]


def _must_not_have(who: str, diet: Diet) -> list[str]:
    sentences = []
    if diet.allergens:
        sentences.append(f"{who} must not have: {', '.join(sorted(diet.allergens))}.")
    if diet.diets:
        sentences.append(f"{who} keeps to this diet: {', '.join(sorted(diet.diets))}.")
    return sentences
