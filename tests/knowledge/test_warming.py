"""What is made of the tables is made before the first message: a fresh interpreter tells."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNMADE = """
import inspect
from importlib import import_module
from pkgutil import iter_modules
import knowledge
from knowledge.warming import warm
warm()
for each in iter_modules(knowledge.__path__):
    module = import_module(f"knowledge.{each.name}")
    for name, made in vars(module).items():
        is_made_once = hasattr(made, "cache_info") and not inspect.signature(made).parameters
        if is_made_once and not made.cache_info().currsize:
            print(module.__name__, name)
"""


def test_no_table_is_left_for_whoever_writes_first() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNMADE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
