"""Whether a service answers as its `/openapi.json` says: schemathesis asks it, always the same.

Its own checks count: no 5xx, no status, content type or body that is not described, what fits is
taken, and what does not is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.schemas import BaseSchema
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from handlers.console.mounted import AT
from handlers.openapi.operations import OPERATIONS
from handlers.openapi.route import PATH

WEBHOOKS = ("/whatsapp", "/calls")
OFF = {"enabled": False}
UNSIGNED = {"missing_required_header": OFF, "negative_data_rejection": OFF}
# A stranger is sent to sign in, whatever they ask.
TO_SIGN_IN = {
    "include-path-regex": f"^{AT}",
    "checks": {
        "ignored_auth": OFF,
        "negative_data_rejection": OFF,
        "positive_data_acceptance": OFF,
        "unsupported_method": OFF,  # while the database is away, it says so first
    },
}
# A request by HTTP alone is told so, whatever is in it.
NO_WEBSOCKET = {
    "include-path-regex": "^/calls/stream$",
    "checks": {**UNSIGNED, "ignored_auth": OFF, "positive_data_acceptance": OFF},
}
Wsgi = Callable[..., Iterable[bytes]]


def findings_in_process(
    app: Wsgi, token: str, *, expected: Sequence[str] = (), examples: int = 3
) -> list[str]:
    """`app`: one that is Signed. `expected`: statuses above 499 that may come.

    `examples` of each operation are made up, 0 for none, beside those of each field's limits.
    """
    # Its probes without a token can't be made in process: a scenario has them.
    config = _config(token, examples) | {
        "checks": {
            "ignored_auth": OFF,
            "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", *expected]},
        },
        # What is missing there is put on.
        "operations": [
            {"include-path-regex": f"^({'|'.join(WEBHOOKS)})$|/status$", "checks": UNSIGNED},
            TO_SIGN_IN,
            NO_WEBSOCKET,
        ],
    }
    read = SchemathesisConfig.from_dict(config)
    return _findings(schemathesis.openapi.from_wsgi(PATH, app, config=read))


def findings_at(url: str, token: str) -> list[str]:
    """Of a service that runs at `url`: its webhooks refuse what is not signed."""
    # Without METRICS_TOKEN, whoever is on the same machine reads them.
    unasked = {"ignored_auth": OFF, "missing_required_header": OFF}
    config = _config(token, examples=0) | {
        "operations": [
            {"include-path-regex": "^/metrics", "checks": unasked},
            TO_SIGN_IN,
            NO_WEBSOCKET,
        ]
    }
    read = SchemathesisConfig.from_dict(config)
    return _findings(schemathesis.openapi.from_url(f"{url}{PATH}", config=read))


class Signed:
    """An application before which Twilio's signature is put on each webhook, whatever is in it."""

    def __init__(self, inner: Wsgi, secret: str, public_url: str) -> None:
        self._inner = inner
        self._sign = RequestValidator(secret).compute_signature
        self._public_url = public_url

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(WEBHOOKS):
            body = environ["wsgi.input"].read()
            environ["wsgi.input"] = BytesIO(body)
            query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
            form = MultiDict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
            url = f"{self._public_url}{environ['PATH_INFO']}{query}"
            environ["HTTP_X_TWILIO_SIGNATURE"] = self._sign(url, form)
        return self._inner(environ, start_response)


def _config(token: str, examples: int) -> dict[str, Any]:
    return {
        "seed": 12,
        "headers": {"Authorization": f"Bearer {token}"},
        "generation": {"max-examples": max(examples, 1), "deterministic": True, "no-shrink": True},
        "phases": {
            "examples": OFF,
            "fuzzing": {"enabled": examples > 0},
            "stateful": OFF,
        },
    }


def _findings(schema: BaseSchema) -> list[str]:
    found: list[str] = []
    asked: set[str | None] = set()
    for event in from_schema(schema).execute():
        match event:
            case events.NonFatalError(value=error) | events.FatalError(exception=error):
                found.append(repr(error))
            case events.ScenarioFinished(recorder=recorder):
                asked.add(event.label)
                found += [
                    f"{event.label}: {check.name}: {check.failure_info.failure.message}"
                    f"\n{check.failure_info.code_sample}"
                    for checks in recorder.checks.values()
                    for check in checks
                    if check.failure_info
                ]
    assert len(asked) == len(OPERATIONS) - 1, "all but the description's own"
    return found
