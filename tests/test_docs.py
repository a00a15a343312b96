"""The docs keep what they promise: every setting, target, link and example in them exists."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from handlers.cli.commands import register_commands
from handlers.cli.stock import seed_command
from knowledge.files import read_restaurant
from models.database.engine import Database
from service import Service
from settings import Settings
from tests.engine.world import KIGALI
from tests.handlers.terminal import run, settings_for

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


@pytest.mark.parametrize("name", [field.upper() for field in Settings.model_fields])
def test_every_setting_has_its_row_with_its_default(name: str) -> None:
    assert f"| `{name}` | {_shown_default(name)} |" in _text("docs/operations.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_in_a_table_exists(page: Path) -> None:
    named = set(re.findall(r"^\| `([A-Z][A-Z_]+)`", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= {field.upper() for field in Settings.model_fields}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_exists(page: Path) -> None:
    code = "\n".join(CODE.findall(page.read_text(encoding="utf-8")))
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", code))
    assert named <= set(re.findall(r"^([a-z][a-z-]*):", _text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file_and_to_a_heading_of_it(page: Path) -> None:
    links = re.findall(
        r"\]\((?!https?://)([^)\s#]*)(?:#([^)\s]+))?\)",
        CODE.sub("", page.read_text(encoding="utf-8")),
    )
    for path, heading in links:
        target = (page.parent / path) if path else page
        assert target.exists(), path
        assert not heading or heading in _headings(target), heading


def test_the_readme_names_the_two_commands() -> None:
    assert {"make run", "make test"} <= set(
        re.findall(r"^make \w+", _text("README.md"), re.MULTILINE)
    )


def test_the_example_of_a_restaurant_can_be_loaded(tmp_path: Path) -> None:
    example = re.search(r"```json\n(.*?)```", _text("docs/menu.md"), re.DOTALL)
    assert example is not None
    file = tmp_path / "example.json"
    file.write_text(example[1], encoding="utf-8")
    assert read_restaurant(file).pairings


def test_what_the_menus_page_shows_is_what_one_sees(tmp_path: Path) -> None:
    page = _text("docs/menu.md")
    example, console = (
        re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("json", "console")
    )
    assert example is not None
    assert console is not None
    (tmp_path / "umubano.json").write_text(example[1], encoding="utf-8")
    assert _played(console[1], tmp_path) == console[1]


def test_the_readme_shows_what_seeding_says(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    said = run(seed_command(database, KIGALI)).stdout.strip()
    database.close()
    # The sample books run up to today.
    entries = r"\d+ ledger entries"
    shown = re.sub(entries, "N ledger entries", _text("README.md"))
    assert re.sub(entries, "N ledger entries", said) in shown


def test_the_operators_page_names_every_command(sqlite_url: str) -> None:
    app = Flask("inzozi", static_folder=None)
    service = Service(settings_for(sqlite_url))
    register_commands(app, service)
    service.stop()
    line = re.search(r"^Commands, each with `--help`: (.*)\.$", _text("docs/operations.md"), re.M)
    assert line is not None
    named = {each.removeprefix("flask --app app ").split()[0] for each in _in_code(line[1])}
    assert named == set(app.cli.commands)


def _in_code(line: str) -> list[str]:
    return re.findall("`([^`]+)`", line)


def _played(console: str, folder: Path) -> str:
    """The commands of a page's console, each with what it prints now."""
    programs = Path(sys.executable).parent
    told, exported = "", ""
    for command in re.findall(r"^\$ (.+)$", console, re.MULTILINE):
        if command.startswith("export "):
            exported += f"{command}; "
        done = subprocess.run(
            exported + command.replace(".venv/bin/", f"{programs}/"),
            shell=True,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DOTENV": os.devnull},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        told += f"$ {command}\n{done.stdout}"
    return told


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _shown_default(name: str) -> str:
    """As `.env.example` has it; nothing there is none."""
    value = re.search(rf"^{name}=(.*)$", _text(".env.example"), re.MULTILINE)
    assert value is not None, f"{name} is not in .env.example"
    return f"`{value[1]}`" if value[1] else "none"


def _headings(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
