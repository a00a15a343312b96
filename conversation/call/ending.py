"""A call is brought to its end: by us, with a sentence, or by the caller."""

from conversation.call.actions import Action, End, SentenceKey, Transfer, Why
from conversation.call.barge_in import interrupt
from conversation.call.parts import Leaving, Parts

NOT_PUT_THROUGH = "The caller could not be put through just now: say so, and go on yourself."


def leave(
    call: Parts, why: Why, key: SentenceKey | None, now: float, finishing_s: float | None = None
) -> None:
    """Once, whatever comes after it: nothing more is asked of the model."""
    by = now + (finishing_s or call.limits.finishing_s)
    if call.leaving is None:
        call.leaving = Leaving(why, key, by)
    elif call.leaving.may_be_stopped:
        call.leaving.why = why  # nobody takes this one back
    elif call.leaving.why == "transferred":
        call.leaving.by = min(call.leaving.by, by)
        call.leaving.otherwise = call.leaving.otherwise or (why, key)


def stay(call: Parts, now: float) -> list[Action]:
    """They could not be put through."""
    if call.leaving is None or call.leaving.why != "transferred":
        return []
    otherwise, call.leaving = call.leaving.otherwise, None
    if otherwise is not None:
        leave(call, *otherwise, now)
        return []
    call.silence.busy(now)
    call.responses.want(now)
    return call.session.tell(NOT_PUT_THROUGH)


def go_on_leaving(call: Parts, now: float) -> list[Action]:
    """The next step of it, if it is time for one."""
    leaving = call.leaving
    if leaving is None or not call.has_stream:
        return []
    actions: list[Action] = []
    if not leaving.is_said:
        goes_on = call.speaking.is_playing(now) or call.responses.running is not None
        if goes_on and now < leaving.by:
            return []
        actions = interrupt(call, now, cancels=True) if goes_on else []
        leaving.is_said = True
        if leaving.key is not None:
            actions += call.say(leaving.key, now)
    if call.speaking.is_playing(now):
        return actions
    if leaving.why == "transferred":
        if leaving.over_at is None:
            # The stream goes on until Twilio ends it: closed by us, the call would be over.
            leaving.over_at = now + call.limits.transfer_s
            return [*actions, Transfer()]
        if now < leaving.over_at:
            return actions
    return [*actions, *end(call, leaving.why, now)]


def end(call: Parts, why: Why, now: float) -> list[Action]:
    """A response that runs costs money, whether anybody hears it or not."""
    call.is_over = True
    return [*call.speaking.finish(now), *call.session.cancel(), End(why)]
