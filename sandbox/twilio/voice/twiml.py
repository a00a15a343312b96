"""TwiML as Twilio reads it: an answer's verbs, and what Twilio's debugger says of a bad one.

It carries none out. What the stand-in does not do is named as Twilio names what it doesn't know.
https://www.twilio.com/docs/voice/twiml
"""

from collections.abc import Callable, Mapping
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from sandbox.twilio.voice.verbs import (
    PARSE_FAILURE,
    Complaint,
    Connect,
    Dial,
    Document,
    Hangup,
    Pause,
    Play,
    Redirect,
    Reject,
    Say,
    Verb,
)

SCHEMA_WARNING = 12200
BAD_URL = 11100
NO_WEBSOCKET_URL = 31922
MALFORMED_STREAM_URL = 31923
BAD_TRACK = 31941
DIAL_BAD_NUMBER = 13224
LONGEST_PARAMETER = 500  # characters, the name with the value


def parse(text: str, base_url: str = "") -> Document:
    """`base_url`: where it was fetched, which addresses in it may be relative to."""
    try:
        # Of a service that one runs oneself; expat bounds what entities may grow to.
        root = ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError as error:
        return Document((), (Complaint(PARSE_FAILURE, f"Document parse failure: {error}"),))
    if root.tag != "Response":
        said = f"Document parse failure: the root is <{root.tag}>, not <Response>"
        return Document((), (Complaint(PARSE_FAILURE, said),))
    reader = _Reader(base_url)
    return reader.read(root)


class _Reader:
    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._complaints: list[Complaint] = []

    def read(self, root: Element) -> Document:
        self._check(root, frozenset(), has_text=False)
        verbs = [verb for element in root if (verb := self._verb(element)) is not None]
        return Document(tuple(verbs), tuple(self._complaints))

    def _verb(self, element: Element) -> Verb | None:
        read = _VERBS.get(element.tag)
        if read is None:
            self._complain(SCHEMA_WARNING, f"<{element.tag}> is no verb that is known here")
            return None
        return read(self, element)

    def say(self, element: Element) -> Verb | None:
        self._check(element, frozenset({"voice", "loop", "language"}))
        return Say(_text(element), element.get("language", "en-US"))

    def play(self, element: Element) -> Verb | None:
        self._check(element, frozenset({"loop", "digits"}))
        url = self._url(element, _text(element))
        return Play(url, int(self._number(element, "loop", 1))) if url else None

    def pause(self, element: Element) -> Verb | None:
        self._check(element, frozenset({"length"}), has_text=False)
        return Pause(self._number(element, "length", 1))

    def hangup(self, element: Element) -> Verb | None:
        self._check(element, frozenset(), has_text=False)
        return Hangup()

    def reject(self, element: Element) -> Verb | None:
        self._check(element, frozenset({"reason"}), has_text=False)
        reason = element.get("reason", "rejected")
        if reason not in {"rejected", "busy"}:
            self._complain(SCHEMA_WARNING, f"<Reject>: reason is {reason!r}")
        return Reject(reason)

    def redirect(self, element: Element) -> Verb | None:
        self._check(element, frozenset({"method"}))
        url = self._url(element, _text(element))
        return Redirect(url, self._method(element, "method")) if url else None

    def connect(self, element: Element) -> Verb | None:
        self._check(element, frozenset({"action", "method"}), has_text=False)
        streams = [each for each in element if each.tag == "Stream"]
        if len(streams) != 1 or len(element) != 1:
            self._complain(SCHEMA_WARNING, "<Connect> must hold one <Stream> and nothing else")
        if not streams:
            return None
        stream = streams[0]
        known = {"url", "name", "track", "statusCallback", "statusCallbackMethod"}
        self._check(stream, frozenset(known), has_text=False)
        url = self._stream_url(stream)
        if not url:
            return None
        return Connect(
            url,
            stream.get("name", ""),
            self._parameters(stream),
            self._joined(stream.get("statusCallback", "")),
            self._joined(element.get("action", "")),
            self._method(element, "method"),
        )

    def dial(self, element: Element) -> Verb | None:
        self._check(element, _OF_DIAL)
        kinds = {"Number": "number", "WhatsApp": "whatsapp", "Client": "client", "Sip": "sip"}
        targets = [("number", _text(element))] if _text(element) else []
        for each in element:
            if each.tag in kinds:
                self._check(each, _OF_TARGET)
                targets.append((kinds[each.tag], _text(each)))
            else:
                self._complain(SCHEMA_WARNING, f"<{each.tag}> is nothing to dial")
        for kind, address in targets:
            if kind in {"number", "whatsapp"} and not is_number(address):
                self._complain(DIAL_BAD_NUMBER, f"Dial: Invalid phone number {address!r}")
        return Dial(
            tuple(targets),
            element.get("callerId", ""),
            self._number(element, "timeout", 30),
            self._joined(element.get("action", "")),
            self._method(element, "method"),
        )

    def _parameters(self, stream: Element) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in stream:
            if each.tag != "Parameter":
                self._complain(SCHEMA_WARNING, f"<{each.tag}> stands in no <Stream>")
                continue
            self._check(each, frozenset({"name", "value"}), has_text=False)
            name, value = each.get("name", ""), each.get("value", "")
            if not name or len(name) + len(value) > LONGEST_PARAMETER:
                said = f"its name and value must have 1 to {LONGEST_PARAMETER} characters"
                self._complain(SCHEMA_WARNING, f"<Parameter>: {said}")
            found[name] = value
        return found

    def _stream_url(self, stream: Element) -> str:
        """By ws:// too, as where a service is on one's own machine; Twilio itself has wss alone."""
        url = stream.get("url", "")
        parts = urlsplit(url)
        if parts.scheme not in {"wss", "ws"}:
            self._complain(NO_WEBSOCKET_URL, f"Stream: the url's scheme is {parts.scheme!r}")
            return ""
        if not parts.hostname or parts.query or parts.fragment:
            said = "Stream: the url must have a host and no query: <Parameter> carries values"
            self._complain(MALFORMED_STREAM_URL, said)
            return ""
        track = stream.get("track", "inbound_track")
        if track != "inbound_track":
            self._complain(BAD_TRACK, f"Stream: a two-way stream has no track {track!r}")
        return url

    def _check(self, element: Element, known: frozenset[str], *, has_text: bool = True) -> None:
        for name in element.attrib.keys() - known:
            self._complain(SCHEMA_WARNING, f"<{element.tag}> has no attribute {name!r}")
        stray = [each.tail or "" for each in element]
        if not has_text:
            stray.append(element.text or "")
        if any(each.strip() for each in stray):
            self._complain(SCHEMA_WARNING, f"<{element.tag}> has a text where none may be")

    def _number(self, element: Element, name: str, default: float) -> float:
        given = element.get(name, "")
        if not given:
            return default
        if not (given.isascii() and given.isdigit()):
            self._complain(SCHEMA_WARNING, f"<{element.tag}>: {name} must be a whole number")
            return default
        return float(given)

    def _method(self, element: Element, name: str) -> str:
        method = element.get(name, "POST").upper()
        if method not in {"GET", "POST"}:
            self._complain(SCHEMA_WARNING, f"<{element.tag}>: {name} must be GET or POST")
            return "POST"
        return method

    def _url(self, element: Element, given: str) -> str:
        url = self._joined(given)
        if urlsplit(url).scheme not in {"http", "https"}:
            self._complain(BAD_URL, f"<{element.tag}>: Invalid URL format {given!r}")
            return ""
        return url

    def _joined(self, url: str) -> str:
        return urljoin(self._base_url, url) if url else ""

    def _complain(self, code: int, text: str) -> None:
        self._complaints.append(Complaint(code, text))


_VERBS: Mapping[str, Callable[[_Reader, Element], Verb | None]] = {
    "Say": _Reader.say,
    "Play": _Reader.play,
    "Pause": _Reader.pause,
    "Hangup": _Reader.hangup,
    "Reject": _Reader.reject,
    "Redirect": _Reader.redirect,
    "Connect": _Reader.connect,
    "Dial": _Reader.dial,
}
_OF_DIAL = frozenset(
    [
        "action",
        "answerOnBridge",
        "callerId",
        "hangupOnStar",
        "method",
        "record",
        "ringTone",
        "sequential",
        "timeLimit",
        "timeout",
        "trim",
    ]
)
_OF_TARGET = frozenset(
    ["method", "sendDigits", "statusCallback", "statusCallbackEvent", "statusCallbackMethod", "url"]
)


def is_number(address: str) -> bool:
    """E.164, which Twilio dials."""
    return address[:1] == "+" and address[1:].isascii() and address[1:].isdigit()


def _text(element: Element) -> str:
    return (element.text or "").strip()
