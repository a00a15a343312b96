"""One response on its way: what its events tell of it, and what it came to. It knows no other."""

from dataclasses import dataclass, field

from realtime.endings import COMPLETED
from realtime.events import (
    AudioDelta,
    CallBroken,
    CallDone,
    FunctionCall,
    MessageTold,
    Progress,
    ResponseDone,
    TextDelta,
    TextDone,
)
from realtime.fields import is_object
from realtime.outcomes import Reply
from realtime.speech import Speech

Part = TextDelta | AudioDelta | TextDone | MessageTold | CallDone | CallBroken | Progress


@dataclass(slots=True)
class Response:
    key: str  # empty while it is not known whose it is
    is_wanted: bool = True  # False once cancelled: its events reach nobody
    done: ResponseDone | None = None  # it ended before it was known whose it is
    _speech: Speech = field(default_factory=Speech)
    # By id, since one call is told by several events and run once; None: it can't be run.
    _calls: dict[str, FunctionCall | None] = field(default_factory=dict)
    _unseen: list[str] = field(default_factory=list)  # what may be shown once that is known

    def take(self, event: Part) -> str:
        """Take what an event tells; returns what may be shown of it, which may be nothing."""
        match event:
            case TextDelta(_, place, text):
                return self._speech.add_piece(place, text)
            case AudioDelta(_, item, sound):
                self._speech.add_sound(item, sound)
            case TextDone(_, place, text):
                self._speech.set_part(place, text)
            case MessageTold(_, message):
                self._speech.set_message(message)
            case CallDone(_, call):
                self._calls[call.call_id] = call
            case CallBroken(_, call_id):
                self._calls[call_id] = None
            case Progress():
                pass
        return ""

    def take_early(self, event: Part) -> None:
        """Likewise, while it is not known whose it is."""
        self._unseen.append(self.take(event))

    def adopt(self, early: "Response") -> str:
        """Take over what came before it was known to be this one; returns what may be shown."""
        self._speech = early._speech
        self._calls = early._calls
        return "".join(early._unseen)

    def reply(self, done: ResponseDone) -> Reply:
        """What it came to: what its end leaves out was told before."""
        ended = {call.call_id: call for call in done.calls}
        calls = {**ended, **dict.fromkeys(done.broken_calls)} or self._calls
        if done.status == COMPLETED:
            calls = {key: call or self._calls.get(key) for key, call in calls.items()}
        else:
            # The arguments of one that was cut off are told as if they were whole.
            calls = {key: call and _unless_cut(call) for key, call in calls.items()}
        whole = tuple(call for call in calls.values() if call)
        answer = self._speech.answer(done.messages)
        return Reply(
            answer.text,
            whole,
            done.usage,
            done.status,
            done.code,
            done.reason,
            has_broken_call=len(whole) < len(calls),
            sound=answer.sound,
            id=done.response_id,
        )


def _unless_cut(call: FunctionCall) -> FunctionCall | None:
    return call if is_object(call.arguments) else None
