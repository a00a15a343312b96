"""A call's session with the model is opened, lost, renewed or left for another voice."""

from conversation.call.actions import Action, Note, Reopen, WordsLost
from conversation.call.ending import leave
from conversation.call.parts import Parts
from conversation.call.session import CUT_OFF
from realtime.fleet.codes import FATAL_CODES


def open_session(call: Parts, now: float) -> list[Action]:
    """The socket is there: the session is told all, and answers what nobody has answered yet."""
    if call.session.is_open:
        return []
    actions = call.session.open()
    call.sentences = call.next_sentences or call.sentences
    call.next_sentences = None
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
    is_last = call.leaving is not None or code in FATAL_CODES
    after_s = None if is_last else call.backoff.lost()
    was_cut = call.speaking.is_saying(call.responses.running)
    actions = _end_session(call, now, is_read=False)
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
    actions = _end_session(call, now, is_read=True)
    if call.late_by is None and call.session.so_far.waits_for_late_words:
        call.late_by = now + call.limits.words_s
    return [*actions, *_reopen(call, 0.0, now, is_read=True)]


def lose_late_words(call: Parts, now: float) -> list[Action]:
    """What was said to a session that is over is in no words, and will not be any more."""
    call.late_by = None
    actions = _ask_again(call, call.session.so_far.lose_late())
    if call.is_unheard and call.session.is_open:
        call.is_unheard = False
        actions += call.say("repeat", now)
    return actions


def _reopen(call: Parts, after_s: float, now: float, *, is_read: bool = False) -> list[Action]:
    call.opens_by = now + after_s + call.limits.opening_s
    call.hands_over_by = None  # whoever takes over, does in this one
    return [Reopen(after_s, is_read)]


def _end_session(call: Parts, now: float, *, is_read: bool) -> list[Action]:
    lost = call.session.end(is_read=is_read)
    call.is_owed = call.is_owed or lost.is_owed
    call.backoff.renew_at = None
    return [*call.speaking.end_session(now), *_ask_again(call, lost.items)]


def _ask_again(call: Parts, lost: frozenset[str]) -> list[Action]:
    """The caller is to say it again, as soon as a session is there to hear it."""
    if not lost:
        return []
    call.is_unheard = True
    return [*call.session.lost(lost), WordsLost(lost)]
