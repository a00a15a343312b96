"""How the staff names a conversation: by its number, or by the diner's telephone number.

It finds which one is meant, and what is to be said there; it changes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from babel.dates import format_date

from addresses import SCHEME, USER_ID, international, other_spelling, spelled
from conversation.keywords import DONE, SEND, TAKE, TO, UNSEEN, Keyword
from knowledge.clock import Clock
from knowledge.phrases import Phrase, known, later, phrase
from knowledge.words import plain_digits
from models import hands
from models.database.engine import Database
from models.diners import WINDOW, Known
from models.hands import Conversation
from models.restaurants import Restaurant
from personas.colleagues import who
from whatsapp.wordless import without_files

# The staff reads a conversation's number between marks, `*7*`, and may call it one: `no. 7`. A mark
# behind it says that this very one is meant. A telephone number in one piece is longer.
_HANDLE = re.compile(
    r"\A[\W_]*(?:n[orº°]?\b[\W_]*|number\b[\W_]*|conversation\b[\W_]*)?"
    r"(?P<id>[1-9][0-9]{0,8})(?![^\W_])[*_]*(?P<surely>!*)[\s:,.]*(?P<words>.*)",
    re.DOTALL | re.IGNORECASE,
)
_MOST_GROUPS = 6  # of digits, in which people write a number
_LOCAL = re.compile(r"0?[1-9][0-9]{6,10}")
_LONGEST_CODE = 3  # digits of a country's

USAGE = {
    TO: later(
        "Write */to*, the number of the conversation, and your words: /to 7 I'll be with you."
    ),
    SEND: later(
        "Write */send* and the number of the conversation, alone: /send 7. To say something else,"
        " write */to*, that number, and your words."
    ),
    TAKE: later("Write */take* and the number of the conversation: /take 7"),
    DONE: later("Write */done* and the number of the conversation: /done 7"),
}
NO_FILES = later("Pictures and files can't be sent from here, only words.")


@dataclass(frozen=True, slots=True)
class Named:
    """Which conversation somebody of the staff named, and what they say there.

    `is_sure`: they have it already, it waits for a person, or they said that this very one is
    meant, as `is_meant` tells. `has_files`: what can't be sent came along with the words.
    """

    chat: Conversation
    words: str
    is_sure: bool = True
    has_files: bool = False
    is_meant: bool = False


class NotNamedError(Exception):
    """None can be meant; `told` says so to whoever named it."""

    def __init__(self, told: Phrase) -> None:
        super().__init__(told)
        self.told = told


class Naming:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def named(self, keyword: Keyword, member: Known, restaurant: Restaurant) -> Named:
        """Raises NotNamedError and DatabaseUnavailableError."""
        if keyword.word == DONE and not keyword.rest:
            return self._only_one(member, restaurant)
        text, has_files = without_files(keyword.rest)
        named = self._found(text, has_files, member, restaurant)
        language = member.language
        usage = phrase(USAGE[keyword.word], language)
        if has_files:
            usage = Phrase(f"{phrase(NO_FILES, language)} {usage}")
        if named is None or not _is_complete(keyword, named):
            raise NotNamedError(usage)
        if named.chat.id == member.id:
            own = phrase("{number} is your own conversation.", language, number=member.id)
            raise NotNamedError(Phrase(f"{own} {usage}"))
        if keyword.word != DONE and (why := _why_silent(named.chat, language)):
            raise NotNamedError(why)
        if keyword.word != DONE and self._clock.now() - named.chat.last_message_at >= WINDOW:
            raise NotNamedError(_too_late(named.chat, language))
        if keyword.word == TO and not named.is_sure:
            raise NotNamedError(_asking_whether(named.chat, language))
        return named

    def _only_one(self, member: Known, restaurant: Restaurant) -> Named:
        chats = self.held_by(member, restaurant)
        if len(chats) != 1:
            raise NotNamedError(phrase(USAGE[DONE], member.language))
        return Named(chats[0], "")

    def held_by(self, member: Known, restaurant: Restaurant) -> list[Conversation]:
        """The conversations that somebody of the staff has. Raises DatabaseUnavailableError."""
        with self._database.transaction() as session:
            return [
                chat
                for address in member.addresses
                for chat in hands.held_by(session, restaurant, address)
            ]

    def _found(
        self, text: str, has_files: bool, member: Known, restaurant: Restaurant
    ) -> Named | None:
        """None for a text that names none. Raises NotNamedError for one that names nobody here."""
        plain = plain_digits(text)
        handle = None if plain.lstrip().startswith(("+", "00")) else _HANDLE.fullmatch(plain)
        spelled = list(_addresses(text, member))
        with self._database.transaction() as session:
            if handle and (chat := hands.by_id(session, restaurant, int(handle["id"]))):
                is_theirs = chat.in_hands_of in (None, *member.addresses)
                waits = chat.is_left if chat.in_hands_until is None else is_theirs
                is_meant = bool(handle["surely"])
                words = text[handle.start("words") :].strip()
                return Named(chat, words, is_meant or waits, has_files, is_meant)
            for addresses, words in spelled:
                either = [each for one in addresses for each in (one, other_spelling(one)) if each]
                found = hands.by_addresses(session, restaurant, either)
                if len(found) == 1 or (found and len(addresses) == 1):
                    return Named(found[0], words, has_files=has_files)
        if handle:
            raise NotNamedError(
                phrase(
                    "There is no conversation {number} here; they may have asked to be forgotten.",
                    member.language,
                    number=handle["id"],
                )
            )
        if spelled:
            raise NotNamedError(
                phrase(
                    "Nobody of this number has written to us here, and WhatsApp lets us write only"
                    " to whoever did, within 24 hours.",
                    member.language,
                )
            )
        return None


def _is_complete(keyword: Keyword, named: Named) -> bool:
    """There are words to be said, or none where a draft's are."""
    has_words = bool(UNSEEN.sub("", named.words).strip())
    return keyword.word not in (TO, SEND) or has_words == (keyword.word == TO)


def _why_silent(chat: Conversation, language: str | None) -> Phrase | None:
    """Why nothing can be sent there, but for the time that has passed."""
    if chat.opted_out_at:
        return phrase(
            "{number} wants no more messages from us: they must write START before we can.",
            language,
            number=chat.id,
        )
    if chat.is_blocked:
        return phrase(
            "WhatsApp can't reach {number}, or they have blocked us: wait until they write.",
            language,
            number=chat.id,
        )
    return None


def _too_late(chat: Conversation, language: str | None) -> Phrase:
    day = format_date(chat.last_message_at, "dd MMMM", locale=known(language))
    return phrase(
        "{number} wrote last on {day}: WhatsApp lets us answer for 24 hours only. Call them, or"
        " wait until they write.",
        language,
        number=chat.id,
        day=day,
    )


def _asking_whether(chat: Conversation, language: str | None) -> Phrase:
    """For "/to 2 tables are free" may be a slip, and what is said takes them from who has them."""
    text = later(
        "{diner} asked for nobody, and the waiter answers them: nothing was sent. To take them"
        " over, write /to {number}! and your words."
    )
    if chat.in_hands_until:
        text = later(
            "{diner} is a colleague's: nothing was sent. To take them over, write /to {number}!"
            " and your words."
        )
    diner = who(chat.id, chat.profile_name, chat.address)
    return phrase(text, language, diner=diner, number=chat.id)


def _addresses(text: str, member: Known) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a text may begin with as an address, longest first, and what stands behind it.

    Numbers are written in groups, and the words behind one may begin with a number. One without
    its country's code is of the same country as that of whoever writes it.
    """
    first, *_ = groups = re.findall(r"\S+", text) or [""]
    name = spelled(first.rstrip(":,")).removeprefix(SCHEME)
    has_scheme = first.lower().startswith(SCHEME)
    if USER_ID.fullmatch(name) or (has_scheme and not international(name)):
        yield (f"{SCHEME}{name}",), text.strip()[len(first) :].strip()
        return
    for many in range(min(_MOST_GROUPS, len(groups)), 0, -1):
        written = "".join(groups[:many]).removeprefix(SCHEME).rstrip(":,")
        words = " ".join(text.split(None, many)[many:])
        if number := international(written, least_without_mark=10):
            yield (f"{SCHEME}{number}",), words
        digits = re.sub(r"[\s().\-/]", "", plain_digits(written))
        if _LOCAL.fullmatch(digits):
            ours = member.address.removeprefix(f"{SCHEME}+")
            codes = [ours[:length] for length in range(1, _LONGEST_CODE + 1)]
            # Italy's numbers keep their zero.
            rests = dict.fromkeys((digits.removeprefix("0"), digits))
            yield tuple(f"{SCHEME}+{code}{rest}" for code, rest in product(codes, rests)), words
