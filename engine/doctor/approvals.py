"""The templates: what may be said outside a diner's 24 hours, as WhatsApp has it now."""

from collections import defaultdict
from collections.abc import Iterator

from engine.approving import MISSING, Approving, Standing
from engine.doctor.finding import Finding, ok, warn, wrong
from models.templates import APPROVED, PURPOSES
from whatsapp.templates import TemplateError, read

NAME = "templates"
SYNC = "Run flask --app app templates sync."
REJECTED = "Change its text in templates/ and run flask --app app templates sync."
# WhatsApp looks at them by and by: nobody need do anything.
ON_THE_WAY = frozenset({"received", "pending"})
WAIT = "Wait until WhatsApp has looked at it: flask --app app templates status."


def look(approving: Approving) -> Iterator[Finding]:
    """Raises SendError and DatabaseUnavailableError."""
    try:
        texts = read(PURPOSES)
    except TemplateError as error:
        yield wrong(NAME, f"A template can't be read: {error}", "Mend the file.")
        return
    by_state: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in approving.status(texts):
        by_state[_state(each)][each.purpose].append(each.language)
    approved = sum(map(len, by_state.pop(APPROVED, {}).values()))
    for state, languages in by_state.items():
        told = "; ".join(f"{purpose} ({', '.join(each)})" for purpose, each in languages.items())
        yield warn(NAME, f"WhatsApp's word for these is {state}: {told}.", _remedy(state))
    if not by_state:
        yield ok(NAME, f"All {approved} templates are approved.")


def _state(standing: Standing) -> str:
    return f"{standing.state} ({standing.reason})" if standing.reason else standing.state


def _remedy(state: str) -> str:
    word = state.partition(" ")[0]
    if word == MISSING:
        return SYNC
    return WAIT if word in ON_THE_WAY else REJECTED
