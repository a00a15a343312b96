"""One client's session with the stand-in for the Realtime API: what each of its events does.

It knows no socket and no thread: events leave through `send`, responses through `play`, which runs
them side by side.
"""

import json
from collections.abc import Callable
from typing import Any

from sandbox.practice import Say, answer, answer_in_parallel
from sandbox.practice.speech import BYTES_PER_SAMPLE, SAMPLES_PER_S
from sandbox.realtime import events
from sandbox.realtime.behaviour import Behaviour
from sandbox.realtime.checks import (
    check_calls_answered,
    check_event,
    check_known_to_older,
    check_unseen,
    read_event,
)
from sandbox.realtime.events import Event, new_id
from sandbox.realtime.records import Records, without_sound
from sandbox.realtime.script import Fate, Order, Response, Script
from sandbox.realtime.shapes import Refusal

# About what a tokenizer makes of English and of JSON.
CHARACTERS_PER_TOKEN = 4
BYTES_IN_BASE64 = 3 / 4  # of a character
# As OpenAI counts what a user says.
AUDIO_TOKENS_PER_S = 10
ONE_AT_A_TIME = "conversation_already_has_active_response"

FATES = {
    "stall_after_deltas": Fate.STALLED,
    "empty": Fate.EMPTY,
    "cut_off": Fate.CUT_OFF,
    "content_filter": Fate.FILTERED,
    "server_errors": Fate.SERVER_ERROR,
    "rate_limit": Fate.RATE_LIMITED,
}


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
    ) -> None:
        self._connection = connection
        self._behaviour = behaviour
        self._records = records
        self._send = send
        self._play = play
        self._session = events.new_session(model, behaviour.session_s)
        # The default conversation, for every create without `"conversation": "none"`.
        self._conversation_id = new_id("conv")
        self._items: list[Event] = []
        self._active: dict[str, Response] = {}

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
                self._add_item(event["item"])
            case "conversation.item.delete":
                self._items.remove(self._item(event["item_id"]))
                self._send(events.item_deleted(event["item_id"]))
            case "conversation.item.retrieve":
                self._send(events.item_retrieved(self._item(event["item_id"])))
            case "input_audio_buffer.append":
                pass  # OpenAI's server doesn't answer it either
            case "input_audio_buffer.clear":
                self._send(events.audio_buffer_cleared())
            case kind:
                raise Refusal(
                    "not_in_sandbox",
                    f"The stand-in hears and speaks in responses alone: it ignores '{kind}'.",
                    "type",
                )

    def _create(self, event: Event) -> None:
        given = event.get("response") or {}
        asked = {name: value for name, value in given.items() if value is not None}
        settings = {**self._session, **asked}
        context = asked.get("input", self._items)
        check_calls_answered(context, "response.input")
        in_conversation = asked.get("conversation") != "none"
        if self._is_turned_away(event, in_conversation) or self._behaviour.take("silent"):
            return
        if self._behaviour.take("refuse_create"):
            said = "The stand-in was told to refuse this create."
            self._refuse(event, self._behaviour.refuse_create_code, said)
            return
        conversation_id = self._conversation_id if in_conversation else None
        order = self._order(settings, context, asked.get("metadata"), conversation_id)
        response = Response(order, self._behaviour, self._ended)
        self._active[response.id] = response
        self._records.created()
        self._play(response.play())

    def _is_turned_away(self, event: Event, in_conversation: bool) -> bool:
        if self._behaviour.one_at_a_time and self._active:
            # As such servers say it: the name stands in `type`.
            said = "Conversation already has an active response."
            self._refuse(event, None, said, kind=ONE_AT_A_TIME)
            return True
        active = next(
            (each.id for each in self._active.values() if each.order.conversation_id), None
        )
        if in_conversation and active:
            said = (
                f"Conversation already has an active response in progress: {active}."
                " Wait until it is finished."
            )
            raise Refusal(ONE_AT_A_TIME, said)
        return False

    def _order(
        self,
        settings: Event,
        context: list[Event],
        metadata: dict[str, str] | None,
        conversation_id: str | None,
    ) -> Order:
        instructions = settings["instructions"]
        tools = _tools_at_choice(settings["tools"], settings["tool_choice"])
        think = answer_in_parallel if settings.get("parallel_tool_calls") else answer
        prefix = instructions + json.dumps(tools)
        prefix_tokens = len(prefix) // CHARACTERS_PER_TOKEN
        audio_tokens = round(_seconds_of_sound(context) * AUDIO_TOKENS_PER_S)
        text_tokens = len(json.dumps(without_sound(context))) // CHARACTERS_PER_TOKEN
        is_spoken = settings["output_modalities"] == ["audio"]
        says = think(instructions, tools, context)
        if is_spoken and self._behaviour.misreads:
            says = Say(self._behaviour.misreads)
        return Order(
            says=says,
            fate=self._fate(),
            conversation_id=conversation_id,
            metadata=metadata,
            max_output_tokens=settings["max_output_tokens"],
            input_tokens=prefix_tokens + text_tokens + audio_tokens,
            cached_tokens=prefix_tokens if self._records.has_cached(prefix) else 0,
            audio_tokens=audio_tokens,
            is_spoken=is_spoken,
        )

    def _fate(self) -> Fate:
        if self._behaviour.insufficient_quota:
            return Fate.OUT_OF_QUOTA
        return next(
            (fate for name, fate in FATES.items() if self._behaviour.take(name)), Fate.WHOLE
        )

    def _ended(self, response: Response, output: list[Event], cancelled: bool) -> None:
        if self._active.pop(response.id, None) is None:
            return  # lost with its socket
        self._records.ended(cancelled=cancelled)
        if response.order.conversation_id:
            self._items.extend(output)

    def _cancel(self, response_id: str | None) -> None:
        if response_id is None:
            response = next(
                (each for each in self._active.values() if each.order.conversation_id), None
            )
        else:
            response = self._active.get(response_id)
        if response is None:
            raise Refusal(
                "response_cancel_not_active", "Cancellation failed: no active response found"
            )
        self._play(response.cancel())

    def _update(self, changes: Event) -> None:
        if changes.get("model", self._session["model"]) != self._session["model"]:
            raise Refusal(
                "invalid_value", "The model of a session can't be changed.", "session.model"
            )
        self._session = _merged(self._session, changes)
        self._send(events.session_updated(self._session))

    def _add_item(self, item: Event) -> None:
        check_calls_answered([*self._items, item], "item")
        added = {"id": new_id("item"), "object": "realtime.item", "status": "completed", **item}
        previous = self._items[-1]["id"] if self._items else None
        self._items.append(added)
        self._send(events.item_added(added, previous))
        self._send(events.item_done(added, previous))

    def _item(self, item_id: str) -> Event:
        for item in self._items:
            if item["id"] == item_id:
                return item
        raise Refusal(
            "item_not_found", f"Item with item_id '{item_id}' not found in conversation.", "item_id"
        )

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


def _tools_at_choice(tools: list[Event], choice: Any) -> list[Event]:
    if choice == "none":
        return []
    if isinstance(choice, dict):
        return [tool for tool in tools if tool["name"] == choice["name"]]
    return tools


def _seconds_of_sound(items: list[Event]) -> float:
    sizes = (
        len(part["audio"]) * BYTES_IN_BASE64
        for item in items
        for part in item.get("content") or ()
        if part["type"] == "input_audio"
    )
    return sum(sizes) / BYTES_PER_SAMPLE / SAMPLES_PER_S


def _merged(old: Event, changes: Event) -> Event:
    merged = dict(old)
    for name, value in changes.items():
        is_nested = name in ("audio", "input", "output") and isinstance(value, dict)
        if is_nested and isinstance(old.get(name), dict):
            merged[name] = _merged(old[name], value)
        else:
            merged[name] = value
    return merged
