"""What docs/security.md says is shown by a test is shown by one that exists and can fail."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from personas.catalogue import PERSONAS
from personas.tools import hand_over

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
ACTORS = (
    *("diner", "profile name", "quoted", "picture with words", "voice note", "menu row"),
    *("tool's result", "forged webhook", "small role", "malicious restaurant"),
)
KEPT = "## The model is not trusted"  # what stands before it claims nothing


@cache
def functions_of(path: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_page_names_exists_and_can_fail() -> None:
    assert len(NAMED) > 100
    assert [f"{path}::{name}" for path, name in NAMED if name not in functions_of(path)] == []
    for path, name in NAMED:
        test = functions_of(path)[name]
        assert name.startswith("test_"), name
        asserts = any(isinstance(node, ast.Assert) for node in ast.walk(test))
        assert asserts or "pytest.raises(" in ast.unparse(test), name
        marks = " ".join(map(ast.unparse, test.decorator_list))
        assert not re.search(r"mark\.(skip|xfail)\b", marks), name


def test_every_claim_names_its_test_or_says_that_there_is_none() -> None:
    rows = [line for line in PAGE.partition(KEPT)[2].splitlines() if line.startswith("| ")]
    claims = [row for row in rows if not re.search(r"\| test \|", row)]
    assert len(claims) > 60
    assert [row for row in claims if "`tests/" not in row and "| none |" not in row] == []


@pytest.mark.parametrize("actor", ACTORS)
def test_each_actor_has_a_table(actor: str) -> None:
    heads = re.findall(r"^### (.+)\n\n\|", PAGE, re.MULTILINE)
    assert any(actor in head for head in heads)


def test_each_tool_and_each_item_of_the_lists_has_its_row() -> None:
    rows = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    tools = {tool.name for each in PERSONAS.values() for tool in each.tools} | {hand_over.NAME}
    lists = [*(f"| LLM{n:02} " for n in range(1, 11)), *(f"| V{n} " for n in range(1, 18))]
    for what in (*(f"`{each}`" for each in tools), *lists):
        assert what in rows, what
