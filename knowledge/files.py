"""The JSON files that a restaurant and the tax rules are loaded from: their shape and errors.

An error names the file and the field. It never touches the database.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Annotated, Self, TypeVar

from babel.numbers import get_currency_precision
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from knowledge.allergens import contradictions
from knowledge.file_fields import (
    Currency,
    Jurisdiction,
    Known,
    KnownOrOthers,
    LocaleName,
    Number,
    Slug,
    Telephone,
    Times,
    Timezone,
    Weekly,
    words,
)
from knowledge.hours import CLOSED, row_of, spans_in, week_of
from knowledge.money import MOST_OF_A_DISH
from models.database.upsert import Row
from models.opening_hours import HOUSE, WEEKDAYS

Shape = TypeVar("Shape")

# How kitchens' words were read, `"'cream' as milk"`, with the names of the dishes.
Readings = dict[str, list[str]]

MOST_ERRORS = 10  # named in one message


class FileError(ValueError):
    """A file that cannot be loaded.

    The message names the file, and every wrong field with what is wrong about it.
    """


class _Strict(BaseModel):
    # A misspelled field is an error, not a dish without a price.
    model_config = ConfigDict(extra="forbid", frozen=True)


class RestaurantCard(_Strict):
    slug: Annotated[Slug, Field(max_length=64)]
    name: Annotated[str, words(120)]
    number: Number
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    currency: Currency
    locale: LocaleName
    timezone: Timezone
    city: Annotated[str, words(80)]
    address: Annotated[str, words(200)]
    # In words, for who gives no `opening_hours`; the personas hear those where they are given.
    hours: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    about: Annotated[str, words(1000)]
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1  # a month
    # Of the door, in degrees north and east.
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    # Where people answer, and where the personas are rung if not at `number`. What stands in no
    # file stays as it is.
    phone: Telephone | None = None
    calls_number: Telephone | None = None

    def columns(self) -> Row:
        left_out = {"phone", "calls_number"} - self.model_fields_set
        return self.model_dump(exclude=left_out)

    @model_validator(mode="after")
    def _has_both(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude: give both, or neither")
        return self


class OtherHours(_Strict):
    """The hours of one date, in place of its weekday's; none: closed."""

    date: date
    name: Annotated[str, words(80)]
    hours: list[Times] = []


class Dish(_Strict):
    slug: Slug
    name: Annotated[str, words(120)]
    price: Annotated[Decimal, Field(gt=0, le=MOST_OF_A_DISH, decimal_places=2)]
    category: Annotated[str, words(80)]
    description: Annotated[str, words(2000)]
    dietary: Known = []
    # Not left out by oversight: a dish without a list would pass for one that is safe.
    # `[]` says that it has none.
    allergens: Known
    # What is in none of the three lists is not stated, and never offered as free of it.
    may_contain: Known | None = None
    free_of: KnownOrOthers | None = None
    keywords: list[str] = []
    image_url: Annotated[str, StringConstraints(max_length=500)] = ""
    available: bool = True
    # Parts of the day by the name of the file's `periods`, or times of the week; none: always.
    served: list[str] | None = None
    portion: Annotated[str, words(80)] | None = None
    sold_out_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        lists = (self.dietary, self.allergens, self.may_contain or (), self.free_of or ())
        _refuse(self.name, contradictions(*lists))
        return self


class DishPairing(_Strict):
    """Two slugs of the menu: with `item`, the waiter offers `with`."""

    item: Slug
    with_item: Slug = Field(alias="with")
    upsell: Annotated[str, words(300)]


class RestaurantFile(_Strict):
    restaurant: RestaurantCard
    # Weekly: "Mon-Thu 07:00-23:00". A period is a part of the house's day: "breakfast".
    opening_hours: list[Weekly] = []
    periods: dict[Annotated[str, words(40)], list[Weekly]] = {}
    exceptions: list[OtherHours] = []
    menu: list[Dish] = Field(min_length=1)
    pairings: list[DishPairing] = []

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        slugs = {dish.slug for dish in self.menu}
        _refuse("menu: slug used twice", _twice(dish.slug for dish in self.menu))
        named = {slug for pairing in self.pairings for slug in (pairing.item, pairing.with_item)}
        _refuse("pairings: not on the menu", sorted(named - slugs))
        _refuse(
            "pairings: given twice",
            _twice(f"{pairing.item} with {pairing.with_item}" for pairing in self.pairings),
        )
        _refuse(
            "pairings: a dish with itself",
            [pairing.item for pairing in self.pairings if pairing.item == pairing.with_item],
        )
        _refuse("menu: served", self._unknown_times())
        _refuse("exceptions: given twice", _twice(f"{each.date}" for each in self.exceptions))
        begins = (
            f"{row['what'] or 'house'} {row['day']} {row['opens']}" for row in self.hours_rows()
        )
        _refuse("opening_hours: begin twice at the same time", _twice(begins))
        if not self.opening_hours and (
            self.periods or self.exceptions or not self.restaurant.hours
        ):
            raise ValueError("opening_hours: say when it is open, as Mon-Sat 12:00-22:00")
        digits = get_currency_precision(self.restaurant.currency)
        broken = [dish.slug for dish in self.menu if dish.price != round(dish.price, digits)]
        _refuse(f"menu: {self.restaurant.currency} prices have {digits} decimals at most", broken)
        return self

    def hours_rows(self) -> list[Row]:
        """All of its hours, as rows of the table."""
        weekly = {HOUSE: tuple(self.opening_hours)}
        weekly |= {name: tuple(written) for name, written in self.periods.items()}
        rows = [
            row_of(what, WEEKDAYS[day], span)
            for what, written in weekly.items()
            for day, spans in enumerate(week_of(written))
            for span in spans
        ]
        for other in self.exceptions:
            spans = chain.from_iterable(map(spans_in, other.hours))
            rows += [
                row_of(HOUSE, f"{other.date}", span, other.name) for span in [*spans] or [CLOSED]
            ]
        return rows

    def _unknown_times(self) -> Iterator[str]:
        for dish in self.menu:
            for each in dish.served or ():
                try:
                    each in self.periods or week_of((each,))
                except ValueError:
                    there = ", ".join(self.periods) or "none"
                    yield f"{dish.slug}: {each!r} is neither one of periods ({there}) nor times"


class RuleCard(_Strict):
    slug: Slug
    jurisdiction: Jurisdiction
    topic: Annotated[str, words(120)]
    rule: Annotated[str, words(4000)]
    authority: Annotated[str, words(160)]
    citation: Annotated[str, words(300)]
    keywords: list[str] = []
    source_url: Annotated[str, StringConstraints(pattern=r"^https?://", max_length=500)]
    checked_on: date
    effective_from: date | None = None
    effective_to: date | None = None
    unverified: bool = False

    @model_validator(mode="after")
    def _ends_after_its_beginning(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(f"{self.slug}: effective_to is before effective_from")
        return self


def read_restaurant(file: Path, readings: Readings | None = None) -> RestaurantFile:
    """The restaurant in `file`; `readings` gets what words were read as. Raises FileError."""
    return _read(file, TypeAdapter(RestaurantFile), readings)


def read_tax_rules(file: Path) -> list[RuleCard]:
    """The rules in `file`, each with a slug of its own. Raises FileError."""
    rules = _read(file, TypeAdapter(list[RuleCard]))
    if twice := _twice(rule.slug for rule in rules):
        raise FileError(f"{file.name}: slug used twice: {', '.join(twice)}")
    return rules


def restaurant_of(name: str, written: object) -> RestaurantFile:
    """The restaurant that `written` holds, as JSON's values; `name` stands for a file's.

    Raises FileError.
    """
    try:
        return RestaurantFile.model_validate_json(json.dumps(written))
    except ValidationError as error:
        raise _told(name, error) from error


def faults_in(shape: type[BaseModel], written: object) -> list[str]:
    """What is wrong with `written`, JSON's values, as one of `shape`: the field and why."""
    try:
        shape.model_validate_json(json.dumps(written))
    except ValidationError as error:
        return _faults(error)
    return []


def _read(file: Path, shape: TypeAdapter[Shape], readings: Readings | None = None) -> Shape:
    try:
        written = file.read_bytes()
        # UTF-8, with or without a mark in front, or UTF-16, as Windows' programs save text.
        text = written.decode(json.detect_encoding(written))
        return shape.validate_json(text, context=readings)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise FileError(f"{file.name}: is not UTF-8: save it as text in UTF-8") from None
    except ValidationError as error:
        raise _told(file.name, error) from error


def _told(name: str, error: ValidationError) -> FileError:
    return FileError(f"{name}: {'; '.join(_faults(error))}")


def _faults(error: ValidationError) -> list[str]:
    return [
        f"{_place(one['loc'])}{one['msg'].removeprefix('Value error, ')}"
        for one in error.errors()[:MOST_ERRORS]
    ]


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in location) + ": " if location else ""


def _refuse(sentence: str, culprits: Iterable[str]) -> None:
    if named := ", ".join(culprits):
        raise ValueError(f"{sentence}: {named}")


def _twice(slugs: Iterable[str]) -> list[str]:
    return [slug for slug, times in Counter(slugs).items() if times > 1]
