"""What an evaluation came to: a table for a terminal, and JSON; by kind, language and model."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from evaluation.case import HARD
from evaluation.playing import Outcome
from knowledge import costs
from models.tokens import Tokens, total

# Each message costs: a turn is answered by one wherever it fits.
MOST_MESSAGES_A_TURN = 1.05
Results = Mapping[str, Sequence[Outcome]]  # by model


def table_of(results: Results) -> str:
    """Passed of all, a line a kind and a language, a column a model; then tokens and money."""
    models = list(results)
    cases = [outcome.case for outcome in results[models[0]]]
    lines = [["", *models]]
    for field in ("kind", "language"):
        values = dict.fromkeys(getattr(case, field) for case in cases)
        lines += [[each, *_passed(results, field, each)] for each in values]
    lines.append(["all", *_passed(results)])
    spent = [_spent(results[model]) for model in models]
    lines.append(["tokens in", *(f"{each.input:,}" for each in spent)])
    lines.append(["of them cached", *(f"{each.cached:,}" for each in spent)])
    lines.append(["tokens out", *(f"{each.output:,}" for each in spent)])
    lines.append(["US dollars", *map(_money_text, models, spent)])
    lines.append(
        ["messages a turn", *(f"{messages_a_turn(results[model]):.2f}" for model in models)]
    )
    lines.append(["seconds a turn", *(f"{_pace(results[model]):.2f}" for model in models)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(models) + 1)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def faults_of(results: Results) -> list[str]:
    """What was not as expected, a line each."""
    return [
        f"{model}: {outcome.case.name}, turn {nth}: {fault}"
        for model, outcomes in results.items()
        for outcome in outcomes
        for nth, fault in outcome.faults
    ]


def as_json(results: Results) -> dict[str, Any]:
    return {
        model: {
            "passed": sum(outcome.has_passed for outcome in outcomes),
            "of": len(outcomes),
            "tokens": _spent(outcomes)._asdict(),
            "us_dollars": None
            if (money := money_of(model, _spent(outcomes))) is None
            else str(money),
            "messages_a_turn": round(messages_a_turn(outcomes), 3),
            "cases": [_case(outcome) for outcome in outcomes],
        }
        for model, outcomes in results.items()
    }


def has_passed(outcomes: Sequence[Outcome], *, may_fail: int) -> bool:
    """Whether a model may be let at diners: so many may fail, and none of what is `HARD`."""
    failed = [outcome.case.kind for outcome in outcomes if not outcome.has_passed]
    is_thrifty = messages_a_turn(outcomes) <= MOST_MESSAGES_A_TURN
    return len(failed) <= may_fail and not any(kind in HARD for kind in failed) and is_thrifty


def messages_a_turn(outcomes: Sequence[Outcome]) -> float:
    """How many WhatsApp would take for an answer; 0 where there was none."""
    answered = sum(len(outcome.replies) for outcome in outcomes)
    return sum(outcome.messages for outcome in outcomes) / answered if answered else 0.0


def money_of(model: str, tokens: Tokens) -> Decimal | None:
    """US dollars; None for a model whose prices nobody told us."""
    prices = costs.BY_MODEL.get(model)
    return costs.of_tokens(tokens, prices).quantize(Decimal("0.0001")) if prices else None


def _passed(results: Results, field: str = "", value: str = "") -> list[str]:
    """By model, "passed/all" of the cases whose field has that value."""
    told = []
    for outcomes in results.values():
        meant = [each for each in outcomes if not field or getattr(each.case, field) == value]
        told.append(f"{sum(each.has_passed for each in meant)}/{len(meant)}")
    return told


def _spent(outcomes: Sequence[Outcome]) -> Tokens:
    return total(outcome.tokens for outcome in outcomes)


def _money_text(model: str, tokens: Tokens) -> str:
    money = money_of(model, tokens)
    return "-" if money is None else f"{money}"


def _pace(outcomes: Sequence[Outcome]) -> float:
    turns = sum(len(outcome.case.turns) for outcome in outcomes)
    return sum(outcome.seconds for outcome in outcomes) / max(turns, 1)


def _case(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.case.name,
        "kind": outcome.case.kind,
        "language": outcome.case.language,
        "passed": outcome.has_passed,
        "faults": [{"turn": nth, "fault": fault} for nth, fault in outcome.faults],
        "tokens": outcome.tokens._asdict(),
        "seconds": round(outcome.seconds, 3),
        "replies": list(outcome.replies),
    }
