"""A call's session with the model is opened, lost, renewed or left for another voice."""

from conversation.call.actions import Action, Note, Reopen
from conversation.call.ending import leave
from conversation.call.parts import Parts
from conversation.call.session import CUT_OFF
from realtime.fleet.codes import FATAL_CODES


def open_session(call: Parts, now: float) -> list[Action]:
    """The socket is there: the session is told all, and answers what nobody has answered yet."""
    if call.session.is_open:
        return []
    actions = call.session.open()
    call.opens_by = None
    call.backoff.opened(now)
    if call.is_unheard:
        actions += call.say("repeat", now)
    elif call.is_owed:
        call.responses.want(now)
    call.is_unheard = call.is_owed = False
    return actions


def lose(call: Parts, cause: str, code: str | None, now: float) -> list[Action]:
    """The socket has ended, or never opened."""
    if call.leaving is None:
        after_s = None if code in FATAL_CODES else call.backoff.lost()
    else:
        after_s = None
    was_cut = call.speaking.is_saying(call.responses.running)
    actions = _end_session(call, now)
    if was_cut:
        call.session.tell(CUT_OFF)
    actions.append(Note("call.line_lost", {"cause": cause, "code": code}))
    if after_s is None:
        call.opens_by = None
        leave(call, "model_away", "sorry", now)
        return actions
    return [*actions, *_reopen(call, after_s, now)]


def renew(call: Parts, now: float) -> list[Action]:
    """A new session in place of this one, whose time or voice is over."""
    call.hands_over_by = None
    return [*_end_session(call, now), *_reopen(call, 0.0, now)]


def _reopen(call: Parts, after_s: float, now: float) -> list[Action]:
    call.opens_by = now + after_s + call.limits.opening_s
    call.sentences = call.next_sentences or call.sentences
    return [Reopen(after_s)]


def _end_session(call: Parts, now: float) -> list[Action]:
    lost = call.session.end()
    call.is_owed = call.is_owed or lost.is_owed
    call.is_unheard = call.is_unheard or lost.is_unheard
    call.backoff.renew_at = None
    return call.speaking.end_session(now)
