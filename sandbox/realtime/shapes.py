"""What a client's JSON may look like, in words of which shapes are made.

Such are a text, a list of records, one of several by its `type`. Whatever differs is refused with
OpenAI's code and sentence.

It knows no event: which shapes the API takes, `checks.py` says.
"""

from collections.abc import Callable
from typing import Any

Check = Callable[[Any, str], None]

JSON_TYPES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a decimal number",
}


class Refusal(Exception):  # noqa: N818  it is the API's word, and no fault of the stand-in
    """What a client sent is wrong: OpenAI's `code`, sentence and `param`, for an `error` event."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param


def text(longest: int | None = None) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise wrong_type(value, path, "a string")
        if longest is not None and len(value) > longest:
            said = (
                f"Expected a string with maximum length {longest},"
                f" but got a string with length {len(value)} instead."
            )
            raise Refusal(
                "string_above_max_length", f"Invalid '{path}': string too long. {said}", path
            )

    return check


def one_of(*allowed: Any) -> Check:
    def check(value: Any, path: str) -> None:
        if value not in allowed:
            raise not_among(value, path, allowed)

    return check


def of_type(*kinds: type) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise wrong_type(value, path, " or ".join(JSON_TYPES[kind] for kind in kinds))

    return check


def or_null(check: Check) -> Check:
    return lambda value, path: None if value is None else check(value, path)


def list_of(check: Check) -> Check:
    def check_all(value: Any, path: str) -> None:
        of_type(list)(value, path)
        for index, each in enumerate(value):
            check(each, f"{path}[{index}]")

    return check_all


def record(*required: str, **shape: Check) -> Check:
    def check(value: Any, path: str) -> None:
        of_type(dict)(value, path)
        prefix = f"{path}." if path else ""
        for name in value:
            if name not in shape:
                raise Refusal(
                    "unknown_parameter", f"Unknown parameter: '{prefix}{name}'.", f"{prefix}{name}"
                )
        for name in required:
            if name not in value:
                raise missing(f"{prefix}{name}")
        for name, each in value.items():
            shape[name](each, f"{prefix}{name}")

    return check


def by_type(**shapes: Check) -> Check:
    """A record whose `type` says which of the shapes it has."""

    def check(value: Any, path: str) -> None:
        of_type(dict)(value, path)
        if "type" not in value:
            raise missing(f"{path}.type")
        shape = shapes.get(value["type"]) if isinstance(value["type"], str) else None
        if shape is None:
            raise not_among(value["type"], f"{path}.type", shapes)
        shape(value, path)

    return check


def missing(path: str) -> Refusal:
    return Refusal("missing_required_parameter", f"Missing required parameter: '{path}'.", path)


def wrong_type(value: Any, path: str, expected: str) -> Refusal:
    got = JSON_TYPES.get(type(value), "null")
    return Refusal(
        "invalid_type",
        f"Invalid type for '{path}': expected {expected}, but got {got} instead.",
        path,
    )


def not_among(value: Any, path: str, allowed: Any) -> Refusal:
    names = ", ".join(f"'{each}'" for each in allowed)
    return Refusal(
        "invalid_value", f"Invalid value: '{value}'. Supported values are: {names}.", path
    )
