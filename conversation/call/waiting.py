"""While the caller waits: for a tool, for the next voice, or for a word of their own."""

from conversation.call.actions import Action, Note, ToolOutcome
from conversation.call.barge_in import interrupt
from conversation.call.ending import leave
from conversation.call.parts import Parts
from conversation.call.reopening import lose, lose_late_words, renew
from conversation.call.tools import RunningTool

CALLED_STAFF = "The caller pressed 0 to reach a person. What came of it: {output}"


def on_tool(call: Parts, ran: RunningTool, outcome: ToolOutcome, now: float) -> list[Action]:
    """The model is given what a tool came to, and goes on once it has all of a response's."""
    call.silence.busy(now)
    actions: list[Action] = []
    if ran.is_by_key:
        actions += call.session.tell(CALLED_STAFF.format(output=outcome.output))
    if outcome.setup is not None:
        actions += _hand_over(call, outcome, now)
    if not ran.is_by_key:
        actions += call.session.answered(ran, outcome.output)
    if outcome.transfers:
        says = call.speaking.is_playing(now) or call.responses.running is not None
        leave(call, "transferred", None if says else "moment", now, call.limits.last_words_s)
    elif call.tools.are_over(ran.response):
        call.responses.want(now)
    return actions


def _hand_over(call: Parts, outcome: ToolOutcome, now: float) -> list[Action]:
    """A session that has sounded keeps its voice: another one needs another session."""
    assert outcome.setup is not None
    is_pending = call.hands_over_by is not None  # then this session has the voice before it still
    if outcome.setup.voice == call.session.setup.voice and not is_pending:
        return call.session.hand_over(outcome.setup)
    call.session.setup = outcome.setup
    call.next_sentences = outcome.sentences
    if call.session.is_open and not is_pending:
        call.hands_over_by = now + call.limits.hand_over_s
    return []


def go_on_waiting(call: Parts, now: float) -> list[Action]:
    """Whatever it is time for, of all that happens when nothing comes from either side."""
    if call.responses.is_stalled(now):
        return lose(call, "stalled", None, now)
    if call.opens_by is not None and now >= call.opens_by:
        return lose(call, "not_opened", None, now)
    if call.late_by is not None and now >= call.late_by:
        return lose_late_words(call, now)
    if call.hands_over_by is not None and (_is_calm(call) or now >= call.hands_over_by):
        says = [] if call.speaking.is_playing(now) else call.say("moment", now)
        return [*_silence_who_hands_over(call, now), *says, *renew(call, now)]
    if now >= call.too_long_at:
        leave(call, "too_long", "goodbye", now)
        return []
    if call.is_active(now):
        call.silence.busy(now)
        return _bridge(call, now)
    if call.backoff.renew_at is not None and now >= call.backoff.renew_at:
        return renew(call, now)
    return _on_silence(call, now)


def _silence_who_hands_over(call: Parts, now: float) -> list[Action]:
    """A response of theirs is not to be heard any more."""
    return interrupt(call, now, cancels=True) if call.responses.running is not None else []


def _is_calm(call: Parts) -> bool:
    """Whether a session may end without anything that the caller said being lost."""
    return not call.session.hearing.is_speaking and not call.session.so_far.waits_for_words


def _bridge(call: Parts, now: float) -> list[Action]:
    """A tool that takes its time is bridged by a word, once a response."""
    due = call.tools.moment_at(call.speaking.ends_at)
    somebody_speaks = (
        call.speaking.is_playing(now)
        or call.session.hearing.is_speaking
        or call.responses.is_busy  # or is about to
    )
    if due is None or now < due or somebody_speaks:
        return []
    call.tools.bridge()
    return call.say("moment", now)


def _on_silence(call: Parts, now: float) -> list[Action]:
    call.silence.busy(call.speaking.ends_at)
    if now < call.silence.due:
        return []
    if call.silence.has_asked:
        leave(call, "silence", "goodbye", now)
        return []
    call.silence.has_asked = True
    return [Note("call.silent"), *call.say("still_there", now)]
