"""What the practice model makes of what comes beside words: the notes in brackets behind them.

Pure. It sees no picture, and says so.
"""

import re
from dataclasses import replace

from sandbox.practice.turn import Turn

CANT_SEE = "In practice I can't see pictures; with an OpenAI key I can. Could you write it to me?"
CANT_OPEN = "That I can't open here. Words, a voice note or a picture I can take."
NOT_YOURS = "That was forwarded to me: is it so for you, too?"
SMILE = "😊 I'm here whenever you'd like something."
ASK_MORE = "What may I find for you on our menu?"
_NOTE = re.compile(r"\[(?P<note>[a-z][^\[\]\n]*)\]\s*\Z")
_ABOUT = re.compile(r"answer(?:s|ed)\b.*? (?:message|question): (?P<words>.+)")
_THUMBS = {
    **dict.fromkeys(("👍", "👌", "✅", "✔", "💯", "🆗", "🙏", "🙆"), "yes"),
    **dict.fromkeys(("👎", "❌", "🙅"), "no"),
}
_ADVERTISED = re.compile(r"came from an advertisement: (?P<what>[^;]+)")
_TAPPED = re.compile(r"chose (?:(?P<answer>yes|no)$|menu item: )")
_THIS = re.compile(r"\b(?:this|that|it)\b", re.IGNORECASE)
_WORD = re.compile(r"\w")
_PICTURE = re.compile(r"sent (?:a|\d+) pictures?$|a picture\b")
_HEALTH = re.compile(r"allerg|intoleran|coeliac|vegan|halal", re.IGNORECASE)
_SMALL = re.compile(r"sent a sticker$|reacted\b|deleted\b")
_CONTACT = re.compile(r"shared a contact: (?P<name>[^,;]+)")
_FAR = re.compile(
    r"location that they shared is (?P<far>[\d.,]{1,9} k?m from the house), in a straight"
)
_ADDRESS = re.compile(r"(?m)^- (?P<told>Address: .+)$")
_HOURS = re.compile(r"(?m)^- (?P<told>Hours: .+)$")
_LINK = re.compile(r"https://maps\.google\.com/\S+[^\s.,)]")


def apart(message: str) -> tuple[str, list[str]]:
    """A message's words, and the notes that stand behind them, without their brackets."""
    notes: list[str] = []
    while found := _NOTE.search(message):
        notes.insert(0, found["note"])
        message = message[: found.start()]
    return message.strip(), notes


def in_context(turn: Turn, notes: list[str]) -> Turn:
    """As if what the diner quotes had been said last."""
    quoted = next((found for each in notes if (found := _ABOUT.match(each))), None)
    return replace(turn, last_reply=quoted["words"]) if quoted else turn


def meant(turn: Turn, words: str, notes: list[str]) -> str:
    """The words: a thumb is a yes or a no, a tapped dish is ordered, "this" was advertised."""
    thumb = next((each for each in notes if each.startswith("answered ")), "")
    if not thumb and not _WORD.search(words) and turn.last_reply.rstrip().endswith("?"):
        thumb = words
    if any(each in thumb for each in _THUMBS):
        return next(talk for each, talk in _THUMBS.items() if each in thumb)
    if tapped := next((found for each in notes if (found := _TAPPED.match(each))), None):
        return tapped["answer"] or f"I'll have the {words}"
    if shown := next((found for each in notes if (found := _ADVERTISED.match(each))), None):
        return _THIS.sub(shown["what"].replace("\\", ""), words) if words else shown["what"]
    return words


def reply(turn: Turn, words: str, notes: list[str]) -> str | None:
    """The answer to what came with a message; None where its words are to be answered."""
    if any(map(_PICTURE.match, notes)):
        return CANT_SEE
    if any(each.startswith("forwarded") for each in notes) and _HEALTH.search(words):
        return NOT_YOURS
    if words:
        return None if _WORD.search(words) else SMILE
    for note in notes:
        if note.startswith("shared a location"):
            return _way(turn)
        if contact := _CONTACT.match(note):
            return f"Thank you for *{contact['name']}*'s number; I can't call anybody. {ASK_MORE}"
        if _SMALL.match(note):
            return SMILE
    return CANT_OPEN if notes else None


def _way(turn: Turn) -> str:
    far = _FAR.search(turn.told)
    said = [f"You are {far['far'].replace('the house', 'us')}." if far else "Thank you!"]
    on_file = (pattern.search(turn.instructions) for pattern in (_ADDRESS, _HOURS))
    said += [found["told"] for found in on_file if found]
    link = _LINK.search(turn.told) or _LINK.search(turn.instructions)
    return "\n".join([*said, *([link[0]] if link else [])])
