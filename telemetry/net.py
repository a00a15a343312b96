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
# A telephone number without its plus: https://www.itu.int/rec/T-REC-E.164
LEAST_DIGITS = 10
MOST_DIGITS = 15
# Of a card: https://www.iso.org/standard/70484.html
LEAST_OF_A_CARD = 13
MOST_OF_A_CARD = 19

# What people put between digits, as it is and as JSON and addresses spell it.
_GAP = r"""(?:
    [ \t()./\-\u00a0\u2000-\u2015\u202f\u205f\u2060\u3000]
  | \\{1,7}+(?:t|u(?:00[aA]0|20[0-6][0-9a-fA-F]|3000))
  | %(?:20|2[89dDeEfF]|[cC]2%[aA]0)
)"""
_GAPS = rf"{_GAP}{{0,3}}+"
_PLUS = rf"{_GAPS}[1-9](?:\+?{_GAPS}[0-9]){{6,14}}"
_YEAR = "(?:19|20)[0-9]{2}"
_MONTH = r"[\-./](?:0[1-9]|1[0-2])[\-./]"
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_DATE = rf"(?:{_YEAR}{_MONTH}{_DAY}|{_DAY}{_MONTH}{_YEAR})(?![0-9])"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"


def _first(characters: str) -> str:
    """One of these, where a word begins: what else begins there is passed over at once.

    In a line of JSON a line's end, before it, is two characters, of which one is an n.
    """
    before = (rf"(?<![\w.]{characters})", rf"(?<=\\[bfnrt]{characters})")
    return rf"{characters}(?:{before[0]}|{before[1]}|(?<=\\u[0-9a-fA-F]{{4}}{characters}))"


# Behind a colon they are of a time of day.
_RUN = rf"{_first('[0-9]')}(?<![0-9]:[0-9])(?=(?:{_GAPS}[0-9]){{9}})"
# Names without their first letter.
_NAME = r"(?:assw(?:or)?d|assphrase|(?<=[pP])wd|ecret(?:_?key)?|ignature|uthorization|ookie)"
_SPOKEN_OF = r"(?:oken|(?:pi|ccess|rivate)[_\-]?key)"
_VALUE = r"""[^\s"'&;,@\\]+"""
# An alternative's group is what is not to be shown; without one, it is all.
_PATTERN = rf"""
{_first("[0-9a-fA-F]")}(?P<kept>[0-9a-fA-F]{{7}}-(?:[0-9a-fA-F]{{4}}-){{3}}[0-9a-fA-F]{{12}}\b)
| [w+%](?:(?<=w)hatsapp(?::|%3A)(?:\+|%2B)|(?<=\+)|(?<=%)2B)(?P<plus>{_PLUS})
| whatsapp(?::|%3A)(?P<user>[0-9]{{7,15}}|[A-Z]{{2}}(?:\.\w+)+)
| {_first("[A-Z]")}(?P<id>[A-Z]\.[0-9]{{6,}})
| {_RUN}(?P<digits>[0-9]*+(?:{_GAP}{{1,3}}+(?!{_DATE})[0-9]++)*+)
| ://[^/\s:@"'\\]*:(?P<url>[^\s"'\\/]+)(?=@)
| /(?:console/link|media)/(?P<path>{_VALUE})
| [aAcC](?i:uthorization|ookie):[ ](?P<header>[^"'\\\r\n]+)
| [aAcCpPsStT](?i:{_NAME}|{_SPOKEN_OF})\\*["']?[ ]?[:=][ ]?[\[(]?b?\\*["'](?P<quoted>
    (?<=[^\\]")(?:[^"\\]|\\.)++
  | (?<=[^\\]')(?:[^"'\\]|\\.)++
  | (?:[^"'\\]|\\++(?!["']))++
  )
| [aAcCpPsStT](?:
    (?i:{_NAME}|{_SPOKEN_OF})=(?i:(?:bearer|basic|digest)(?:[ ]|%20|\+))?
  | (?i:{_NAME}):[ ]?
  | (?i:{_SPOKEN_OF}):[ ]?(?=[^\s0-9]{{0,40}}[0-9])(?=\S{{6}})
  )(?P<plain>{_VALUE})
| [bB](?i:earer|asic)(?:[ ]|%20)(?P<scheme>
    (?![a-z]{{0,11}}(?![\w.~+/=\-]))[\w.~+/=\-]{{6,}}
  )
| [AS][CK][0-9a-fA-F]{{32}}(?:\W{{1,6}}|%3A)(?P<pair>[0-9A-Za-z]{{32}}(?!\w))
| {_first("s")}k-[\w\-]{{6,}}
| {_first("e")}yJ[\w\-]{{6,}}(?:\.[\w\-]+)+
"""
_BETWEEN = re.compile(rf"({_GAP}+)", re.VERBOSE)
_NO_NUMBER = re.compile(rf"{_DATE}|(?:{_OCTET}\.){{3}}{_OCTET}(?!{_GAPS}[0-9])", re.VERBOSE)

# A line in which there is none of these has nothing to be masked, as most have not: to look for
# them costs a twentieth of what the pattern does. First, in small letters, by one that few lines
# have; what is spelled in another way than by its own characters is not looked for at all.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("\\", "%", "pass", "pwd", "secret", "signature", "authorization", "bearer", "basic")),
    ("k", ("key", "token", "cookie", "sk-")),
    ("/", ("://", "/link/", "/media/")),
    ("j", ("eyj",)),
)
_STARTS = (
    re.compile(rf"\+{_PLUS}", re.VERBOSE),
    re.compile(r"whatsapp:[0-9A-Z]"),
    re.compile(r"\.(?<=[A-Z]{2}\.)[0-9]{6}"),
    re.compile(r"AC[0-9a-fA-F]{32}\W"),
    re.compile(r"SK[0-9a-fA-F]{32}\W"),
)
# Then without what may be between digits, and with every digit as a 0.
_AS_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_GAPS_IN_ASCII = b" \t()./-"
_ZEROS = b"0" * LEAST_DIGITS
# Many an id in hexadecimal has so many in a row, too, but between letters.
_RUNS = re.compile(rf"[0-9](?<![\w.][0-9])(?:{_GAPS}[0-9]){{9}}", re.VERBOSE)
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
    looked_for = (("", tuple(each.lower() for each in known)), *_WORDS)

    def net(line: str) -> str:
        return pattern.sub(_masked, line) if may_hold(line) else line

    def may_hold(line: str) -> bool:
        if not line.isascii():
            return True
        folded = line.lower()
        for gate, words in looked_for:
            if gate in folded:
                for each in words:
                    if each in folded:
                        return True
        for start in _STARTS:
            if start.search(line):
                return True
        joined = line.encode().translate(_AS_ZERO, _GAPS_IN_ASCII)
        return _ZEROS in joined and _RUNS.search(line) is not None

    return net


def _masked(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind == "kept":
        return found[0]
    if kind == "digits":
        after = found.string[found.end() : found.end() + 1]
        return _masked_digits(found[0], is_of_a_word=after.isalnum() or after == "_")
    if kind == "id":
        return masked(found[0])
    before = found[0][: found.start(kind) - found.start()] if kind else ""
    if kind == "user":
        return f"whatsapp:{masked(found['user'])}"
    if kind == "plus":
        digits = _BETWEEN.sub("", found["plus"]).replace("+", "")
        return f"{'whatsapp:' if before.startswith('w') else ''}{masked(f'+{digits}')}"
    return f"{before}{GONE}"


def _masked_digits(text: str, *, is_of_a_word: bool) -> str:
    """Groups of digits without the cards and telephone numbers that they may be.

    `is_of_a_word`: the last group is, as an id has it, and stays.
    """
    kept = _NO_NUMBER.match(text)
    told = kept[0] if kept else ""
    parts = _BETWEEN.split(text[len(told) :])
    if len(parts) == 3 and parts[1] == "." and not text.startswith("00"):
        return text  # seconds, or an amount
    ends = len(parts) - 1 if is_of_a_word else len(parts)
    begins = 0
    for at in range(0, ends, 2):
        if at >= begins and (after := _after_card(parts, at, ends)):
            told += _masked_number(parts[begins:at]) + GONE
            begins = after
    return told + _masked_number(parts[begins:ends]) + "".join(parts[ends:])


def _after_card(parts: list[str], begins: int, ends: int) -> int:
    """Where a card's number ends that begins there, and is as long as can be; 0: none does."""
    digits = ""
    after = 0
    for at in range(begins, ends, 2):
        digits += parts[at]
        if len(digits) > MOST_OF_A_CARD:
            break
        if len(digits) >= LEAST_OF_A_CARD and digits[0] in "23456" and _is_checked(digits):
            after = at + 1
    return after


def _is_checked(digits: str) -> bool:
    doubled = sum(_LUHN[int(each)] for each in digits[-2::-2])
    return (doubled + sum(map(int, digits[::-2]))) % 10 == 0


def _masked_number(parts: list[str]) -> str:
    """What stands between cards: a telephone number, or too few digits for one, or an id."""
    text = "".join(parts)
    places = [at for at, each in enumerate(parts) if each.isdigit()]
    digits = "".join(parts[at] for at in places)
    if len(digits) < LEAST_DIGITS:
        return text
    first, last = places[0], places[-1]
    between = "".join(parts[first:last])
    is_marked = digits.startswith("00")
    number = digits.removeprefix("00")
    is_id = not between and len(number) > MOST_DIGITS
    # As a port is, with a process in brackets.
    are_two = not is_marked and between.count("(") > between.count(")")
    if is_id or are_two:
        return text
    shown = masked(f"+{number}" if is_marked else number)
    return f"{''.join(parts[:first])}{shown}{''.join(parts[last + 1 :])}"


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
