"""What docs/security.md says is shown by a test is shown by one that exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
ACTORS = (
    "diner",
    "profile name",
    "menu row",
    "quoted",
    "picture with words",
    "tool's result",
    "forged webhook",
    "small role",
    "console link",
    "malicious restaurant",
)


def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_page_names_exists() -> None:
    there = {path: functions_of(path) for path in {path for path, _ in NAMED}}
    assert len(NAMED) > 50
    assert [f"{path}::{name}" for path, name in NAMED if name not in there[path]] == []


def test_each_actor_and_each_item_of_the_lists_has_its_row() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("|")]
    for what in (*ACTORS, *(f"LLM{n:02}" for n in range(1, 11)), *(f"V{n} " for n in range(1, 18))):
        assert any(what in row for row in rows), what
