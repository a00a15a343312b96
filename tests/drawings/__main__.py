"""Draws the pictures of the sample menus: `python -m tests.drawings [folder]`.

What is packaged is its output; it is run again where a dish is added or drawn anew.
"""

import sys
from pathlib import Path

from tests.drawings.menu import DRAWINGS
from tests.drawings.sheet import Sheet

FOLDER = Path(__file__).parents[2] / "knowledge" / "samples" / "pictures"
GROUNDS = ("#f2c879", "#9cc3b5", "#e8a585", "#b7c8dd", "#d6c2a0", "#c9d39b", "#e3b7a6", "#a9b8c9")


def drawn(name: str) -> bytes:
    """The picture of this name, as JPEG."""
    sheet = Sheet(name, GROUNDS[sum(map(ord, name)) % len(GROUNDS)])
    DRAWINGS[name](sheet)
    return sheet.jpeg()


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in DRAWINGS:
        (folder / f"{name}.jpg").write_bytes(drawn(name))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
