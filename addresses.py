"""WhatsApp addresses: one spelling for what people, consoles and Twilio spell in several.

`whatsapp:+250788123456`, or `whatsapp:RW.teta` of who shows a user name in place of a number.
It stands below everything and imports nothing of ours.
"""

import re
from unicodedata import category, decimal, normalize

SCHEME = "whatsapp:"

# E.164 has 15 digits at most, and no country code begins with 0: https://www.itu.int/rec/T-REC-E.164
# The shortest numbers in use have seven.
_SPELLED = re.compile(r"whatsapp:\+[1-9][0-9]{6,14}")
_INTERNATIONAL = re.compile(r"(?P<mark>\+?00|\+)?(?P<number>[1-9][0-9]{6,14})")
# Of a diner without a number for us:
# https://www.twilio.com/docs/whatsapp/business-scoped-user-ids
USER_ID = re.compile(r"[A-Z]{2}(\.\w+)+", re.ASCII)
# "(0)" is what nobody dials behind a country code.
_BETWEEN_DIGITS = re.compile(r"\(0\)|[\s().\-/‐-―−]")

# One subscriber's two numbers: (the longer, the part that it has more, what is around it).
# Mexico's mobiles had a 1 until 2019, Argentina's have a 9 when called from abroad, Brazil's got a
# ninth digit, and WhatsApp goes on showing the one that an account began with:
# https://faq.whatsapp.com/1294841057948784
_LONGER = (
    re.compile(r"\+(52)1([2-9][0-9]{9})"),
    re.compile(r"\+(54)9([1-9][0-9]{9})"),
    re.compile(r"\+(55[1-9][1-9])9([6-9][0-9]{7})"),
)
_SHORTER = (
    (re.compile(r"\+(52)([2-9][0-9]{9})"), "1"),
    (re.compile(r"\+(54)([1-8][0-9]{9})"), "9"),
    (re.compile(r"\+(55[1-9][1-9])([6-9][0-9]{7})"), "9"),
)


def spelled(address: str) -> str:
    """An address of WhatsApp's in its one spelling; what is none, or no number, stays as it is.

    `WhatsApp:00250 788-123 456` is `whatsapp:+250788123456`.
    """
    if _SPELLED.fullmatch(address):
        return address
    plain = "".join(each for each in normalize("NFKC", address) if category(each) != "Cf").strip()
    scheme, mark, rest = plain.partition(":")
    if not mark or f"{scheme.strip().lower()}:" != SCHEME:
        return plain
    # A space in front was a plus that nobody escaped: who sends such forms is better told so.
    number = None if rest[:1].isspace() else international(rest)
    return f"{SCHEME}{number or rest}"


def international(text: str, *, least_without_mark: int = 0) -> str | None:
    """A telephone number as E.164 has it, of one with its country code; None for what is none.

    `least_without_mark`: how many digits it must have without a plus or two zeros in front.
    """
    figures = "".join(str(decimal(each, each)) for each in text)
    found = _INTERNATIONAL.fullmatch(_BETWEEN_DIGITS.sub("", figures))
    if not found or not (found["mark"] or len(found["number"]) >= least_without_mark):
        return None
    return f"+{found['number']}"


def is_number(address: str) -> bool:
    """Whether an address in its one spelling has a telephone number."""
    return _SPELLED.fullmatch(address) is not None


def other_spelling(address: str) -> str | None:
    """The other number by which WhatsApp knows the same subscriber, where a country has two."""
    number = address.removeprefix(SCHEME)
    if not number.startswith(("+52", "+54", "+55")):
        return None
    for longer in _LONGER:
        if match := longer.fullmatch(number):
            return f"{SCHEME}+{match[1]}{match[2]}"
    for shorter, digit in _SHORTER:
        if match := shorter.fullmatch(number):
            return f"{SCHEME}+{match[1]}{digit}{match[2]}"
    return None
