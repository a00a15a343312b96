"""What a diner is told whose recording nobody heard: by why that was, and what would do. Pure."""

from collections.abc import Sequence

from knowledge.notes import is_quiet
from knowledge.phrases import Phrase, later, phrase
from whatsapp.enclosures import why_unheard

UNHEARD = later("I couldn't make out your recording. Could you send it once more, or write it?")
TOO_MUCH = later("Your recording is too long for me. Could you send a shorter one, or write it?")
NOT_NOW = later("I can't listen to recordings at the moment. Could you write it, please?")


def unheard(texts: Sequence[str], language: str | None) -> Phrase | None:
    """Of messages that are recordings alone, none of them heard; None for any others.

    What needs no answer beside them is none of these.
    """
    whys = [why_unheard(text) for text in texts if not is_quiet(text)]
    if not whys or None in whys:
        return None
    return phrase(_sentence(whys[-1] or ""), language)


def _sentence(why: str) -> str:
    """By the reason of whoever could not fetch it, open it or hear it."""
    if "larger than" in why or "longer than" in why:
        return TOO_MUCH
    return NOT_NOW if "at the moment" in why else UNHEARD
