"""What both practice personas understand by themselves: greetings, small talk, other trades.

What a message asks of the menu, the books or the rules, the tools understand.
"""

import re
import unicodedata

# Characters of a message: what is longer is no small talk, and what a reply quotes of it.
SMALL_TALK = 40
QUOTED = 80

_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|yo|greetings|muraho|mwaramutse|bonjour|salut|bon[gġ]u|ciao"
    r"|good (?:morning|afternoon|evening|day)"
    r"|how are you(?: doing| today)?)\b"
    r"(?: (?:there|again|all|everyone|team|waiter|cfo))?[\s,!.:?]*)+"
)
# Of what a message of small talk consists, in the order in which it is tried.
_SMALL_TALK = {
    talk: re.compile(rf"(?:(?:{parts})\b\W*+)+")
    for talk, parts in {
        "yes": r"yes|yeah|yep|yup|sure|ok(?:ay)?|please|of course|go ahead|why not|yego|iva"
        r"|definitely|absolutely|sounds (?:good|great)|do|i would|show me|love to"
        r"|that would be \w+",
        "thanks": r"ok(?:ay)?|great|perfect|super|many|thanks?|thank ?you|murakoze|grazzi|merci"
        r"|cheers|so much|a lot|very|lovely",
        "no": r"no|nope|nah|oya|thanks?|thank ?you|not (?:now|today|really)|nothing(?: else)?"
        r"|i'?m (?:good|fine)|that(?:'?s| is) all",
        "bye": r"ok(?:ay)?|good ?bye|bye|see you(?: \w+)?|good night|ciao|murabeho|saha"
        r"|that(?:'?s| is) all",
    }.items()
}
_PROGRAM = re.compile(
    r"\b(?:who are you|are you (?:\w+ ){0,2}"
    r"(?:ai|bot|chatbot|robot|human|machine|person|program|computer))\b"
)
# "I want to talk to a human", "a real person please", "call your manager"
_A_PERSON = re.compile(
    r"\b(?:(?:talk|speak|write|chat) (?:to|with) (?:(?:a|an|the|your|some) )?(?:real |actual )?"
    r"(?:human|person|people|someone|somebody|manager|owner|staff|colleague)"
    r"|(?:a |an )?(?:real|actual|human) (?:human|person|being|staff)"
    r"|call (?:me )?(?:a|an|the|your) (?:human|person|manager|owner|staff|colleague)"
    r"|parler (?:a|avec) (?:quelqu'un|un humain|une (?:vraie )?personne|un responsable|le patron)"
    r"|parlare con (?:qualcuno|una persona|un responsabile)|nitkellem ma' (?:xi [hħ]add|persuna)"
    r"|kuvugana n'umuntu|kuzungumza na (?:mtu|mhudumu))\b"
)
_OFF_TRADE = re.compile(
    r"\b(?:poem|poetry|haiku|essay|lyrics|novel|bedtime story|sing|jokes?|movie|film|celebrity"
    r"|write (?:me )?a (?:story|song|letter|speech)"
    r"|python|javascript|java|html|sql|coding|program(?:me|ming)?|algorithm|app"
    r"|(?<!dress )(?<!qr )code"
    r"|election|president|prime minister|politic\w*|war|religio\w*"
    r"|football|soccer|world cup|premier league|weather|forecast|homework|translate"
    r"|capital (?:city )?of|history of|who (?:won|invented|wrote)|quantum|physics"
    r"|bitcoin|crypto\w*|horoscope|girlfriend|boyfriend|dating|diagnos\w*"
    r"|ignore (?:all|your|previous)|system prompt|your instructions)\b"
)
# What a wish is wrapped in: "could you tell me if you have ... for my wife, please?"
_WRAPPING = frozenset(
    re.findall(
        r"\w+",
        """
        a about also am an and any anything are at be can child contain contains could daughter did
        do does eat explain find for friend from get give good got great had has have he her here
        his how hungry husband i if in is it its just know let like looking make maybe me much my
        need of offer on one or order our please price prices recommend see sell serve served she
        show so some something son suggest take tell than thank thanks that the their them there
        these they three to today treat try two type us very want was we were what when where which
        who wife will with would you your
        """,
    )
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"'})
_PUNCTUATION = " \t.,;:!?()\"'-"


def fold(text: str) -> str:
    """Small letters without accents, one space between words."""
    plain = unicodedata.normalize("NFKD", _plain(text))
    return "".join(each for each in plain if not unicodedata.combining(each))


def _plain(text: str) -> str:
    """Small letters, one space between words; accents stay, or "thé" would be "the"."""
    letters = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).lower()
    return " ".join(letters.split())


def read(message: str) -> tuple[str | None, str]:
    """What kind of talk a message is, None when it is more; and its words, without a greeting.

    The kinds: `greeting`, `yes`, `no`, `thanks`, `bye`, `program` (are you one?), `off_trade`.
    The words are in small letters.
    """
    words = _GREETING.sub("", _plain(message)).strip()
    if not words:
        return "greeting", words
    if len(words) <= SMALL_TALK:
        for talk, parts in _SMALL_TALK.items():
            if parts.fullmatch(words):
                return talk, words
    if _PROGRAM.search(words):
        return "program", words
    return "off_trade" if _OFF_TRADE.search(words) else None, words


def wants_a_person(message: str) -> bool:
    """Whether it asks for somebody of the staff."""
    return _A_PERSON.search(fold(message)) is not None


def unwrapped(wish: str) -> str:
    """What somebody is after, in their own words: "how much is the timpana?" is "timpana"."""
    words = wish.split()
    while words and _is_wrapping(words[0]):
        words.pop(0)
    while words and _is_wrapping(words[-1]):
        words.pop()
    return " ".join(words).strip(_PUNCTUATION)


def _is_wrapping(word: str) -> bool:
    bare = re.sub(r"'(?:s|d|m|re|ve|ll)$", "", word.strip(_PUNCTUATION))
    return not bare or bare in _WRAPPING


def quote(text: str) -> str:
    """The diner's own words, shortened, in quotes."""
    words = " ".join(text.split())
    if len(words) > QUOTED:
        words = words[: QUOTED - 1].rstrip() + "…"
    return f"“{words}”"


def sentence(text: str) -> str:
    """With a full stop at its end."""
    return text if not text or text[-1] in ".!?…" else f"{text}."
