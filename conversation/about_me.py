"""`/me`: what is kept about a diner, in words, and how to have it erased."""

from knowledge.words import words_of
from models import diets
from models.diets import Diet
from models.diners import Known
from personas.persona import Persona

ERASE_DIET = "/me forget diet"
ERASES = frozenset({"forget", "erase", "delete", "remove", "clear"})
DIET = frozenset({"diet", "allergy"})


def erases_diet(rest: str) -> bool:
    """Whether what stands behind `/me` asks to forget the diet."""
    words = words_of(rest)
    return not ERASES.isdisjoint(words[:1]) and (len(words) == 1 or not DIET.isdisjoint(words))


def about(diner: Known, persona: Persona) -> str:
    """As a WhatsApp list."""
    kept = diets.read(diner.diet)
    lines = ["What I keep about you:"]
    if diner.profile_name:
        lines.append(f"- your name on WhatsApp: {diner.profile_name}")
    lines.append(f"- who you talk to: the {persona.title}, until you choose somebody else")
    since = f", since {kept.since.day} {kept.since:%B %Y}" if kept.since else ""
    lines.append(f"- your diet{since}: {_told(kept.own)}")
    if kept.table:
        lines.append(f"- at your table, for this conversation: {_told(kept.table)}")
    lines.append("- our messages to each other, for as long as the house keeps them")
    if kept.whole:
        lines.append(f"To erase the diet, write *{ERASE_DIET}*.")
    lines.append("To erase all of it, write */forget*.")
    return "\n".join(lines)


def _told(diet: Diet) -> str:
    never = sorted(diet.allergens | diet.avoid)
    parts = [*sorted(diet.diets), *([f"never {', '.join(never)}"] if never else [])]
    return "; ".join(parts) or "nothing that I know of"


FORGOTTEN_DIET = "Done: I no longer keep any diet or allergy of yours. Tell me if there is one."
STILL_KEPT = "What you must not eat I still keep: */me* shows it."
