"""How pages show moments and numbers: templates' filters."""

import json
import re
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from flask import g
from markupsafe import Markup, escape

from handlers.console.here import now
from models.diners import PHONE

# WhatsApp's marks, in escaped text: https://faq.whatsapp.com/539178204879377
_CODE = re.compile(r"```(?s:(.+?))```|`([^`\n]+)`")
_MARKS = {"*": "strong", "_": "em", "~": "s"}
_MARKED = {
    re.compile(rf"(?<![\w{mark}])\{mark}(?! )([^{mark}\n]+)(?<! )\{mark}(?![\w{mark}])"): tag
    for mark, tag in _MARKS.items()
}
_QUOTED = re.compile(r"^&gt; ?(.*)$", re.MULTILINE)


def moment(at: datetime, timezone: str = "") -> Markup:
    """`26 Nov 2026, 19:05`, by the clock of the page's restaurant.

    By another, of `timezone` or UTC, it is named: `26 Nov 2026, 19:05, Kigali time`.
    """
    here = g.get("here")
    zone = timezone or (here.restaurant.timezone if here else "UTC")
    local = at.astimezone(ZoneInfo(zone))
    told = f"{local.day} {local:%b %Y, %H:%M}"
    if zone == "UTC":
        told += " UTC"
    elif timezone:
        told += f", {zone.rpartition('/')[2].replace('_', ' ')} time"
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), told)


def date_(told: str) -> str:
    """`26 Nov 2026`, of `2026-11-26`."""
    day = date.fromisoformat(told)
    return f"{day.day} {day:%b %Y}"


def lately(at: datetime) -> Markup:
    """`19:05` of today, or `26 Nov, 19:05`, by the clock of the page's restaurant."""
    zone = ZoneInfo(g.here.restaurant.timezone)
    local = at.astimezone(zone)
    is_today = local.date() == now().astimezone(zone).date()
    told = f"{local:%H:%M}" if is_today else f"{local.day} {local:%b, %H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), told)


def words(text: str) -> Markup:
    """As WhatsApp shows it: bold, italic, struck out, code and quotes."""
    begun, told = 0, []
    escaped = str(escape(text))
    for code in _CODE.finditer(escaped):
        told += [_marked(escaped[begun : code.start()]), f"<code>{code[1] or code[2]}</code>"]
        begun = code.end()
    return Markup("".join([*told, _marked(escaped[begun:])]))  # noqa: S704 # escaped


def _marked(escaped: str) -> str:
    for marked, tag in _MARKED.items():
        escaped = marked.sub(rf"<{tag}>\1</{tag}>", escaped)
    return _QUOTED.sub(r'<span class="quoted">\1</span>', escaped)


def plain(text: str) -> str:
    """Without WhatsApp's marks, in one line: for a list."""
    return " ".join(words(text).striptags().split())


def laid_out(told: str) -> str:
    """JSON with each of its fields on a line; anything else as it is."""
    try:
        return json.dumps(json.loads(told), ensure_ascii=False, indent=2)
    except ValueError:
        return told


def mark(address: str | None) -> str:
    """By which a page knows its reader, or another, without their number; nothing of nobody."""
    return sha256(address.encode()).hexdigest()[:12] if address else ""


def number(address: str) -> str:
    """`+250788000001`, of an address; of who called and showed none, that they did."""
    if address.startswith(f"{PHONE}:"):
        return "No number shown"
    return address.removeprefix("whatsapp:")


def sentence(words: str) -> str:
    """With a large letter in front, and the others as they are."""
    return words[:1].upper() + words[1:]


# Why there is no answer, where an operator reads it: `conversation.sentences` has what diners do.
CAUSES = {
    "busy": "too many were writing at once",
    "timeout": "the model took too long",
    "unreachable": "the model could not be reached",
    "unavailable": "the model refuses us: the doctor says why",
    "failed": "the model gave no answer",
    "superseded": "the model gave no answer",
    "closed": "the service was stopped meanwhile",
    "disabled": "answers of the model are switched off",
    "no_restaurant": "no restaurant is on this number",
    "too_many_rounds": "the model went on asking its tools",
    "too_many_turns": "more messages than a diner may write at once",
    "no_budget": "the month's budget is spent",
    "no_diner_budget": "the diner's budget of the day is spent",
    "filtered": "the model's filter held the answer back",
    "gave_up": "it was tried too often",
    "not_listed": "the diner is not on the list of the rollout",
}


_CHANGES = {
    "turns.retried": "Unanswered: tried again",
    "turns.dropped": "Unanswered: off the list",
    "parts.retried": "Messages: sent again",
    "parts.dropped": "Messages: off the list",
    "draft.changed": "Draft: sent, edited",
}


def change(what: str) -> str:
    """What the audit calls `menu.price_changed`: `Menu: price changed`."""
    return _CHANGES.get(what) or what.replace("_", " ").replace(".", ": ").capitalize()


def cause(known: str | None) -> str:
    """Why a turn has no answer, in words."""
    return CAUSES.get(known or "", "") or (known or "it was tried too often").replace("_", " ")


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
