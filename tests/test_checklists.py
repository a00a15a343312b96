"""CONTRIBUTING's checklists, followed to the letter in a copy of the project: a sommelier comes,
is talked to, and goes."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parent.parent
LEFT_BEHIND = shutil.ignore_patterns(
    *(".*", "*.db*", "__pycache__", "node_modules"),
    *("benchmarks", "foreign", "scenarios", "docs"),
)
# "1. `personas/sommelier.py`, ...:" and the file below it.
FILE = re.compile(r"^\d\. `([\w/]+\.py)`[^\n]*:\n\n( +)```python\n(.*?)\n\2```", re.M | re.S)


# Each command as at a terminal, on an app of its own; the imports are made once.
TERMINAL = """
import json, sys
from app import create_app

for command in json.loads(sys.argv[1]):
    done = create_app().test_cli_runner().invoke(args=command)
    assert done.exit_code == 0, (command, done.output, done.exception)
    print(json.dumps(done.output))
"""


class Project:
    """A copy of this one, in which commands run as on a developer's machine without any key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=LEFT_BEHIND)

    def flask(self, *commands: list[str]) -> list[str]:
        """What each `flask --app app ...` prints."""
        told = self.run("-c", TERMINAL, json.dumps(commands))
        return [json.loads(line) for line in told.splitlines() if line.startswith('"')]

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "DOTENV": os.devnull,
                "DATABASE_URL": f"sqlite:///{self.folder / 'copy.db'}",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("checklists") / "tableside")


def files_of(checklists: str) -> dict[str, str]:
    return {path: dedent(text) + "\n" for path, _, text in FILE.findall(checklists)}


def test_a_sommelier_comes_by_the_checklist_and_goes_without_a_trace(project: Project) -> None:
    files = files_of((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert list(files) == [
        "personas/sommelier.py",
        "tests/personas/test_sommelier.py",
        "personas/tools/cellar.py",
    ]
    for path, text in files.items():
        (project.folder / path).write_text(text, encoding="utf-8")

    # Its own test, and those that hold of every persona.
    tests = ["tests/personas/test_sommelier.py", "tests/personas/test_personas.py"]
    assert "passed" in project.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    *_, helped, greeted, answered, health, switched = project.flask(
        ["db", "upgrade"],
        ["seed"],
        ["ai", "say", "/help"],
        ["ai", "say", "/sommelier"],
        ["ai", "say", "say exactly: A glass of the red, then."],
        ["ai", "health"],
        ["ai", "persona", "sommelier", "--sender", "dora"],
    )
    assert "*/sommelier*" in helped
    assert "the sommelier of *" in greeted
    assert "A glass of the red, then." in answered
    assert '"persona": "sommelier"' in health
    assert "dora talks to sommelier now" in switched

    for path in files:
        (project.folder / path).unlink()
    unknown, health = project.flask(["ai", "say", "/sommelier"], ["ai", "health"])
    assert "I don't know /sommelier" in unknown
    assert '"persona": "waiter"' in health
