"""STOP and START: a diner who wants no messages gets none, until they say otherwise.

It is theirs alone to say, and on WhatsApp alone: whoever talks over the HTTP API asks and is
answered.
"""

from conversation import keywords
from conversation.ending import Effect, Ending, Forget, OptIn, OptOut, said
from conversation.keywords import FORGET, Keyword
from conversation.people import People
from knowledge import opting
from knowledge.opting import START, STOP
from knowledge.phrases import language_of, phrase
from models.diners import WHATSAPP, Known
from models.outbox import OPTED_OUT
from models.restaurants import Restaurant
from models.turns import Claimed


def silence(turn: Claimed) -> Ending | None:
    """The ending of a turn of who opted out: no word. None for START, and for everybody else.

    What else they want is heeded where that is their right: to be forgotten.
    """
    if not turn.diner.is_opted_out:
        return None
    keyword = keyword_of(turn)
    word = keyword.word if keyword else None
    if word == START:
        return None
    effects: tuple[Effect, ...] = (Forget(),) if word == FORGET else ()
    return Ending((), None, effects=effects, is_silent=True)


def keyword_of(turn: Claimed) -> Keyword | None:
    """The keyword that a turn is about: START is one of who opted out alone, else it is words."""
    if not turn.is_keyword:
        return None
    text = turn.messages[0].text
    keyword = keywords.parse(text)
    is_words = keyword and keyword.word in (STOP, START) and not is_heeded(keyword, turn.diner)
    return keywords.slashed(text) if is_words else keyword


def is_heeded(keyword: Keyword, diner: Known) -> bool:
    """Whether it is STOP or START, and of somebody of whom that is more than a word."""
    if diner.channel != WHATSAPP:
        return False
    return keyword.word == STOP or (keyword.word == START and diner.is_opted_out)


def answer(
    keyword: Keyword, turn: Claimed, restaurant: Restaurant | None, people: People
) -> Ending:
    """The ending of a turn with STOP or START, also where no restaurant answers.

    Who is in human hands goes back. Raises DatabaseUnavailableError.
    """
    diner = turn.diner
    effects: list[Effect] = []
    if diner.is_in_hands and restaurant:
        effects.append(people.opted_out(diner, restaurant))
    language = language_of(diner, restaurant)
    if asked := opting.asked(turn.messages[0].text):
        language = asked.in_language(language)
    if keyword.word == START:
        welcome = phrase(
            "Welcome back! I write to you here again. What can I do for you?", language
        )
        return Ending(said(welcome), None, effects=(OptIn(), *effects))
    goodbye = phrase(
        "You will get no more messages from us here. Write START if you want them again.",
        language,
    )
    return Ending(said(goodbye, purpose=OPTED_OUT), None, effects=(OptOut(), *effects))
