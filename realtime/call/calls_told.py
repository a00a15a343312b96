"""Which tools a response wants run: some servers tell so as it goes on, and not at its end."""

from dataclasses import replace

from realtime.call.events import CallEvent, CallTold, ResponseOver
from realtime.endings import COMPLETED
from realtime.events import FunctionCall
from realtime.fields import is_object


class CallsTold:
    """Of one session."""

    def __init__(self) -> None:
        self._of_response: dict[str, dict[str, FunctionCall]] = {}

    def take(self, event: CallEvent) -> CallEvent:
        """The event itself; a response's end with all of its calls, each once."""
        match event:
            case CallTold(response, call):
                self._of_response.setdefault(response, {})[call.call_id] = call
            case ResponseOver():
                return self._whole(event)
        return event

    def _whole(self, over: ResponseOver) -> ResponseOver:
        told = self._of_response.pop(over.response, {})
        for each in over.calls:
            told.pop(each.call_id, None)
        more = tuple(
            each
            for each in told.values()
            # Of what was cut off, only what is whole.
            if over.status == COMPLETED or is_object(each.arguments)
        )
        return replace(over, calls=(*over.calls, *more)) if more else over
