"""`eval`: plays conversations against a model, and is the gate before a release or another model.

It plays on a database of its own, which it throws away: no diner's words get near it.
"""

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from pydantic import SecretStr, ValidationError

from handlers.cli.errors import database_errors
from knowledge.clock import Clock
from service import Service
from settings import Settings

if TYPE_CHECKING:
    from evaluation.case import Case
    from evaluation.playing import Outcome, Stage
    from evaluation.report import Results

# A Thursday at lunch, in both samples: what is served and what is booked is always the same.
WHEN = datetime(2026, 11, 26, 11, 30, tzinfo=UTC)
MOST_AT_ONCE = 32


def eval_command(settings: Settings) -> click.Command:
    @click.command("eval")
    @click.option("--model", "models", multiple=True, help="Which; several are shown side by side.")
    @click.option(
        "--only", multiple=True, metavar="WORD", help="Cases with it: name, kind, language."
    )
    @click.option(
        "--cases", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder."
    )
    @click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
    @click.option(
        "--may-fail",
        default=0,
        show_default=True,
        type=click.IntRange(min=0),
        help="So many; none on health.",
    )
    @click.option("--at-once", default=4, show_default=True, type=click.IntRange(1, MOST_AT_ONCE))
    def evaluate(
        models: tuple[str, ...],
        only: tuple[str, ...],
        cases: Path | None,
        json_file: Path | None,
        may_fail: int,
        at_once: int,
    ) -> None:
        """Play conversations against the model, and print what of its answers is right.

        With OPENAI_API_KEY against OPENAI_REALTIME_ENDPOINT, and it costs money; else against the
        practice model. Ends with 1 where more fail than --may-fail, or one on allergies, the books
        or injected orders, or where answers take more than 1.05 messages each.
        """
        from evaluation import report  # noqa: PLC0415

        logging.getLogger().setLevel(logging.ERROR)
        if json_file is not None and not json_file.parent.is_dir():
            raise click.UsageError(f"--json: there is no folder {json_file.parent}.")
        chosen = _chosen(cases, only)
        results = {}
        for name, own in _models(settings, models).items():
            try:
                results[name] = _played(own, chosen, at_once, name)
            except click.ClickException:
                if results:
                    _tell(results)
                raise
            if json_file is not None:
                _keep(results, json_file)
        _tell(results)
        if not all(report.has_passed(each, may_fail=may_fail) for each in results.values()):
            sys.exit(1)

    return evaluate


def _chosen(folder: Path | None, only: Sequence[str]) -> "list[Case]":
    from evaluation.case import CASES, CaseError, read_cases  # noqa: PLC0415

    try:
        cases = read_cases(folder or CASES)
    except CaseError as error:
        raise click.ClickException(str(error)) from None
    chosen = [
        case
        for case in cases
        if not only or any(word in (case.kind, case.language) or word in case.name for word in only)
    ]
    if not chosen:
        raise click.UsageError(f"--only: no case has {' or '.join(only)} in it.")
    return chosen


def _models(settings: Settings, asked: Sequence[str]) -> dict[str, Settings]:
    """The settings to play each of them with, in their order."""
    if settings.openai_is_stand_in:
        if asked:
            raise click.UsageError(
                "--model: set OPENAI_API_KEY; without it the practice model answers."
            )
        return {"practice": settings}
    try:
        return {
            name: _with(settings, openai_realtime_model=name)
            for name in asked or (settings.openai_realtime_model,)
        }
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise click.UsageError(f"--model: {said}") from None


def _played(
    settings: Settings, cases: "Sequence[Case]", at_once: int, name: str
) -> "list[Outcome]":
    from evaluation.playing import NoModelError, play  # noqa: PLC0415

    with (
        database_errors(),
        _stages(settings) as stages,
        click.progressbar(length=len(cases), label=name, file=sys.stderr) as bar,
    ):
        try:
            return play(cases, stages, at_once=at_once, passed=lambda _outcome: bar.update(1))
        except NoModelError as error:
            raise click.ClickException(
                f"{name} answers nothing ({error}): check OPENAI_REALTIME_ENDPOINT,"
                f" {settings.openai_realtime_endpoint}, and OPENAI_API_KEY."
            ) from None


def _keep(results: "Results", file: Path) -> None:
    """After each model: what was paid for is not lost with the next one."""
    from evaluation import report  # noqa: PLC0415

    written = json.dumps(report.as_json(results), ensure_ascii=False, indent=1)
    file.write_text(written, encoding="utf-8")


def _tell(results: "Results") -> None:
    from evaluation import report  # noqa: PLC0415

    for fault in report.faults_of(results):
        click.echo(fault)
    click.echo(report.table_of(results))


@contextmanager
def _stages(settings: Settings) -> "Iterator[dict[str, Stage]]":
    """A service for each sample restaurant, at one moment, on a database that goes with it."""
    from evaluation.playing import OWNER, CallsHeard, Stage  # noqa: PLC0415
    from knowledge import seed  # noqa: PLC0415
    from knowledge.files import read_restaurant  # noqa: PLC0415
    from models import menu, restaurants  # noqa: PLC0415
    from models.database import migrate  # noqa: PLC0415

    late = WHEN - datetime.now(UTC)
    with TemporaryDirectory() as folder, ExitStack() as closing:
        url = f"sqlite:///{folder}/eval.db"
        migrate.upgrade(url)
        stages: dict[str, Stage] = {}
        for file in seed.SAMPLE_FILES:
            heard = CallsHeard()
            number = read_restaurant(file).restaurant.number
            service = Service(
                _alone(settings, url, number, OWNER),
                clock=Clock(now=lambda: datetime.now(UTC) + late),
                on_call=heard,
            )
            if not stages:
                seed.seed(service.database, today=WHEN.date(), kigali_number=number)
            closing.enter_context(service.running())
            with service.database.transaction() as session:
                restaurant = restaurants.by_number(session, number)
                assert restaurant is not None, "it was just seeded"
                items = menu.available_items(session, restaurant.id)
            stages[restaurant.slug] = Stage(service.talk, service.database, heard, number, items)
        yield stages


def _alone(settings: Settings, url: str, number: str, owner: str) -> Settings:
    """As they are, for talking to one restaurant without Twilio and without a limit."""
    return _with(
        settings,
        database_url=url,
        twilio_whatsapp_number=number,
        twilio_account_sid=None,
        twilio_auth_token=None,
        cfo_numbers=frozenset({owner}),
        diner_turns_per_minute=0,
        tableside_env="development",
        web_concurrency=1,
        web_runs_turns=True,
        sqlite_on_dyno=True,
    )


def _with(settings: Settings, **changed: Any) -> Settings:
    # Anew, and no copy: what it made of its fields before would go with it.
    own = {name: getattr(settings, name) for name in Settings.model_fields}
    secrets = {
        name: value.get_secret_value()
        for name, value in own.items()
        if isinstance(value, SecretStr)
    }
    return Settings(_env_file=None, **(own | secrets | changed))
