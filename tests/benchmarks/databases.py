"""The databases that our service is measured on: fresh ones with the sample restaurants. It knows no contender's command."""

import shutil
from pathlib import Path

from models.migrate import upgrade
from tests.benchmarks.contenders import Place
from tests.scenarios.conftest import load_samples
from tests.scenarios.world import ROOT

CACHE = ROOT / ".bench"


def fresh_sqlite(file: Path) -> None:
    url = f"sqlite:///{file}"
    upgrade(url)
    load_samples(url)


def copied_sqlite(original: Path, place: Place) -> None:
    shutil.copyfile(original, place.folder / "tableside.db")
