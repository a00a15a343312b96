"""Whether what Twilio posts to PUBLIC_URL would be taken: tried out, by the way that Twilio goes.

Host, certificate and signature are proved by it; a message that nobody signed must be refused.
"""

from collections.abc import Iterator

from engine.doctor.configured import is_private
from engine.doctor.finding import Finding, ok, warn, wrong
from whatsapp.probe import PATH, Answered, Probe

METRICS = "/metrics"
RUNS = (
    "See that the service runs, that PUBLIC_URL is its address, and that whatever stands between"
    " (proxy, tunnel, firewall) lets Twilio through."
)
AGREE = (
    "Let the service that answers there run with this TWILIO_AUTH_TOKEN and this PUBLIC_URL, and"
    " the proxy before it leave path and form alone."
)


def look(probe: Probe, url: str) -> Iterator[Finding]:
    """`url`: PUBLIC_URL."""
    address = f"{url}{PATH}"
    signed = probe.signed()
    if signed.status != 204:
        yield wrong("webhook.signature", *_refused(address, signed))
        return
    unsigned = probe.unsigned()
    if unsigned.status != 403:
        yield wrong(
            "webhook.signature",
            f"{address} did not refuse what nobody signed ({_told(unsigned)}): anybody could write"
            " as any diner.",
            "See that it is this service which answers there, and nothing before it.",
        )
    else:
        yield ok("webhook.signature", f"{address} takes what Twilio signs, and nothing else.")
    yield from _ready(probe, url)
    # Where it is this machine, nobody else is told.
    if not is_private(url) and probe.tells(METRICS):
        yield warn(
            "webhook.metrics",
            f"{url}{METRICS} tells strangers what diners cost and how many there are.",
            "Set METRICS_TOKEN: a proxy on the service's own machine passes for that machine.",
        )


def _refused(address: str, answered: Answered) -> tuple[str, str]:
    """The sentence, and what to do."""
    status = answered.status
    if status is None:
        return f"Nothing answers at {address}: {answered.why}.", RUNS
    if status == 403:
        return f"{address} refuses what is signed with TWILIO_AUTH_TOKEN (403).", AGREE
    if 300 <= status < 400:
        return (
            f"{address} leads on to {answered.leads_to or 'elsewhere'} ({status}), and what Twilio"
            " signs is lost on the way.",
            "Set PUBLIC_URL to the address at its end.",
        )
    if status in (404, 405):
        return f"{address} is answered by something else ({status}).", RUNS
    return (
        f"{address} answered {status} in place of 204.",
        "Look into the log of the service that answers there.",
    )


def _ready(probe: Probe, url: str) -> Iterator[Finding]:
    told = probe.ready()
    if told is None:
        return
    if told["ok"]:
        yield ok("webhook.ready", f"{url}/readyz says that it is ready.")
        return
    why = "; ".join(f"{name}: {said}" for name, said in told.items() if name != "ok")
    yield wrong(
        "webhook.ready",
        f"{url}/readyz says that the service there is not ready: {why[:400]}.",
        "Mend what it names there: it may run with other settings than this command.",
    )


def _told(answered: Answered) -> str:
    return str(answered.status) if answered.status else answered.why
