"""Photographs the console's pages for the docs: `python -m tests.console.screenshots [folder]`.

A service as in production, its sandbox outside, and an evening's worth of diners. It is run again
where a page looks otherwise.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from models import restaurants, rollout
from models.database.engine import Database
from tests.browser import find_chromium
from tests.conftest import load_samples, migrate
from tests.console.browsing import Scheme, Served, address_of, opened, signed_in
from tests.scenarios.phones import NARROW, WIDE, browsing
from tests.scenarios.world import Outside, running_world, until

FOLDER = Path(__file__).parents[2] / "docs" / "console"
COLOURS = 96
KIGALI = "kigali"
# Below the restaurant: what each picture is called, and where it is.
PAGES = {
    "conversations": "conversations",
    "menu": "menu",
    "figures": "figures",
    "dead-letters": "dead-letters",
    "not-on-the-menu": "asked",
    "pairings": "pairings",
    "words": "synonyms",
    "opening-hours": "hours",
    "opted-out": "opted-out",
    "people": "people",
    "rollout": "rollout",
    "changes": "audit",
}
# What a page leads to: its picture's name, the link there, what it shows.
ONE_OF = {
    "conversations": ("conversation", "a.talk-row:has-text('Amal')", "#thread"),
    "menu": ("dish", "li a.grow", "main form"),
    "people": ("person", ".people a", ".roles"),
}
DARK = ("conversations", "figures")
# No country has 999.
AMAL, BENIT, CLAIRE, DIEGO, EMI = (f"whatsapp:+99900030{nth:02}" for nth in range(5))
SAID = [
    (AMAL, "Amal", "What do you have with fish?"),
    (AMAL, "Amal", "And what goes with the tilapia?"),
    (BENIT, "Bénit", "Bonjour, qu'avez-vous de végétarien ?"),
    (CLAIRE, "Claire", "Do you have sushi?"),
    (CLAIRE, "Claire", "And paella?"),
    (DIEGO, "Diego", "STOP"),
    (BENIT, "Bénit", "Avez-vous des sushi ?"),
]
FAILS = {"fail_with": 63049, "to": EMI}


def happens(outside: Outside, served: Served) -> None:
    """An evening's worth: everybody is answered, but for one whose answer does not arrive."""
    for who, name, words in SAID:
        answered = len(outside.replies(who)) + 1
        outside.write(who, words, profile_name=name)
        outside.reply(who, answered)
    outside.order_faults(FAILS)
    outside.write(EMI, "Are you open on Sunday?", profile_name="Emi")
    until(lambda: outside.replies(EMI))
    outside.write(address_of("owner"), "/help", profile_name="Owner")
    now = datetime.now(UTC)
    with served.database.transaction() as session:
        here = next(each for each in restaurants.all_of_them(session) if each.slug == KIGALI)
        names = {AMAL: "Amal", BENIT: "Bénit"}
        rollout.allow(session, here.id, names, by=address_of("owner"), now=now)
        rollout.open_to_all(session, here.id, by=address_of("owner"), now=now)
    for role in ("manager", "waiter", "kitchen"):
        served.link(role)


@contextmanager
def evening() -> Iterator[Served]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/tableside.db"
        migrate(url)
        load_samples(url)
        database = Database(url)
        with running_world(url) as (outside, house):
            served = Served(house, database)
            served.link("owner")
            happens(outside, served)
            yield served
        database.close()


def photograph(served: Served, browser: Browser, folder: Path) -> None:
    looks: list[tuple[Any, Scheme]] = [(NARROW, "light"), (NARROW, "dark")]
    looks += [(WIDE, "light"), (WIDE, "dark")]
    for viewport, scheme in looks:
        mark = f"{viewport['width']}{'-dark' if scheme == 'dark' else ''}.png"
        with opened(browser, viewport, scheme) as page:
            page.goto(f"{served.url}/console/sign-in")
            if scheme == "light":
                keep(page, folder / f"sign-in-{mark}")
            signed_in(served, page)
            for name, path in PAGES.items():
                if scheme == "light" or name in DARK:
                    page.goto(f"{served.url}/console/{KIGALI}/{path}")
                    keep(page, folder / f"{name}-{mark}")
                    one_of(name, page, folder, mark)


def one_of(name: str, page: Page, folder: Path, mark: str) -> None:
    """What a list leads to."""
    if name in ONE_OF:
        one, link, its = ONE_OF[name]
        page.locator(link).first.click()
        page.locator(its).first.wait_for()
        keep(page, folder / f"{one}-{mark}")


def keep(page: Page, file: Path) -> None:
    """With few colours, which is small."""
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def main(folder: Path) -> None:
    chromium = find_chromium()
    if chromium is None:
        sys.exit(
            "No Chromium or Chrome on this machine: install one (Debian: apt install chromium)."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with evening() as served, browsing(chromium) as browser:
        photograph(served, browser, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
