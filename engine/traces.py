"""What a trace tells of turns and of what goes out: names and numbers, never who or what was said.

What is `gen_ai`'s is named as https://github.com/open-telemetry/semantic-conventions-genai does.
"""

from engine.closing import Closed
from models.outbox import Outgoing
from models.receipts import Moved
from models.turns import DEAD, FAILED, Claimed
from telemetry.tracing import OFF, Kind, Span, tracing
from whatsapp.inbound import StatusCallback
from whatsapp.statuses import NOT_ARRIVED

KEYWORD = "answer_keyword"


def turn_begun(span: Span, turn: Claimed) -> None:
    span.note("tableside.turn.id", turn.id)
    span.note("tableside.turn.attempt", turn.attempt)
    span.note("tableside.channel", turn.diner.channel)
    span.note("gen_ai.conversation.id", str(turn.diner.id))


def turn_ended(span: Span, turn: Claimed, closed: Closed) -> None:
    ending = closed.ending
    span.note("tableside.turn.state", ending.state if closed.is_ours else "lost")
    if turn.is_keyword and ending.persona is None:
        span.rename(KEYWORD)
    else:
        persona = ending.persona or turn.diner.persona or ""
        span.rename("invoke_agent", persona)
        span.note("gen_ai.operation.name", "invoke_agent")
        span.note("gen_ai.provider.name", "openai")
        span.note("gen_ai.agent.name", persona or None)
    span.note("gen_ai.usage.input_tokens", ending.tokens.input)
    span.note("gen_ai.usage.cache_read.input_tokens", ending.tokens.cached)
    span.note("gen_ai.usage.output_tokens", ending.tokens.output)
    if ending.state in (FAILED, DEAD):
        span.fail(ending.cause or ending.state)


def sending(span: Span, part: Outgoing) -> None:
    span.note("messaging.system", "twilio")
    span.note("messaging.operation.type", "send")
    span.note("tableside.part.id", part.id)
    span.note("tableside.part.attempt", part.attempt)
    span.note("tableside.part.resends", part.resends or None)


def told(moved: Moved, callback: StatusCallback, began_at: int | None) -> Span:
    """A status of a message of ours, in the trace of what it answers."""
    if moved.traceparent is None:
        return OFF
    span = tracing.begin(
        "status", callback.status, Kind.SERVER, moved.traceparent, began_at=began_at
    )
    span.note("messaging.system", "twilio")
    span.note("messaging.message.id", callback.sid)
    span.note("tableside.part.id", moved.part_id)
    if callback.status in NOT_ARRIVED:
        span.fail(str(callback.error_code or callback.status))
    return span
