"""The operators' page has a line for each event of the log, and names none that there is not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from telemetry.realtime_notes import _UNLOGGED

ROOT = Path(__file__).parent.parent
# The stand-ins' lines are read by who writes them.
LEFT_OUT = {"tests", "sandbox", ".venv", ".git"}
EVENT = re.compile(r"[a-z_]+(?:\.[a-z_0-9]+)?")
NAMED = re.compile(r"[a-z_]+\.[a-z_0-9]+")


def events() -> set[str]:
    packages = [each for each in ROOT.iterdir() if each.is_dir() and each.name not in LEFT_OUT]
    files = [*ROOT.glob("*.py"), *(file for each in packages for file in each.rglob("*.py"))]
    return {each for file in files for each in _events_of(file)} - _UNLOGGED


def _events_of(file: Path) -> Iterator[str]:
    package = file.relative_to(ROOT).parts[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _logs(node.func):
            yield from _texts(node.args[0], EVENT)
        elif package == "realtime" and isinstance(node, ast.Call):
            # What the connection notes is logged by `telemetry.realtime_notes`.
            yield from (e for arg in node.args for e in _texts(arg, NAMED) if "realtime." in e)
        elif isinstance(node, ast.Call | ast.Assign):
            # What a thread that repeats something logs where that fails, and what is refused.
            given = node.args if isinstance(node, ast.Call) else [node.value]
            named = (each for arg in given for each in _texts(arg, NAMED))
            refused = "webhook." if package == "handlers" else "-"
            yield from (e for e in named if e.endswith(".failed") or e.startswith(refused))


def _logs(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in {"log_defect", "log_rationed", "Note"}
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "log"
    )


def _texts(node: ast.expr, form: re.Pattern[str]) -> Iterator[str]:
    whole = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    for each in whole:
        text = each.value if isinstance(each, ast.Constant) else None
        if isinstance(text, str) and form.fullmatch(text):
            yield text


PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
NAMES = re.compile(r"`([a-z_.0-9]+)`")


def listed() -> set[str]:
    """In the table's first column."""
    table = PAGE.split("## Logs", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in NAMES.findall(row)}


def test_each_event_of_the_log_is_on_the_operators_page() -> None:
    there_are = events()
    assert len(there_are) > 60  # they are found
    assert there_are - set(NAMES.findall(PAGE)) == set()


def test_the_operators_page_names_no_event_that_there_is_not() -> None:
    built = {"hands.called", "hands.taken", "hands.returned"}  # of a name and a word
    assert listed() - events() - built == set()
