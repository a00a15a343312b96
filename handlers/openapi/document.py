"""The OpenAPI document of the operations: spectree makes it of models, and the rest is put in here.

Nothing of it stands on the way of a request: spectree's own checks of requests are not used, for
`handlers/ai.py` says what is wrong in our own words.
"""

import json
from collections.abc import Callable
from typing import Any

from flask import Flask
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import InType, SecureType, SecuritySchemeData

from handlers.openapi.answers import API, CONSOLE, METRICS, TWILIO, Answer, Operation
from handlers.openapi.operations import OPERATIONS
from handlers.openapi.shapes import Problem
from whatsapp.signature import SIGNATURE

VERSION = "1"
FORM = "application/x-www-form-urlencoded"
ABOUT = (
    "The way in for programs, and for Twilio; docs/http-api.md says more. Errors are"
    ' `{"error", "details"}`.'
)
SIGNED = (
    "Twilio's signature over PUBLIC_URL, the request's path and query, and every field of the"
    " form, by HMAC-SHA1 with TWILIO_AUTH_TOKEN; by HMAC-SHA256 where"
    " X-Twilio-Webhooks-Signature-Settings says so."
)


def document() -> bytes:
    """As JSON."""
    tree = SpecTree(
        "flask",
        title="Tableside",
        description=ABOUT,
        version=VERSION,
        annotations=False,
        validation_error_model=Problem,
        page_templates={},
        nested_naming_strategy=lambda _parent, child: child,
        naming_strategy=lambda model: model.__name__,
        security_schemes=[
            _bearer(API, "One of API_TOKEN."),
            _bearer(METRICS, "One of METRICS_TOKEN."),
            _key(TWILIO, SIGNATURE, InType.HEADER, SIGNED),
            _key(CONSOLE, "console", InType.COOKIE, "Of somebody who signed in to the console."),
        ],
    )
    # An application that is never served: spectree reads its routes.
    described = Flask("described", static_folder=None)
    for operation in OPERATIONS:
        described.add_url_rule(
            operation.rule,
            operation.name,
            _described(tree, operation),
            methods=[operation.method],
        )
    with described.app_context():
        spec = tree.spec
    for operation in OPERATIONS:
        path = operation.rule.replace("<", "{").replace(">", "}")
        _complete(spec["paths"][path][operation.method.lower()], operation)
    return json.dumps(spec, ensure_ascii=False, sort_keys=True).encode()


def _bearer(name: str, says: str) -> SecurityScheme:
    data = SecuritySchemeData(type=SecureType.HTTP, scheme="bearer", description=says)
    return SecurityScheme(name=name, data=data)


def _key(name: str, key: str, where: InType, says: str) -> SecurityScheme:
    data = SecuritySchemeData(type=SecureType.API_KEY, name=key, field_in=where, description=says)
    return SecurityScheme(name=name, data=data)


def _described(tree: SpecTree, operation: Operation) -> Callable[[], str]:
    """A function that says what spectree reads of one."""

    def view() -> str:
        raise NotImplementedError

    view.__doc__ = operation.says
    shapes = {f"HTTP_{status}": each for status, each in operation.every_answer.items()}
    described: Callable[[], str] = tree.validate(
        query=operation.query,
        json=operation.json,
        form=operation.form,
        resp=Response(**{code: (each.shape, each.says) for code, each in shapes.items()}),
        security=[{name: []} if name else {} for name in operation.security],
        path_parameter_descriptions=operation.arguments,
        operation_id=operation.name,
        skip_validation=True,
    )(view)
    return described


def _complete(described: dict[str, Any], operation: Operation) -> None:
    """What spectree has no words for: other forms than multipart, other answers than JSON."""
    if operation.form:
        content = described["requestBody"]["content"]
        described["requestBody"]["content"] = {FORM: content["multipart/form-data"]}
    responses = described["responses"]
    # spectree adds an error of fields to each of them.
    described["responses"] = {
        str(status): responses[str(status)] for status in operation.every_answer
    }
    for status, answer in operation.every_answer.items():
        _complete_answer(responses[str(status)], answer)


def _complete_answer(described: dict[str, Any], answer: Answer) -> None:
    if answer.kinds:
        kinds = {kind: {"schema": {"type": "string"}} for kind in answer.kinds}
        described["content"] = described.get("content", {}) | kinds
    if answer.headers:
        described["headers"] = {
            name: {"description": says, "schema": {"type": "string"}}
            for name, says in answer.headers.items()
        }
