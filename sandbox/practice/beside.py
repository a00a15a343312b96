"""What the practice model makes of what comes beside words: the notes in brackets behind them.

Pure. It sees no picture, and says so.
"""

import re
from dataclasses import replace

from sandbox.practice.turn import Turn

CANT_SEE = "In practice I can't see pictures; with an OpenAI key I can. Could you write it to me?"
CANT_OPEN = "That I can't open here. Words, a voice note or a picture I can take."
SMILE = "😊 I'm here whenever you'd like something."
ASK_MORE = "What may I find for you on our menu?"
_NOTE = re.compile(r"\[(?P<note>[a-z][^\[\]\n]*)\]\s*\Z")
_ABOUT = re.compile(r"answer(?:s|ed)\b.*? (?:message|question): (?P<words>.+)")
_YES = re.compile(r"answered [👍👌✅🙆]")
_PICTURE = re.compile(r"sent (?:a|\d+) pictures?$|a picture\b")
_SMALL = re.compile(r"sent a sticker$|reacted\b|deleted\b")
_CONTACT = re.compile(r"shared a contact: (?P<name>.+)")
_FAR = re.compile(r"location that they shared is (?P<far>[^.]+? from the house), in a straight")
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


def reply(turn: Turn, notes: list[str], *, has_words: bool) -> str | None:
    """The answer to what came with a message; None where its words are to be answered."""
    if any(map(_PICTURE.match, notes)):
        return CANT_SEE
    if has_words:
        return None
    for note in notes:
        if note.startswith("shared a location"):
            return _way(turn)
        if contact := _CONTACT.match(note):
            return f"Thank you for *{contact['name']}*'s number; I can't call anybody. {ASK_MORE}"
        if _SMALL.match(note):
            return SMILE
    return CANT_OPEN if notes and not is_yes(notes) else None


def is_yes(notes: list[str]) -> bool:
    return any(map(_YES.match, notes))


def _way(turn: Turn) -> str:
    far = _FAR.search(turn.told)
    said = [f"You are {far['far'].replace('the house', 'us')}." if far else "Thank you!"]
    on_file = (pattern.search(turn.instructions) for pattern in (_ADDRESS, _HOURS))
    said += [found["told"] for found in on_file if found]
    link = _LINK.search(turn.told) or _LINK.search(turn.instructions)
    return "\n".join([*said, *([link[0]] if link else [])])
