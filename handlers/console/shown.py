"""How pages show moments and numbers: templates' filters."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g
from markupsafe import Markup


def moment(at: datetime, timezone: str = "") -> Markup:
    """`26 Nov 2026, 19:05`, by the clock of the page's restaurant, or in UTC, and says so."""
    here = g.get("here")
    zone = timezone or (here.restaurant.timezone if here else "UTC")
    local = at.astimezone(ZoneInfo(zone))
    told = f"{local.day} {local:%b %Y, %H:%M}{' UTC' if zone == 'UTC' else ''}"
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), told)


def number(address: str) -> str:
    """`+250788000001`, of an address."""
    return address.removeprefix("whatsapp:")


# The first that is named: others name themselves after these too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """`Chrome on Android`, of what a browser calls itself."""
    name = next((told for mark, told in BROWSERS if mark in agent), "A browser")
    system = next((told for mark, told in SYSTEMS if mark in agent), "")
    return f"{name} on {system}" if system else name
