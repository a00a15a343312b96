"""What a restaurant's use costs, in US dollars: tokens of the model, and WhatsApp's messages.

The prices are of November 2026: OpenAI's list for text; for sound and pictures of gpt-realtime-2.1
that of gpt-realtime; Twilio's list; partners' rate cards for WhatsApp's own price of a message.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

from models.meter import Use
from models.tokens import Tokens

AS_OF = date(2026, 11, 1)
MILLION = Decimal(1_000_000)
# How many tokens the Realtime API counts a second of sound as: heard, and spoken.
HEARD_TOKENS_A_SECOND, SPOKEN_TOKENS_A_SECOND = 10, 20
# Since October 2026 WhatsApp charges for each answer that arrives, by the diner's market, which is
# taken to be the restaurant's.
WHATSAPP: Mapping[str, Decimal] = {"RW": Decimal("0.0046"), "MT": Decimal("0.0198")}
WHATSAPP_ELSEWHERE = Decimal("0.0087")
_OF_A_COUNTRY = "whatsapp_"


@dataclass(frozen=True, slots=True)
class Prices:
    """The first seven by the million tokens, the next three by the message; then how many are free.

    `whatsapp`: of any country that `whatsapp_in` has no price of.
    """

    text_in: Decimal
    text_cached: Decimal
    text_out: Decimal
    audio_in: Decimal
    audio_cached: Decimal
    audio_out: Decimal
    image_in: Decimal
    message_in: Decimal = Decimal("0.005")
    message_out: Decimal = Decimal("0.005")
    whatsapp: Decimal = WHATSAPP_ELSEWHERE
    free_messages: Decimal = Decimal(1_000)  # of WhatsApp's own price, a number and a month
    by_country: tuple[tuple[str, Decimal], ...] = tuple(WHATSAPP.items())

    def whatsapp_in(self, country: str) -> Decimal:
        return dict(self.by_country).get(country, self.whatsapp)


BY_MODEL: Mapping[str, Prices] = {
    "gpt-realtime-2.1-mini": Prices(
        text_in=Decimal("0.60"),
        text_cached=Decimal("0.06"),
        text_out=Decimal("2.40"),
        audio_in=Decimal(10),
        audio_cached=Decimal("0.30"),
        audio_out=Decimal(20),
        image_in=Decimal("0.80"),
    ),
    "gpt-realtime-2.1": Prices(
        text_in=Decimal(4),
        text_cached=Decimal("0.40"),
        text_out=Decimal(24),
        audio_in=Decimal(32),
        audio_cached=Decimal("0.40"),
        audio_out=Decimal(64),
        image_in=Decimal(5),
    ),
}
# Of a model that nobody told us of.
DEFAULT = BY_MODEL["gpt-realtime-2.1-mini"]
NAMES = tuple(field.name for field in fields(Prices) if field.name != "by_country")


def prices_of(model: str, given: Mapping[str, Decimal]) -> Prices:
    """The model's, with those of PRICES in their place; see `checked`."""
    named = {name: price for name, price in given.items() if name in NAMES}
    countries = {
        name.removeprefix(_OF_A_COUNTRY).upper(): price
        for name, price in given.items()
        if name not in NAMES
    }
    # Whoever names one price for all countries means ours too.
    known = {} if "whatsapp" in given else WHATSAPP
    by_country = tuple({**known, **countries}.items())
    return replace(BY_MODEL.get(model, DEFAULT), **named, by_country=by_country)


def is_price(name: str) -> bool:
    country = name.removeprefix(_OF_A_COUNTRY)
    return name in NAMES or (country != name and len(country) == 2 and country.isalpha())


def of_tokens(tokens: Tokens, prices: Prices) -> Decimal:
    """What the cache had is taken to be sound, as far as it is told, and text: no picture."""
    text_cached = max(0, tokens.cached - tokens.audio_cached)
    text_in = max(0, tokens.input - text_cached - tokens.audio_input - tokens.image_input)
    taken = (
        (text_in, prices.text_in),
        (text_cached, prices.text_cached),
        (max(0, tokens.output - tokens.audio_output), prices.text_out),
        (_heard(tokens), prices.audio_in),
        (tokens.audio_cached, prices.audio_cached),
        (tokens.audio_output, prices.audio_out),
        (tokens.image_input, prices.image_in),
    )
    return sum((count * price for count, price in taken), Decimal(0)) / MILLION


def seconds_of_sound(tokens: Tokens) -> float:
    """Heard and spoken."""
    heard = _heard(tokens) / HEARD_TOKENS_A_SECOND
    return heard + tokens.audio_output / SPOKEN_TOKENS_A_SECOND


def _heard(tokens: Tokens) -> int:
    """In a call all that was heard before comes in again with each answer, from the cache."""
    return max(0, tokens.audio_input - tokens.audio_cached)


@dataclass(frozen=True, slots=True)
class Line:
    """A persona's part of a day, and what it costs."""

    day: date
    persona: str
    use: Use
    usd: Decimal

    def amounts(self) -> dict[str, float]:
        """By name: counts, seconds of sound, and US dollars."""
        sound_s = seconds_of_sound(self.use.tokens)
        return {**self.use.columns(), "sound_seconds": sound_s, "us_dollars": float(self.usd)}


def summed(lines: Iterable[Line], persona: str = "") -> Line:
    """All of them as one; its day says nothing."""
    lines = list(lines)
    use = sum((line.use for line in lines), Use())
    return Line(date.min, persona, use, sum((line.usd for line in lines), start=Decimal(0)))


def of_month(
    days: Iterable[tuple[date, Mapping[str, Use]]], prices: Prices, country: str
) -> list[Line]:
    """A number's days from the first of a month on, so that its free messages come first."""
    free = int(prices.free_messages)
    lines = []
    for day, by_persona in days:
        for persona, use in sorted(by_persona.items()):
            charged = max(0, use.messages_out - free)
            free = max(0, free - use.messages_out)
            usd = (
                of_tokens(use.tokens, prices)
                + use.messages_in * prices.message_in
                + use.messages_out * prices.message_out
                + charged * prices.whatsapp_in(country)
            )
            lines.append(Line(day, persona, use, usd))
    return lines


def of_diner(use: Use, prices: Prices, country: str) -> Decimal:
    """What one diner's use costs, as if no message were free."""
    lines = of_month([(date.min, {"": use})], replace(prices, free_messages=Decimal(0)), country)
    return lines[0].usd
