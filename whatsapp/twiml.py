"""TwiML: what becomes of a call, as Twilio is told in answer to its webhook. Pure text.

https://www.twilio.com/docs/voice/twiml. It is what Twilio's own `VoiceResponse` writes, which takes
longer to import than a call has time to be answered.
"""

from collections.abc import Mapping
from typing import Literal
from xml.sax.saxutils import escape

CONTENT_TYPE = "text/xml"
IN_ATTRIBUTES = {'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"}


def connect(
    stream_url: str, parameters: Mapping[str, str], status_callback: str | None = None
) -> str:
    """The call's sound goes to our websocket and comes from there, until we close it.

    An address with a query string is none that Twilio takes: `parameters` come with the stream's
    start. `status_callback` hears of the stream's own beginning and end.
    """
    given = [_element("Parameter", name=name, value=value) for name, value in parameters.items()]
    stream = _element("Stream", *given, statusCallback=status_callback, url=stream_url)
    return _response(_element("Connect", stream))


def play(url: str) -> str:
    """A sound, and the end of the call."""
    return _response(_element("Play", escape(url)), _element("Hangup"))


def dial(number: str, caller_id: str | None = None) -> str:
    """The caller is put through to a telephone number; `caller_id` is what it shows there."""
    return _response(_element("Dial", escape(number), callerId=caller_id))


def reject(reason: Literal["busy", "rejected"] = "busy") -> str:
    """Nobody picks up, and nobody pays."""
    return _response(_element("Reject", reason=reason))


def _response(*inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{_element("Response", *inner)}'


def _element(tag: str, *inner: str, **attributes: str | None) -> str:
    given = "".join(
        f' {name}="{escape(value, IN_ATTRIBUTES)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{given}>{''.join(inner)}</{tag}>" if inner else f"<{tag}{given} />"
