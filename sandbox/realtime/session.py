"""One client's session with the stand-in for the Realtime API: what each of its events does.

It knows no socket and no thread: events leave through `send`, responses through `play`, which runs
them side by side.
"""

from collections.abc import Callable

from sandbox.realtime import events
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.checks import (
    check_calls_answered,
    check_event,
    check_known_to_older,
    check_unseen,
    read_event,
)
from sandbox.realtime.conversation import Conversation
from sandbox.realtime.events import Event, new_id
from sandbox.realtime.listening import Listening
from sandbox.realtime.ordering import order
from sandbox.realtime.records import Records
from sandbox.realtime.script import Response, Script
from sandbox.realtime.settings import formats_lost, merged
from sandbox.realtime.shapes import Refusal

ONE_AT_A_TIME = "conversation_already_has_active_response"


class Session:
    def __init__(
        self,
        model: str,
        connection: int,
        behaviour: Behaviour,
        records: Records,
        *,
        send: Callable[[Event], None],
        play: Callable[[Script], None],
        give_way: Callable[[], object],
    ) -> None:
        self._connection = connection
        self._behaviour = behaviour
        self._records = records
        self._send = send
        self._play = play
        self._session = events.new_session(model, behaviour.session_s)
        # The default one, for every create without `"conversation": "none"`.
        self._conversation = Conversation()
        self._listening = Listening(
            self._session["audio"]["input"],
            self._conversation,
            behaviour,
            records,
            self,
            send=send,
            play=play,
            give_way=give_way,
        )
        self._active: dict[str, Response] = {}
        self._is_call = False
        self._is_over = False
        self._truncations: list[Event] = []

    def open(self) -> None:
        self._send(events.session_created(self._session))
        if self._behaviour.unknown_events:
            self._send(events.nobodys(None))

    def receive(self, frame: str | bytes) -> None:
        """Do what an event asks, or say in an `error` event why not."""
        event: Event = {}
        try:
            event = read_event(frame)
            if event.get("type") == "response.create":
                self._records.asked(self._connection, event)
            check_event(event)
            if self._behaviour.older_model:
                check_known_to_older(event)
            if self._behaviour.blind_model:
                check_unseen(event)
            self._do(event)
        except Refusal as refusal:
            self._refuse(event, refusal.code, refusal.message, param=refusal.param)

    def close(self) -> None:
        """The socket is gone, and with it what was still running."""
        self._is_over = True
        self._records.lost(len(self._active))
        self._active.clear()

    def _do(self, event: Event) -> None:
        match event["type"]:
            case "response.create":
                self._create(event)
            case "response.cancel":
                self._cancel(event.get("response_id"))
            case "session.update":
                self._update(event["session"])
            case "conversation.item.create":
                self._add_item(event)
            case "conversation.item.delete":
                self._conversation.remove(event["item_id"])
                self._send(events.item_deleted(event["item_id"]))
            case "conversation.item.retrieve":
                self._send(events.item_retrieved(self._conversation.item(event["item_id"])))
            case "conversation.item.truncate":
                self._truncate(event)
            case "input_audio_buffer.append":
                self._listening.append(event["audio"])
            case "input_audio_buffer.commit":
                self._listening.commit()
            case "input_audio_buffer.clear":
                self._listening.clear()
            case kind:
                raise Refusal(
                    "not_in_sandbox", f"The stand-in has no telephone of its own: '{kind}'.", "type"
                )

    def interrupt(self) -> None:
        """Somebody speaks: what is being said in the conversation breaks off."""
        if response := self._speaking():
            self._records.count("interruptions")
            self._play(response.cancel("turn_detected"))

    def respond(self) -> None:
        """Somebody has spoken, and is answered."""
        try:
            self._create({"type": "response.create"})
        except Refusal as refusal:
            self._refuse({}, refusal.code, refusal.message, param=refusal.param)

    def _speaking(self) -> Response | None:
        """What is being said in the conversation, and was not told to stop."""
        of_conversation = (each for each in tuple(self._active.values()) if each.order.conversation)
        return next((each for each in of_conversation if not each.is_cancelled), None)

    def _create(self, event: Event) -> None:
        given = event.get("response") or {}
        asked = {name: value for name, value in given.items() if value is not None}
        check_calls_answered(asked.get("input", ()), "response.input")
        is_in_conversation = asked.get("conversation") != "none"
        if self._is_turned_away(event, is_in_conversation) or self._behaviour.take("silent"):
            return
        if self._behaviour.take("refuse_create"):
            said = "The stand-in was told to refuse this create."
            self._refuse(event, self._behaviour.refuse_create_code, said)
            return
        ordered = order(
            self._session, asked, self._conversation, self._behaviour, self._records.has_cached
        )
        response = Response(ordered, self._behaviour, self._ended)
        self._active[response.id] = response
        self._records.created()
        self._play(response.play())

    def _is_turned_away(self, event: Event, is_in_conversation: bool) -> bool:
        if self._behaviour.one_at_a_time and self._active:
            # As such servers say it: the name stands in `type`.
            said = "Conversation already has an active response."
            self._refuse(event, None, said, kind=ONE_AT_A_TIME)
            return True
        speaking = self._speaking()
        if is_in_conversation and speaking:
            said = (
                f"Conversation already has an active response in progress: {speaking.id}."
                " Wait until it is finished."
            )
            raise Refusal(ONE_AT_A_TIME, said)
        return False

    def _ended(self, response: Response, cancelled: bool) -> None:
        if self._active.pop(response.id, None) is None:
            return  # lost with its socket
        self._records.ended(cancelled=cancelled)

    def _cancel(self, response_id: str | None) -> None:
        response = self._speaking() if response_id is None else self._active.get(response_id)
        if response is None:
            raise Refusal(
                "response_cancel_not_active", "Cancellation failed: no active response found"
            )
        self._play(response.cancel())

    def _update(self, changes: Event) -> None:
        has_spoken = self._conversation.has_sound()
        session = merged(self._session, changes, has_spoken=has_spoken)
        self._records.count("formats_lost", formats_lost(self._session, session, changes))
        if not self._is_call and session["audio"]["input"].get("turn_detection"):
            self._is_call = True
            self._records.calls.append(self._known)
        self._session = session
        self._listening.set_up(session["audio"]["input"])
        self._send(events.session_updated(session))

    def _known(self) -> Event:
        items = self._conversation.items()
        return {
            "connection": self._connection,
            "session": self._session,
            "items": items,
            "truncations": list(self._truncations),
            "is_over": self._is_over,
        }

    def _add_item(self, event: Event) -> None:
        given = {name: value for name, value in event["item"].items() if value is not None}
        check_calls_answered([*self._conversation.context(), given], "item")
        item = {"id": new_id("item"), "object": "realtime.item", "status": "completed", **given}
        previous = self._conversation.add(item, event.get("previous_item_id"))
        self._send(events.item_added(item, previous))
        self._send(events.item_done(item, previous))

    def _truncate(self, event: Event) -> None:
        try:
            truncated = self._conversation.truncate(
                event["item_id"], event["content_index"], event["audio_end_ms"]
            )
        except Refusal:
            self._records.count("truncations_refused")
            raise
        self._records.count("truncations")
        self._truncations.append(truncated)
        self._send(truncated)

    def _refuse(
        self,
        event: Event,
        code: str | None,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
    ) -> None:
        event_id = event.get("event_id")
        named = event_id if isinstance(event_id, str) and self._behaviour.error_event_ids else None
        kind = "server_error" if code == "server_error" else kind
        self._send(events.error(code, message, kind=kind, param=param, client_event_id=named))
