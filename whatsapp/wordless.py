"""What a message holds beside its words, told to the model in words and in brackets.

Nothing is opened or fetched. Fields whose form is not documented (an order's, a contact's) are
found by how their names begin.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import orjson

from knowledge.notes import FORWARDED, FORWARDED_OFTEN, line, note
from knowledge.places import point_at
from whatsapp import cards

MOST_JSON = 20_000  # characters; longer ones are told as they are, cut
MOST_REFERRAL = 300  # of one field of it
_REFERRAL = ("Headline", "Body", "SourceUrl")
MOST_FILES = 10  # what one message of WhatsApp's can have
DEEPEST = 5  # levels of JSON
_UNTOLD = ("Id", "ID", "Sid", "Token")
_UNTOLD_KEYS = frozenset({"flow_token", "flowtoken", "catalog_id", "catalogid"})
_FILES = {
    "sticker": "a sticker",
    "image": "a picture",
    "gif": "a GIF",
    "video": "a video",
    "audio": "a voice note",
    "voice": "a voice note",
    "document": "a file",
    "contacts": "a contact",
}
_UNOPENED = ", which can't be opened here]"
_A_STICKER = "[sent a sticker]"
MOST_NAME = 200  # characters of a file's
_ENDINGS = frozenset(
    [
        *("csv", "doc", "docx", "eml", "gif", "heic", "htm", "html", "jpeg", "jpg", "key", "m4a"),
        *("mov", "mp3", "mp4", "numbers", "odp", "ods", "odt", "ogg", "pages", "pdf", "png", "ppt"),
        *("pptx", "rtf", "txt", "vcf", "wav", "webp", "xls", "xlsx", "zip"),
    ]
)
# Without any field that says more.
_BARE = {"location": "[shared a location]", "order": "[sent an order, which can't be read here]"}


def notes(form: Mapping[str, str], kind: str, *, has_words: bool) -> list[str]:
    """A note for each thing beside the words; none where words are all there is.

    `kind`: MessageType, in lower case. `has_words`: a choice is told by its words alone.
    """
    contacts = ""
    found = [_location(form)]
    if kind != "text" or not has_words:
        contacts = _contacts(form, kind)
        orders = _order(form, kind)
        found += [_choice(form, has_words), _filled_in(form), orders, _poll(form), contacts]
    found.append(_files(form, kind, is_contact_told=bool(contacts)))
    told = [each for each in found if each]
    if not told and not has_words and kind in _BARE:
        return [_BARE[kind]]
    return told


def _location(form: Mapping[str, str]) -> str:
    point = point_at(form.get("Latitude", ""), form.get("Longitude", ""))
    place = line(", ".join(form[name] for name in ("Label", "Address") if form.get(name)))
    where = str(point) if point else ""
    if where and place:
        where = f"{where} ({place})"
    return note("shared a location", where or place)


def _choice(form: Mapping[str, str], has_words: bool) -> str:
    if has_words:
        return ""
    tapped = note("tapped a button", form.get("ButtonPayload", ""))
    return tapped or note("chose from a list", form.get("ListId", ""))


def _filled_in(form: Mapping[str, str]) -> str:
    is_choice = any(form.get(name) for name in ("ButtonText", "ButtonPayload", "ListTitle"))
    # The one is the other with what Twilio adds; for a choice it says the same once more.
    answers = form.get("FlowData") or ("" if is_choice else form.get("InteractiveData", ""))
    return note("filled in a form", _told(answers))


def _order(form: Mapping[str, str], kind: str) -> str:
    own = ("item", "cart") if kind == "order" else ()
    return note("sent an order", "; ".join(_told_of(form, "order", "product", *own)))


def _poll(form: Mapping[str, str]) -> str:
    return note("sent a poll", "; ".join(_told_of(form, "poll")))


def _contacts(form: Mapping[str, str], kind: str) -> str:
    own = ("name", "formattedname", "fullname") if kind in ("contact", "contacts") else ()
    values = (value for _, value in _fields(form, "contact", "vcard", *own))
    names = (name for value in values for name in _names(value))
    return note("shared a contact", ", ".join(dict.fromkeys(names)))


def _files(form: Mapping[str, str], kind: str, *, is_contact_told: bool) -> str:
    count = form.get("NumMedia", "").strip() or ("1" if form.get("MediaUrl0") else "0")
    if count == "0":
        names = [_FILES[kind]] if kind in _FILES else []
    else:
        types = range(min(int(count), MOST_FILES) if re.fullmatch("[0-9]{1,3}", count) else 1)
        names = [_file(form, kind, nth) for nth in types]
    if is_contact_told:
        names = [name for name in names if name != "a contact"]
    told = " and ".join(dict.fromkeys(names))
    if told == _FILES["sticker"]:
        return _A_STICKER  # says all that it has to say by being one
    return f"[sent {told}{_UNOPENED}" if told else ""


def referral(form: Mapping[str, str]) -> str:
    """A note of the advertisement that the diner tapped to write: "this" is what it shows."""
    told = (line(form.get(f"Referral{name}", ""), MOST_REFERRAL) for name in _REFERRAL)
    return note("came from an advertisement", "; ".join(filter(None, told)))


def forwarded(form: Mapping[str, str]) -> str:
    """A note where the words, or what stands in their place, may be somebody else's."""
    if _is_so(form, "FrequentlyForwarded"):
        return FORWARDED_OFTEN
    return FORWARDED if _is_so(form, "Forwarded") else ""


def _is_so(form: Mapping[str, str], name: str) -> bool:
    return form.get(name, "").strip().lower() in ("true", "1", "yes")


def without_files(text: str) -> tuple[str, bool]:
    """A message's text without its note of files, and whether it had one."""
    words, opening, rest = text.rpartition("[sent ")
    has_files = rest.endswith(_UNOPENED) or f"{opening}{rest}" == _A_STICKER
    return (words.rstrip("\n"), True) if has_files and "\n" not in rest else (text, False)


def named_file(form: Mapping[str, str], kind: str) -> str | None:
    """The name of a document, where that is all that Body holds; None for words of the diner's."""
    name = form.get("Body", "").strip()
    stem, _, ending = name.rpartition(".")
    is_name = stem and ending.lower() in _ENDINGS and len(name) <= MOST_NAME and "\n" not in name
    return name if is_name and kind == "document" else None


def _file(form: Mapping[str, str], kind: str, nth: int) -> str:
    content_type = form.get(f"MediaContentType{nth}", "").partition(";")[0].strip().lower()
    family = content_type.partition("/")[0]
    if content_type in cards.TYPES:
        return "a contact"
    if kind == "sticker" or (content_type == "image/webp" and kind not in ("image", "document")):
        return _FILES["sticker"]
    if kind == "gif" or content_type == "image/gif":
        return _FILES["gif"]
    if family == "audio" and not content_type.endswith(("/ogg", "/opus")):
        return "an audio file"
    name = _FILES.get(family if content_type else kind, "a file")
    if name == "a file":
        for _, called in _fields(form, "filename", f"mediafilename{nth}"):
            return f"{name} ({line(called)})"
    return name


def _fields(form: Mapping[str, str], *beginnings: str) -> Iterator[tuple[str, str]]:
    """The fields with something in them whose names begin so, but what only machines read."""
    for name, value in form.items():
        if name.lower().startswith(beginnings) and value.strip() and not name.endswith(_UNTOLD):
            yield name, value


def _told_of(form: Mapping[str, str], *beginnings: str) -> Iterator[str]:
    for name, value in _fields(form, *beginnings):
        is_json = value.lstrip()[:1] in ("{", "[")
        yield _told(value) if is_json else f"{name}: {value}"


def _told(value: str) -> str:
    """JSON in words; anything else, as it is."""
    read = _read(value)
    return value if read is None else _in_words(read, DEEPEST)


def _read(value: str) -> object:
    try:
        return orjson.loads(value) if len(value) <= MOST_JSON else None
    except orjson.JSONDecodeError:
        return None


def _in_words(value: object, levels: int) -> str:
    if isinstance(value, dict | list) and not levels:
        return "…"
    if isinstance(value, dict):
        pairs = ((key, _in_words(each, levels - 1)) for key, each in value.items())
        return ", ".join(
            f"{key.replace('_', ' ')}: {words}"
            for key, words in pairs
            if words and key.lower() not in _UNTOLD_KEYS
        )
    if isinstance(value, list):
        return "; ".join(filter(None, (_in_words(each, levels - 1) for each in value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _names(value: str) -> Iterable[str]:
    """The people's names in a vCard, in JSON as WhatsApp's own, or as they stand there."""
    if cards.is_card(value):
        return cards.names_in(value)
    read = _read(value)
    return [value] if read is None else _names_in(read, DEEPEST)


def _names_in(value: object, levels: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and levels:
        return [name for each in value for name in _names_in(each, levels - 1)]
    if isinstance(value, dict) and levels:
        for key in ("formatted_name", "formattedName", "name", "contacts", "first_name"):
            if value.get(key):
                return _names_in(value[key], levels - 1)
    return []
