"""A response of the model as a span, from its asking to its end, with all its tries.

What is `gen_ai`'s is named as https://github.com/open-telemetry/semantic-conventions-genai does.
What was said it tells where an operator opted in, and sounds and pictures never.
"""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from realtime.endings import COMPLETED
from realtime.fleet.actions import Ask
from realtime.outcomes import Kind as Cause
from realtime.outcomes import Reply
from realtime.request import Item, Request
from telemetry.causes import label_of
from telemetry.tracing import Kind, Span, tracing

OPERATION = "realtime_inference"
SAYS = frozenset({"input_text", "output_text"})
PORTS = {"wss": 443, "ws": 80}


@dataclass(frozen=True, slots=True)
class Server:
    """What is asked, and where: `address` and `port` of the server."""

    model: str
    address: str | None = None
    port: int | None = None


NO_SERVER = Server("")


class Failure(Protocol):
    """Why there is none."""

    @property
    def kind(self) -> Cause: ...


def server_of(endpoint: str, model: str) -> Server:
    parts = urlsplit(endpoint)
    return Server(model, parts.hostname, parts.port or PORTS.get(parts.scheme))


def asked(server: Server, request: Request, diner: Hashable) -> Span:
    """The span, of the current one; it is over with `ended`."""
    span = tracing.span(OPERATION, server.model, Kind.CLIENT)
    if not span.is_recorded:
        return span
    span.note("gen_ai.operation.name", OPERATION)
    span.note("gen_ai.provider.name", "openai")
    span.note("gen_ai.request.model", server.model or None)
    span.note("gen_ai.conversation.id", str(diner))
    span.note("gen_ai.output.type", "speech" if request.modality == "audio" else "text")
    span.note("gen_ai.request.max_tokens", request.max_output_tokens)
    span.note("gen_ai.request.reasoning.level", request.effort)
    span.note("server.address", server.address)
    span.note("server.port", server.port)
    if span.takes_words:
        instructions = [{"type": "text", "content": request.instructions}]
        span.note("gen_ai.system_instructions", _json(instructions))
        span.note("gen_ai.input.messages", _json([_message(each) for each in request.items]))
        span.note("gen_ai.tool.definitions", _json(request.tools))
    return span


def ended(span: Span, ask: Ask, outcome: Reply | Failure) -> None:
    """Its end; also of one that its turn withdrew, since there was news."""
    if span.is_recorded:
        span.note("tableside.realtime.tries", ask.attempts)
        if ask.attempts:
            span.note("tableside.realtime.queued_s", round(ask.sent_at - ask.asked_at, 6))
        if isinstance(outcome, Reply):
            _answered(span, ask, outcome)
        elif outcome.kind == "superseded":
            span.note("gen_ai.response.finish_reasons", ["cancelled"])
        else:
            span.fail(outcome.kind)
    span.end()


def _answered(span: Span, ask: Ask, reply: Reply) -> None:
    usage = reply.usage
    span.note("gen_ai.response.id", reply.id or None)
    # Of what is not complete, servers invent the reason.
    reason = COMPLETED if reply.status == COMPLETED else label_of(reply.reason or reply.status)
    span.note("gen_ai.response.finish_reasons", [reason])
    span.note("gen_ai.usage.input_tokens", usage.input)
    span.note("gen_ai.usage.cache_read.input_tokens", usage.cached)
    span.note("gen_ai.usage.output_tokens", usage.output)
    span.note("gen_ai.usage.audio.input_tokens", usage.audio_input or None)
    span.note("gen_ai.usage.audio.output_tokens", usage.audio_output or None)
    span.note("gen_ai.usage.image.input_tokens", usage.image_input or None)
    if ask.first_delta_at is not None:
        waited_s = round(ask.first_delta_at - ask.sent_at, 6)
        span.note("gen_ai.response.time_to_first_chunk", waited_s)
    if span.takes_words:
        called = [_call(each.call_id, each.name, each.arguments) for each in reply.calls]
        parts = [{"type": "text", "content": reply.text}, *called] if reply.text else called
        told = {"role": "assistant", "parts": parts, "finish_reason": reply.reason or reply.status}
        span.note("gen_ai.output.messages", _json([told]))


def _message(item: Item) -> dict[str, Any]:
    if item["type"] == "function_call":
        call = _call(item["call_id"], item["name"], item["arguments"])
        return {"role": "assistant", "parts": [call]}
    if item["type"] == "function_call_output":
        answer = {"type": "tool_call_response", "id": item["call_id"], "response": item["output"]}
        return {"role": "tool", "parts": [answer]}
    return {"role": item["role"], "parts": [_part(each) for each in item["content"]]}


def _part(part: Mapping[str, Any]) -> dict[str, str]:
    if part["type"] in SAYS:
        return {"type": "text", "content": part["text"]}
    return {"type": part["type"]}


def _call(call_id: str, name: str, arguments: str) -> dict[str, str]:
    return {"type": "tool_call", "id": call_id, "name": name, "arguments": arguments}


def _json(value: Sequence[Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
