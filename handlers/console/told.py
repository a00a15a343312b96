"""What became of turns and messages, in words for the staff."""

from collections.abc import Mapping

from babel import Locale, UnknownLocaleError

from addresses import SCHEME
from models.console.rung import Rung
from personas.catalogue import PERSONAS
from telemetry.masking import masked
from whatsapp.errors import remedy

# By a part's tick: its icon, and what it says.
TICKS: Mapping[str, tuple[str, str]] = {
    "waiting": ("clock", "Waits to be sent"),
    "sending": ("clock", "Being sent"),
    "maybe": ("clock", "Perhaps sent: that is being looked up"),
    "sent": ("sent", "Sent"),
    "delivered": ("double", "Delivered"),
    "read": ("double", "Read"),
    "failed": ("failed", "Did not arrive"),
    "dropped": ("failed", "Withdrawn, never sent"),
}
# By what became of a draft whose words were not sent.
UNSENT: Mapping[str, str] = {
    "dropped": "A draft was dropped: nothing was sent",
    "replaced": "A newer draft took its place: nothing was sent",
    "overtaken": "They wrote on before its draft was sent: nothing was sent",
    "answered": "A person answered in place of its draft",
}
# By the kind of what was asked for and is not known.
MISSED: Mapping[str, str] = {
    "dish": "not on the menu",
    "word": "nobody knows this word",
    "contents": "not stated for this dish",
    "pairing": "no pairing written",
}

# By why a call ended, where that was not as it should.
CUT_SHORT: Mapping[str, str] = {
    "lost": "cut: our side broke off",
    "broken": "cut: our side broke off",
    "model_away": "cut: the model was away",
    "stopping": "cut short: the service was being renewed",
    "budget": "cut short: the budget was spent",
    "too_long": "cut: it was too long",
    "not_taken": "nobody stayed on the line",
    "transferred": "put through to people",
}


def trouble(code: int | None) -> str:
    """Of what did not arrive, Twilio's code in words, as a sentence."""
    words = remedy(code)
    named = f" (Twilio’s {code})" if code else ""
    return f"{words[:1].upper()}{words[1:]}{named}."


def persona(key: str | None) -> str:
    """What a persona is called; the one of a diner who chose none is the waiter."""
    found = PERSONAS.get(key or "waiter")
    return found.title if found else str(key)


def answers(key: str | None, *, as_drafts: bool) -> str:
    """Who answers a diner in nobody's hands."""
    return f"{persona(key)} drafts, the staff sends" if as_drafts else f"{persona(key)} answers"


def colleague(address: str | None, names: Mapping[str, str]) -> str:
    """Who of the staff it was, as colleagues call them; of one who has left, no whole number.

    Nothing where nobody is known. `names`: of those who are there, by address.
    """
    return (names.get(address) or masked(address).removeprefix(SCHEME)) if address else ""


def language(key: str | None) -> str:
    """In English; nothing where none is known."""
    try:
        return (Locale.parse(key).english_name or key) if key else ""
    except (ValueError, UnknownLocaleError):
        return str(key)


def kept(key: str) -> str:
    """An allergen or a diet, as `models.menu` has its key."""
    words = key.replace("_", " ").replace("-", " ")
    return f"{words[:1].upper()}{words[1:]}"


def call(rung: Rung) -> str:
    """A call in a line: "Call by telephone, 2 min 5 s"."""
    how = "over WhatsApp" if rung.way == "whatsapp" else "by telephone"
    if not rung.is_over:
        return f"Call {how}, under way"
    if rung.seconds is None:
        return f"Call {how}, {CUT_SHORT.get(rung.why or '', 'over')}"
    minutes, seconds = divmod(rung.seconds, 60)
    lasted = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    note = CUT_SHORT.get(rung.why or "")
    return f"Call {how}, {lasted}" + (f", {note}" if note else "")
