"""A turn's calls of tools: each with all that is known by then, and what they come to so far.

It asks no model, and has nothing take effect: what is to, the turn's ending carries.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from conversation.running import Running
from knowledge.clock import Clock
from models.database.engine import DatabaseUnavailableError
from models.diets import NO_DIET
from models.tool_calls import Call
from personas.effects import ToolEffect, remembering
from personas.stated import stated
from personas.tool import Answer, Heard, Tool, ToolContext, answer_call
from realtime.client import RealtimeError
from realtime.events import FunctionCall
from telemetry.metrics import Metrics
from telemetry.tracing import Span, tracing

DATABASE_PAUSE_S = 1.0
# Hears of a call: the diner's id, the tool, its arguments and its answer as JSON.
OnCall = Callable[[int, str, str, str], object]


class Calling:
    def __init__(self, metrics: Metrics, clock: Clock, on_call: OnCall | None = None) -> None:
        self._metrics = metrics
        self._clock = clock
        self._on_call = on_call

    def answer(
        self,
        running: Running,
        tools: Sequence[Tool[Any]],
        call: FunctionCall,
        context: ToolContext,
    ) -> str:
        """A tool's answer; while the database is away it waits for it.

        Raises RealtimeError when that takes too long.
        """
        name = call.name if any(call.name == tool.name for tool in tools) else "unknown"
        self._metrics.tools.labels(name).inc()
        with tracing.span("execute_tool", name) as span:
            text = self._answer(name, running, tools, call, context)
            if span.is_recorded:
                _describe(span, name, call, running.calls[-1])
        return text

    def _answer(
        self,
        name: str,
        running: Running,
        tools: Sequence[Tool[Any]],
        call: FunctionCall,
        context: ToolContext,
    ) -> str:
        context = replace(so_far(running, context), call_id=call.call_id)
        began = self._clock.monotonic()
        while True:
            try:
                answer = answer_call(tools, call.name, call.arguments, context)
            except DatabaseUnavailableError:
                if self._clock.monotonic() + DATABASE_PAUSE_S >= running.deadline:
                    raise RealtimeError("unreachable", "the database") from None
                self._clock.sleep(DATABASE_PAUSE_S)
            else:
                if _is_done_already(answer, running.effects):
                    answer = Answer({"error": f"{call.name} was called in this turn: that holds"})
                running.effects += answer.effects
                running.told.append(Heard(call.name, answer.told))
                took_s = self._clock.monotonic() - began
                self._metrics.tool_seconds.labels(name).observe(took_s)
                if answer.is_error:
                    self._metrics.tool_errors.labels(name).inc()
                running.calls.append(_kept(call, answer, took_s))
                if self._on_call is not None:
                    self._on_call(running.turn.diner.id, call.name, call.arguments, answer.text)
                return answer.text


def _describe(span: Span, name: str, call: FunctionCall, made: Call) -> None:
    """https://github.com/open-telemetry/semantic-conventions-genai names the attributes."""
    span.note("gen_ai.operation.name", "execute_tool")
    span.note("gen_ai.tool.name", name)
    span.note("gen_ai.tool.type", "function")
    span.note("gen_ai.tool.call.id", call.call_id)
    if span.takes_words:
        span.note("gen_ai.tool.call.arguments", made.arguments)
        span.note("gen_ai.tool.call.result", made.result)
    if made.is_error:
        span.fail("refused")


def _kept(call: FunctionCall, answer: Answer, took_s: float) -> Call:
    took_ms = round(took_s * 1000)
    return Call(
        call.name,
        call.arguments,
        answer.text,
        took_ms,
        answer.is_error,
        answer.missed,
        answer.dishes,
    )


def _is_done_already(answer: Answer, effects: Sequence[ToolEffect]) -> bool:
    kinds = {type(effect) for effect in effects if effect.is_once_a_turn}
    return any(type(effect) in kinds for effect in answer.effects)


def so_far(running: Running, context: ToolContext) -> ToolContext:
    """With what the diner says by now, and what is remembered, since the turn began."""
    return _remembering(heard(running, context), running.effects)


def effects_so_far(running: Running, context: ToolContext) -> tuple[ToolEffect, ...]:
    """Of the diner's words, and then of the tools: what is taken back is so for good."""
    return (*_stated(_saying(running, context)), *running.effects)


def heard(running: Running, context: ToolContext) -> ToolContext:
    """With what the diner says by now, and what that is of their health."""
    context = _saying(running, context)
    return _remembering(context, _stated(context))


def _saying(running: Running, context: ToolContext) -> ToolContext:
    said = tuple(each.text for each in running.messages)
    return context if said == context.said else replace(context, said=said)


def _stated(context: ToolContext) -> tuple[ToolEffect, ...]:
    told = stated(context.diner, context.told, context.today)
    if context.may_take_back:
        return told
    return tuple(replace(each, forgotten=NO_DIET) for each in told if each.added.whole)


def _remembering(context: ToolContext, effects: Sequence[ToolEffect]) -> ToolContext:
    diner = remembering(context.diner, effects)
    return context if diner is context.diner else replace(context, diner=diner)


def holds(effect: ToolEffect) -> bool:
    """Whether it takes effect too where there is no answer."""
    return effect.holds_without_answer
