"""What an evaluation came to: a table for a terminal, and JSON; by kind, language and model."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from evaluation.case import HARD
from evaluation.playing import Outcome
from models.turns import Tokens

MILLION = Decimal(1_000_000)
# US dollars a million tokens of text: in, in from the cache, out (OpenAI's list, November 2026).
PRICES: Mapping[str, tuple[Decimal, Decimal, Decimal]] = {
    "gpt-realtime-2.1-mini": (Decimal("0.60"), Decimal("0.06"), Decimal("2.40")),
    "gpt-realtime-2.1": (Decimal(4), Decimal("0.40"), Decimal(24)),
}
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
            "cases": [_case(outcome) for outcome in outcomes],
        }
        for model, outcomes in results.items()
    }


def has_passed(outcomes: Sequence[Outcome], *, may_fail: int) -> bool:
    """Whether a model may be let at diners: so many may fail, and none of what is `HARD`."""
    failed = [outcome.case.kind for outcome in outcomes if not outcome.has_passed]
    return len(failed) <= may_fail and not any(kind in HARD for kind in failed)


def money_of(model: str, tokens: Tokens) -> Decimal | None:
    """US dollars; None for a model whose prices nobody told us."""
    if model not in PRICES:
        return None
    fresh, cached, out = PRICES[model]
    taken = (tokens.input - tokens.cached) * fresh + tokens.cached * cached + tokens.output * out
    return (taken / MILLION).quantize(Decimal("0.0001"))


def _passed(results: Results, field: str = "", value: str = "") -> list[str]:
    """By model, "passed/all" of the cases whose field has that value."""
    told = []
    for outcomes in results.values():
        meant = [each for each in outcomes if not field or getattr(each.case, field) == value]
        told.append(f"{sum(each.has_passed for each in meant)}/{len(meant)}")
    return told


def _spent(outcomes: Sequence[Outcome]) -> Tokens:
    spent = Tokens()
    for outcome in outcomes:
        spent = spent.plus(outcome.tokens)
    return spent


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
