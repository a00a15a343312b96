"""A response of the model's begins, ends or is refused: what follows from it."""

from conversation.call.actions import Action, Note, RunTool, Spent
from conversation.call.ending import leave
from conversation.call.parts import Parts
from conversation.call.reopening import lose
from models.tokens import NO_TOKENS
from realtime.call.events import Refused, ResponseOver
from realtime.endings import COMPLETED
from realtime.fleet.codes import FATAL_CODES

ACTIVE = "conversation_already_has_active_response"
NOT_ACTIVE = "response_cancel_not_active"  # it has ended by itself meanwhile


def on_begun(call: Parts, response: str, now: float) -> list[Action]:
    """One that nobody is to hear is stopped: the caller spoke before it began, or it is over."""
    call.responses.begun(response, now)
    call.silence.busy(now)
    hands_over = call.hands_over_by is not None
    if not (call.session.hearing.is_speaking or hands_over or call.leaving):
        return []
    # Whoever waited for it waits still.
    call.is_owed = call.is_owed or (hands_over and call.leaving is None)
    call.speaking.mute(response)
    return call.session.cancel()


def on_over(call: Parts, event: ResponseOver, now: float) -> list[Action]:
    call.silence.busy(now)
    if event.response in call.speaking.over:
        return []  # told twice: its tools would run twice, and be paid twice
    is_whole = event.status == COMPLETED
    is_nothing = not (event.calls or call.speaking.has_sounded(event.response))
    actions = call.speaking.end_response(event.response, now, is_whole=is_whole)
    actions += call.session.cut(call.speaking.late_cuts(event.response))
    if event.usage != NO_TOKENS:
        actions.append(Spent(event.usage))
    call.responses.over(event.response, now, is_whole=is_whole)
    for each in event.calls:
        if call.leaving is not None:
            break
        if not is_whole:
            actions += call.session.dropped(each)
            continue
        call.session.so_far.called(each)
        call.tools.begin(each, event.response, call.session.number, now)
        actions.append(RunTool(each, call.responses.heard))
    if is_whole and is_nothing:
        # No answer: the model is asked for one, and after a few times left alone.
        call.responses.failed(now)
    elif is_whole:
        call.responses.succeeded()
        call.backoff.answered()
    elif event.status != "cancelled":
        actions += _on_failure(call, event, now)
    return actions


def _on_failure(call: Parts, event: ResponseOver, now: float) -> list[Action]:
    """Where nothing was said, it is asked for again; in the end the call is over."""
    note = Note("call.response_failed", {"status": event.status, "code": event.code})
    if event.items and call.speaking.is_playing(now):
        return [note]
    if event.code in FATAL_CODES or not call.responses.failed(now):
        leave(call, "model_away", "sorry", now)
    return [note]


def on_refused(call: Parts, event: Refused, now: float) -> list[Action]:
    asked_by = (event.event_id or "").partition("-")[0]
    if event.is_last:
        return lose(call, "expired", event.code, now)
    if event.code in FATAL_CODES:
        leave(call, "model_away", "sorry", now)
    elif event.code == ACTIVE:
        call.responses.refused(event.event_id, now)
        return []
    elif event.code == NOT_ACTIVE:
        return []
    elif asked_by == "ask":
        call.responses.refused(event.event_id, now)
        if not call.responses.failed(now):
            leave(call, "model_away", "sorry", now)
    elif asked_by == "setup":
        # The model would answer as nobody, by no rules.
        leave(call, "model_away", "sorry", now)
    is_cut = asked_by == "cut"
    if not is_cut and event.code in call.refused:
        return []  # a server may complain of each frame
    call.refused.add(event.code)
    return [Note("call.cut_refused" if is_cut else "call.model_refused", {"code": event.code})]
