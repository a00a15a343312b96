"""The last net under every line that is written: numbers, secrets and cards are masked in it.

Whoever logs leaves them out; this is for what a library, a server or a slip of ours puts in. It
can't know words: those never get into a line, and exceptions are told without theirs.
"""

import json
import re
import traceback
from collections.abc import Callable, Iterable
from urllib.parse import quote

from telemetry.masking import masked

GONE = "***"
SHORTEST_SECRET = 6  # characters; a shorter one would be found in half of all lines
# A telephone number in one piece, without its plus: https://www.itu.int/rec/T-REC-E.164
MOST_DIGITS = 15
LEAST_OF_A_CARD = 13

_QUOTE = r"(?:\\*[\"'])?"
# What ends before a place: in a line of JSON a line's end is two characters, of which one is an n.
_ESCAPED = r"(?<=\\[bfnrt])|(?<=\\u[0-9a-fA-F]{4})"
_BEGINS = rf"(?:(?<![\w.])|{_ESCAPED})"
_PATTERN = rf"""
(?P<number>
    (?:whatsapp(?::|%3A))?(?:\+|%2B)[1-9](?:[ ().\-]{{0,2}}[0-9]){{6,14}}
  | whatsapp(?::|%3A)(?:[0-9]{{7,15}}|[A-Z]{{2}}(?:\.\w+)+)
  | {_BEGINS}[A-Z]{{2}}\.[0-9]{{6,}}
)
| {_BEGINS}(?P<digits>[0-9](?:[ -]?[0-9]){{9,18}})(?!\w)
| (?P<before>
    (?<=:)//[^/\s:@"'\\]*:(?=[^/\s@"'\\]+@)
  | (?:/console/link/|/media/)
  | (?i:bearer|basic)(?:[ ]|%20)(?=[\w.~+/=\-]{{6}})
  | (?i:(?:(?<![A-Za-z])|{_ESCAPED})
      (?:password|passwd|secret|api_?key|token|signature|authorization|cookie)
      (?:{_QUOTE}\s?:\s?\\*["']|={_QUOTE}|(?:(?<=authorization)|(?<=cookie)|(?<=signature)):[ ]))
)(?:(?i:bearer|basic|digest|token)[ ])?[^\s"'&;,@\\]+
| (?:\b|{_ESCAPED})sk-[\w\-]{{6,}}
"""
# A line in which there is none of these has nothing to be masked, as most have not. To look for
# them costs a twentieth of what the pattern does: in small letters, then in these with every digit
# as a 0, every letter as an a, and what stands between digits as a -.
_WORDS: tuple[str, ...] = (
    *("://", "/link/", "/media/", "whatsapp%", "%2b", "sk-", "bearer", "basic", "passw", "secret"),
    *("key", "token", "signature", "authorization", "cookie"),
)
_STARTS = (re.compile(r"\+[1-9][0-9 ().\-]{6}"), re.compile(r"whatsapp:[0-9a-z]"))
_SHAPES = ("0000-0000", "a-000000")
_RUN = re.compile(r"0000000000")
_SHAPE_OF = bytes.maketrans(
    b"0123456789abcdefghijklmnopqrstuvwxyz ().", b"0" * 10 + b"a" * 26 + b"----"
)
_LUHN = [sum(divmod(2 * digit, 10)) for digit in range(10)]


def netting(secrets: Iterable[str] = ()) -> Callable[[str], str]:
    """What gives a finished line back with all that masked. `secrets`: those of the settings."""
    spellings = {
        spelled
        for secret in secrets
        if len(secret) >= SHORTEST_SECRET
        for spelled in (secret, json.dumps(secret)[1:-1], quote(secret, safe=""))
    }
    # The longer first: one may begin with another.
    known = sorted(spellings, key=len, reverse=True)
    pattern = re.compile("|".join([*map(re.escape, known), _PATTERN]), re.VERBOSE)
    words = (*_WORDS, *(each.lower() for each in known))

    def net(line: str) -> str:
        folded = line.lower()
        for each in words:
            if each in folded:
                return pattern.sub(_masked, line)
        for start in _STARTS:
            if start.search(folded):
                return pattern.sub(_masked, line)
        shape = folded.encode(errors="replace").translate(_SHAPE_OF).decode(errors="replace")
        for each in _SHAPES:
            if each in shape:
                return pattern.sub(_masked, line)
        # One within an id in hexadecimal, as every line has, begins or ends at a letter.
        for run in _RUN.finditer(shape):
            before = shape[max(run.start() - 6, 0) : run.start()]
            if "\\" in before or not before.endswith(("0", "a", "_")):
                return pattern.sub(_masked, line)
        return line

    return net


def _masked(found: re.Match[str]) -> str:
    if digits := found["digits"]:
        return _masked_digits(digits)
    if number := found["number"]:
        return masked(number.replace("%3A", ":").replace("%2B", "+"))
    return f"{found['before'] or ''}{GONE}"


def _masked_digits(text: str) -> str:
    """Of a card, or a telephone number; any other stays."""
    digits = [int(each) for each in text if each.isdigit()]
    if len(digits) >= LEAST_OF_A_CARD and text[0] in "23456":
        doubled = sum(_LUHN[each] for each in digits[-2::-2])
        if (sum(digits[::-2]) + doubled) % 10 == 0:
            return GONE
    if len(digits) == len(text) <= MOST_DIGITS:
        return masked(text)
    return text


def told(error: BaseException | None) -> str:
    """An exception as a line may hold it: where it was, its class, and what led to it.

    Never its message: a driver's quotes the row, a server's the request.
    """
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        kind = type(error)
        parts.append(
            f"Traceback (most recent call last):\n{frames}{kind.__module__}.{kind.__name__}"
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(parts)).replace("builtins.", "")
