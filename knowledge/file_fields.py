"""What a field of a restaurant's file must be: each refuses in words what it doesn't take.

The files' own shapes are `knowledge.files`'s.
"""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.numbers import is_currency
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo

from addresses import SCHEME, international, is_number, spelled
from knowledge.allergens import known_words
from knowledge.hours import spans_in, week_of
from models.menu import ALLERGENS

OTHERS = "others"  # in place of a list: all of the 14 that are not in it and may not be


def _a_number(typed: str) -> str:
    """As Twilio spells it: a diner finds the restaurant by nothing else."""
    address = spelled(typed if ":" in typed else f"{SCHEME}{typed}")
    if not is_number(address):
        raise ValueError(
            "not a WhatsApp number: expected one with its country code, as whatsapp:+250788123456"
        )
    return address


def _a_telephone(typed: str) -> str:
    number = international(typed)
    if number is None:
        raise ValueError("not a telephone number: expected its country code too, as +250788123456")
    return number


def _a_locale(locale: str) -> str:
    try:
        Locale.parse(locale)
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError("not a locale: expected a language and a country, as en_RW") from error
    return locale


def _a_currency(currency: str) -> str:
    if not is_currency(currency):
        raise ValueError("not a currency: expected three letters of ISO 4217, as RWF or EUR")
    return currency


def _a_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("not a time zone: expected a name as Africa/Kigali") from error
    return name


def _known(words: list[str], info: ValidationInfo) -> list[str]:
    """The keys for a dish's allergens or diets; the context hears how they were read."""
    dish = info.data.get("name", "a dish")
    try:
        keys, readings = known_words(words, str(info.field_name))
    except ValueError as error:
        raise ValueError(f"{dish}: {error}") from None
    if info.context is not None:
        for word, key in readings.items():
            info.context.setdefault(f"{word!r} as {key}", []).append(dish)
    return keys


def _weekly(written: str) -> str:
    week_of((written,))
    return written


def _times(written: str) -> str:
    spans_in(written)
    return written


def _others(written: object, info: ValidationInfo) -> object:
    """`"others"` is every allergen that stands in neither list of what is or may be in it."""
    if written == OTHERS:
        in_it = {*info.data.get("allergens", ()), *(info.data.get("may_contain") or ())}
        return [allergen for allergen in ALLERGENS if allergen not in in_it]
    if isinstance(written, str):
        raise ValueError(f'expected a list of allergens, or "{OTHERS}"')
    return written


def words(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Number = Annotated[str, AfterValidator(_a_number)]
Telephone = Annotated[str, AfterValidator(_a_telephone)]
LocaleName = Annotated[str, AfterValidator(_a_locale), Field(max_length=16)]
Currency = Annotated[str, AfterValidator(_a_currency)]
Timezone = Annotated[str, AfterValidator(_a_timezone), Field(max_length=64)]
Weekly = Annotated[str, AfterValidator(_weekly)]
Times = Annotated[str, AfterValidator(_times)]
# In the kitchen's own words, which become those of the vocabulary, or an error.
Known = Annotated[list[str], AfterValidator(_known)]
KnownOrOthers = Annotated[list[str], BeforeValidator(_others), AfterValidator(_known)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Jurisdiction = Literal["RW", "MT", "EU", "UK", "US", "CA", "IFRS", "US-GAAP"]
