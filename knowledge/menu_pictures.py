"""Pictures of dishes that can be sent: our own, which are packaged, and addresses of https.

Ours are drawn by `python -m tests.drawings`. Nothing is fetched here.
"""

from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

# Where files of ours are served, and where these are; a dish's `image_url` may be such a path, with
# ".jpg" behind the name.
SERVED = "/media/"
PATH = f"{SERVED}menu/"
ENDING = ".jpg"
CONTENT_TYPE = "image/jpeg"
FOLDER = Path(__file__).parent / "samples" / "pictures"
REMEMBERED = 64  # of some 10 kB each


def can_be_sent(image_url: str) -> bool:
    """Whether WhatsApp can be told to show it. What https leads to is not looked at."""
    if is_ours(image_url):
        name = image_url.removeprefix(PATH)
        return name.endswith(ENDING) and name.removesuffix(ENDING) in ours()
    try:
        parts = urlsplit(image_url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def is_ours(image_url: str) -> bool:
    return image_url.startswith(PATH)


@cache
def ours() -> frozenset[str]:
    """The names of our own."""
    return frozenset(each.stem for each in FOLDER.glob(f"*{ENDING}"))


@lru_cache(maxsize=REMEMBERED)
def content(name: str) -> bytes | None:
    """One of ours, as JPEG; None for what is none."""
    return (FOLDER / f"{name}{ENDING}").read_bytes() if name in ours() else None
