"""What both practice personas read out of a message: small talk, what is off their trade, a word
however it is spelled.
"""

import re
import unicodedata
from difflib import get_close_matches

_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|yo|greetings|good"
    r" (?:morning|afternoon|evening|day)|muraho|mwaramutse|bonjour|salut|bongu|ciao)\b"
    r"(?: (?:there|again|all|everyone|team|waiter|cfo))?[\s,!.:]*)+"
)
_THANKS = re.compile(
    r"^(?:ok(?:ay)?|great|perfect|super|many|thanks?|thank you|murakoze|grazzi|merci|cheers|so"
    r" much|a lot|very|lovely)+$"
)
_BYE = re.compile(
    r"^(?:ok(?:ay)?|good ?bye|bye|see you(?: \w+)?|good night|ciao|murabeho|saha|that'?s all)+$"
)
_YES = re.compile(
    r"^(?:yes|yeah|yep|yup|sure|ok(?:ay)?|please|of course|go ahead|why"
    r" not|definitely|absolutely|sounds (?:good|great)|"
    r"yego|iva|do|i would|show me|love to|that would be \w+)+$"
)
_NO = re.compile(
    r"^(?:no|nope|nah|thanks?|thank you|not (?:now|today|really)|nothing(?: else)?|i'?m"
    r" (?:good|fine)|that'?s all|oya)+$"
)
_OFF_TRADE = re.compile(
    r"\b(?:poem|poetry|haiku|essay|lyrics|novel|bedtime story|write (?:me )?a"
    r" (?:story|song|letter|speech)|sing|jokes?|"
    r"python|javascript|java|html|sql|(?<!dress )(?<!qr"
    r" )code|coding|program(?:me|ming)?|algorithm|app|election|president|"
    r"prime minister|politic\w*|war|religio\w*|football|soccer|world cup|premier"
    r" league|weather|forecast|homework|"
    r"translate|capital (?:city"
    r" )?of|bitcoin|crypto\w*|horoscope|movie|film|celebrity|girlfriend|boyfriend|dating|"
    r"diagnos\w*|who (?:won|invented|wrote)|history of|quantum|physics|ignore"
    r" (?:all|your|previous)|system prompt|"
    r"your instructions)\b"
)
_PROGRAM = re.compile(
    r"\bare you (?:\w+ ){0,2}(?:ai|bot|chatbot|robot|human|machine|person|program|computer)\b"
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"'})
# Characters of a message: what is longer is no small talk, and what a reply quotes of it.
SMALL_TALK = 40
QUOTED = 80


def fold(text: str) -> str:
    """Small letters without accents, one space between words: what rules look at."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).lower()
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).split())


def quote(text: str) -> str:
    """The diner's own words, shortened, in quotes."""
    words = " ".join(text.split())
    return f"“{words if len(words) <= QUOTED else words[: QUOTED - 1].rstrip() + '…'}”"


def without_greeting(folded: str) -> str:
    return _GREETING.sub("", folded).strip()


def small_talk(folded: str) -> str | None:
    """`thanks`, `bye`, `yes` or `no`, when a message is nothing more; "ok" is a yes."""
    if len(folded) > SMALL_TALK:
        return None
    bare = " ".join(re.sub(r"[^\w' ]", " ", folded).split()).replace(" ", "")
    for name, pattern in (("yes", _YES), ("thanks", _THANKS), ("no", _NO), ("bye", _BYE)):
        if re.fullmatch(pattern.pattern.replace(" ", ""), bare):
            return name
    return None


def is_off_trade(folded: str) -> bool:
    return bool(_OFF_TRADE.search(folded))


def is_program_question(folded: str) -> bool:
    """Whether somebody asks if they are talking to a human being."""
    return bool(_PROGRAM.search(folded))


def is_among(folded: str, words: frozenset[str]) -> bool:
    """Whether one of the words is meant, spelled about right, in the singular or the plural."""
    return any(
        word in words
        or word.rstrip("s") in words
        or (len(word) > 4 and get_close_matches(word, words, n=1, cutoff=0.84))
        for word in re.findall(r"[^\W\d_]+", folded)
    )


def without_contractions(folded: str) -> str:
    """ "what's" and "i'd" as "what" and "i"."""
    return re.sub(r"(?<=\w)'(?:s|d|m|re|ve|ll)\b", "", folded)


def first_of(fields: dict[str, object], *names: str) -> str:
    """The first of these fields that has something in it, as text."""
    return next(
        (str(fields[name]).strip() for name in names if fields.get(name) not in (None, "", [], {})),
        "",
    )


def sentence(text: str) -> str:
    """With a full stop at its end."""
    return text if not text or text[-1] in ".!?…" else f"{text}."
