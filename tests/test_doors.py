"""The root modules keep to the doors of the design too, and so does what stands below the tables.

import-linter reads whole packages, so a test reads these.
"""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "conversation",
    "engine",
    "handlers",
    "knowledge",
    "models",
    "personas",
    "realtime",
    "sandbox",
    "telemetry",
    "whatsapp",
}
VENDORS_BEHIND_DOORS = {
    "alembic",
    "gevent",
    "gunicorn",
    "openai",
    "opentelemetry",
    "psycopg",
    "sqlalchemy",
    "twilio",
    "websocket",
    "websockets",
}


def test_app_wires_packages_and_leaves_vendors_to_their_doors() -> None:
    assert not _imported_by("app") & VENDORS_BEHIND_DOORS


@pytest.mark.parametrize("module", ["service", "answering", "delivering", "doors"])
def test_the_service_is_wired_without_a_vendor_and_knows_no_way_in(module: str) -> None:
    above = {"app", "flask", "handlers", "web_worker", "werkzeug"}
    assert not _imported_by(module) & (VENDORS_BEHIND_DOORS | above)


def test_addresses_stand_below_everything() -> None:
    assert _imported_by("addresses") <= sys.stdlib_module_names


def test_proxies_are_the_environments_alone() -> None:
    assert _imported_by("proxies") <= sys.stdlib_module_names


def test_settings_stand_below_every_package() -> None:
    assert not _imported_by("settings") & (PACKAGES | VENDORS_BEHIND_DOORS | {"app", "flask"})


def test_the_databases_machinery_stands_below_its_tables() -> None:
    machinery = {f"models.database.{file.stem}" for file in (ROOT / "models/database").glob("*.py")}
    for module in sorted(machinery):
        ours = {name for name in _modules_imported_by(module) if name.startswith("models")}
        assert ours <= machinery | {"models.database"}, module


@pytest.mark.parametrize("module", ["gunicorn_lines", "listening", "web_connection", "web_worker"])
def test_what_gunicorns_master_imports_knows_nothing_of_the_service(module: str) -> None:
    ours = {name for name in _modules_imported_by(module) if name.startswith("telemetry")}
    assert ours <= {"telemetry.net", "telemetry.ration"}  # small, and of the standard library alone
    others = {"gevent", "gunicorn", "telemetry", "web_connection"}
    assert _imported_by(module) - sys.stdlib_module_names <= others


@pytest.mark.parametrize("module", ["telemetry.net", "telemetry.masking", "telemetry.ration"])
def test_the_net_of_a_log_is_small(module: str) -> None:
    assert _imported_by(module) - sys.stdlib_module_names <= {"telemetry"}


def test_a_file_of_the_service_stays_at_300_lines() -> None:
    packages = [file for each in PACKAGES | {"evaluation"} for file in (ROOT / each).rglob("*.py")]
    lines = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in [*ROOT.glob("*.py"), *packages]
    }
    assert {file: count for file, count in lines.items() if count > 300} == {}


def _imported_by(module: str) -> set[str]:
    """The top-level names that a module imports anywhere in its text."""
    return {name.partition(".")[0] for name in _modules_imported_by(module)}


def _modules_imported_by(module: str) -> set[str]:
    """Every module that it names in an import."""
    names: set[str] = set()
    file = ROOT / f"{module.replace('.', '/')}.py"
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names
