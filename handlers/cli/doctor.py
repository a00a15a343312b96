"""The doctor: looks at all that the service needs, and says of each what to do about it."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

import click

from engine.doctor.finding import Finding, Level, works, wrong
from service import Service

NAME = "doctor"
MARKS = {Level.WRONG: "WRONG", Level.WARN: "warn", Level.OK: "ok"}


def doctor_command(look: Callable[[], Sequence[Finding]]) -> click.Command:
    """`look`: all that there is to find, the worst first."""

    @click.command(NAME)
    @click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
    def doctor(as_json: bool) -> None:
        """Look whether the service would work, and say what to do where it would not.

        Settings, database, Twilio, webhooks, the model, menus and staff; the worst comes first.
        Ends with 1 where it would not work, with 0 also where there are warnings. It asks Twilio
        and the model (one short answer), and changes nothing.
        """
        findings = look()
        click.echo(_as_json(findings) if as_json else _in_lines(findings))
        if not works(findings):
            sys.exit(1)

    return doctor


def looks_of(service: Service, patience: float = 1.0) -> Callable[[], Sequence[Finding]]:
    """What the doctor of this service looks at. `patience`: how often its time each look has."""

    def look() -> Sequence[Finding]:
        from handlers.cli.checks import all_of  # noqa: PLC0415 (who serves needs none of it)

        return all_of(service, patience)

    return look


def is_asked(words: Sequence[str]) -> bool:
    """Whether a command line is the doctor's: its settings may be what keeps all else from it."""
    return [each for each in words if each != "--json"][-1:] == [NAME]


def of_broken(sentences: Sequence[str]) -> Callable[[], Sequence[Finding]]:
    """What there is to find where a wrong setting lets nothing start: a sentence each."""
    what_to_do = "Set it right in the environment or in .env: nothing starts before."
    return lambda: [wrong("settings", each, what_to_do) for each in sentences]


def _as_json(findings: Sequence[Finding]) -> str:
    counts = {level.value: sum(each.level is level for each in findings) for level in Level}
    told = {"works": works(findings), **counts, "findings": [asdict(each) for each in findings]}
    return json.dumps(told, ensure_ascii=False, indent=2)


def _in_lines(findings: Sequence[Finding]) -> str:
    width = max((len(each.name) for each in findings), default=0)
    lines = []
    for each in findings:
        lines.append(f"{MARKS[each.level]:<6}{each.name:<{width}}  {each.sentence}")
        if each.what_to_do:
            lines.append(f"{'':<6}{'':<{width}}  -> {each.what_to_do}")
    return "\n".join([*lines, "", _sum(findings)])


def _sum(findings: Sequence[Finding]) -> str:
    wrongs, warnings = (
        sum(each.level is level for each in findings) for level in (Level.WRONG, Level.WARN)
    )
    if wrongs:
        return f"It would not work: {wrongs} wrong, {warnings} to look at."
    return f"It works: {warnings} to look at." if warnings else "It works, and all is well."
