"""What a diner reads when no answer could be made: one honest sentence, never silence."""

from collections.abc import Mapping
from typing import Literal

from knowledge.phrases import Phrase, later, phrase
from realtime.outcomes import Kind

# Why there is no answer: the model gave none, or it was not asked, or in vain.
Cause = (
    Kind
    | Literal[
        "disabled",
        "no_restaurant",
        "too_many_rounds",
        "too_many_turns",
        "no_budget",
        "no_diner_budget",
        "filtered",
        "gave_up",
        "not_listed",
    ]
)

_NO_GOOD_ANSWER = later(
    "Sorry, I could not find a good answer to that."
    " Please try to put it another way, or ask our staff."
)
SENTENCES: Mapping[Cause, str] = {
    "busy": later(
        "Sorry, so many people are writing right now that I could not get to your message."
        " Please send it again in a minute."
    ),
    "timeout": later(
        "Sorry, finding an answer took me too long. Please send your message once more."
    ),
    "unreachable": later(
        "Sorry, I can't reach my notes right now."
        " Please write again in a few minutes, or ask our staff."
    ),
    "unavailable": later(
        "Sorry, I can't answer at the moment: something on our side needs fixing."
        " Please ask our staff."
    ),
    "failed": _NO_GOOD_ANSWER,
    "superseded": _NO_GOOD_ANSWER,
    "closed": later("Sorry, I was interrupted. Please send your message once more."),
    "disabled": later(
        "Thank you for your message."
        " Automatic answers are switched off at the moment; please ask our staff."
    ),
    "no_restaurant": later(
        "Thank you for your message. No restaurant is set up on this number yet."
    ),
    "too_many_rounds": _NO_GOOD_ANSWER,
    "filtered": _NO_GOOD_ANSWER,
    "too_many_turns": later(
        "Sorry, that is more than I can answer at once. Please wait a minute, then write again:"
        " until then I stay silent."
    ),
    "no_budget": later(
        "Thank you for your message. I can't answer any more this month: please ask our staff."
    ),
    "no_diner_budget": later(
        "Thank you for writing so much! I can answer again tomorrow; until then please ask our"
        " staff."
    ),
    "gave_up": _NO_GOOD_ANSWER,
    "not_listed": later(
        "Thank you for your message. Our staff reads what you write here, and answers you as soon"
        " as they can."
    ),
}
# Where a person answers from now on, or nobody came, or who did has gone.
CALLED = later("I've called a colleague; they will write to you here.")
NOBODY_CAME = later(
    "I'm sorry, none of my colleagues could write to you so far. I am here again:"
    " what can I do for you?"
)
LEFT_OPEN = later(
    "I'm sorry, my colleague could not get back to you so far. I am here again:"
    " what can I do for you?"
)


def apology(cause: Cause, language: str | None = None) -> Phrase:
    return phrase(SENTENCES[cause], language)
