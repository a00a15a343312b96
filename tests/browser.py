"""Finds the Chromium or Chrome for the browser tests. It never downloads one."""

import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)


def find_chromium() -> Path | None:
    """The first Chromium or Chrome of the machine's, or None."""
    on_path = (shutil.which(name) for name in NAMES)
    installed = (application for application in MAC_APPLICATIONS if application.exists())
    return next((Path(found) for found in on_path if found), None) or next(installed, None)
