"""The model: whether it answers with this key, by this name, and how long there will be one."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from engine.doctor.finding import Finding, ok, warn, wrong
from realtime.shutdowns import Shutdown
from realtime.trial import Outcome

# OpenAI tells of an end half a year before.
SOON = timedelta(days=183)
SLOW_S = 3.0
REACH = (
    "See that this machine reaches OPENAI_REALTIME_ENDPOINT: HTTPS_PROXY, NO_PROXY, a firewall, or"
    " a trouble of the server's own (status.openai.com)."
)


def look(try_out: Callable[[], Outcome], model: str, host: str) -> Iterator[Finding]:
    """`host`: where it is asked."""
    outcome = try_out()
    if outcome.seconds is None:
        yield _silent(outcome, model, host)
    elif outcome.seconds > SLOW_S:
        yield warn(
            "model.answer",
            f"{model} answered, but took {outcome.seconds:.1f} s for one word.",
            "See status.openai.com, and how far away the server is.",
        )
    else:
        yield ok("model.answer", f"{model} answers at {host} in {outcome.seconds:.1f} s.")


def ending(model: str, shutdown: Shutdown | None, today: date) -> Finding:
    """`shutdown`: when it ends, as far as anybody has said."""
    name = "model.shutdown"
    if shutdown is None:
        return ok(name, f"No end of {model} was announced. Voice notes are heard by it too.")
    what_to_do = (
        f"Set OPENAI_REALTIME_MODEL={shutdown.instead}, and let flask --app app eval play it first."
        if shutdown.instead
        else "Set OPENAI_REALTIME_MODEL to one that stays: see OpenAI's deprecations page."
    )
    if shutdown.on <= today:
        return wrong(name, f"OpenAI shut {model} down on {shutdown.on:%d %B %Y}.", what_to_do)
    told = f"OpenAI shuts {model} down on {shutdown.on:%d %B %Y}"
    days = (shutdown.on - today).days
    if shutdown.on - today <= SOON:
        return warn(name, f"{told}, in {days} days.", what_to_do)
    return ok(name, f"{told}.")


def _silent(outcome: Outcome, model: str, host: str) -> Finding:
    """What no asking again can mend has a sentence of its own, with what to do behind a colon."""
    if outcome.code:
        why, _, what_to_do = outcome.remedy.partition(": ")
        return wrong(
            "model.answer",
            f"{model} does not answer at {host}: {why} ({outcome.code}).",
            f"{what_to_do[:1].upper()}{what_to_do[1:]}.",
        )
    if outcome.is_limited:
        return wrong(
            "model.answer",
            f"{model} does not answer: the account's rate limits are used up.",
            "Wait, or ask OpenAI for higher limits (platform.openai.com, Limits).",
        )
    return wrong("model.answer", f"{model} does not answer at {host}: {outcome.cause}.", REACH)
