"""The list of messages as Twilio pages it: which of them a query asks for, and which page.

It reads the request's query; what is on a page is written elsewhere.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import request

from sandbox.twilio.errors import TwilioError
from sandbox.twilio.messages import Message

PAGE_SIZE = 50
PAGE_SIZE_LIMIT = 1000
DAY_S = 86_400


def page_of(messages: Sequence[Message]) -> tuple[list[Message], dict[str, object]]:
    """Of messages, oldest first, those of the page asked for, and where that page stands."""
    wanted = _sent_filter(request.args)
    # Newest first; of the same moment, the one made last.
    newest = [message for message in reversed(messages) if wanted(message)]
    size = min(max(integer("PageSize", PAGE_SIZE), 1), PAGE_SIZE_LIMIT)
    start = _page_start(newest, size)
    page = newest[start : start + size]
    more = start + size < len(newest)
    return page, {
        "page": start // size,
        "page_size": size,
        "start": start,
        "end": start + max(len(page) - 1, 0),
        "uri": request.full_path.rstrip("?"),
        "first_page_uri": _page_uri(size, 0),
        "previous_page_uri": _page_uri(size, start // size - 1) if start else None,
        # By message, not by index: a page does not shift when new messages come in meanwhile.
        "next_page_uri": _page_uri(size, start // size + 1, page[-1].sid) if more else None,
    }


def _sent_filter(arguments: Any) -> Callable[[Message], bool]:
    """DateSent, DateSent> and DateSent< of the query, each inclusive; a mere day is all of it."""
    bounds = {
        name: _moments(arguments[name])
        for name in ("DateSent", "DateSent>", "DateSent<")
        if arguments.get(name)
    }
    no_bound = (float("-inf"), float("inf"))
    first = max(bounds.get("DateSent", no_bound)[0], bounds.get("DateSent>", no_bound)[0])
    last = min(bounds.get("DateSent", no_bound)[1], bounds.get("DateSent<", no_bound)[1])
    return lambda message: first <= int(message.sent_at or message.created) <= last


def _moments(text: str) -> tuple[float, float]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TwilioError(400, 20001, f"Invalid date: {text}") from None
    start = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return start, start + (DAY_S - 1 if len(text) == len("2025-01-31") else 0)


def _page_start(messages: list[Message], size: int) -> int:
    token = request.args.get("PageToken", "").removeprefix("PA")
    if not token:
        return max(integer("Page", 0), 0) * size
    return next(
        (index + 1 for index, message in enumerate(messages) if message.sid == token), len(messages)
    )


def _page_uri(size: int, page: int, after_sid: str | None = None) -> str:
    kept = {
        name: value
        for name, value in request.args.items()
        if name not in {"Page", "PageSize", "PageToken"}
    }
    token = {"PageToken": f"PA{after_sid}"} if after_sid else {}
    return f"{request.path}?{urlencode({**kept, 'PageSize': size, 'Page': page, **token})}"


def integer(name: str, default: int) -> int:
    text = request.args.get(name, "")
    if text and not re.fullmatch(r"\d{1,9}", text):
        raise TwilioError(400, 20001, f"Invalid {name}: {text}")
    return int(text or default)
