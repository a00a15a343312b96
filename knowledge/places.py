"""Where places are: how far a shared location is from a restaurant, and a link to a map.

Pure. Distances are as the crow flies; which way one drives nobody here knows.
"""

import re
from dataclasses import dataclass
from math import asin, cos, isfinite, radians, sin, sqrt

from models.restaurants import Restaurant

EARTH_M = 6_371_000
# Who is no further away may be on their way: they are told how to come.
NEAR_M = 30_000
_NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?"
# In its own note, or in one that quotes a message of theirs.
_SHARED = re.compile(
    r"(?:\[|^\[answers their own message: [^\[\]\n]*\()"
    rf"shared a location: (?P<lat>{_NUMBER}), (?P<lon>{_NUMBER})[ \])]",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, north and east."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"{_degrees(self.latitude)}, {_degrees(self.longitude)}"

    def metres_to(self, other: "Point") -> float:
        """By the haversine formula: https://en.wikipedia.org/wiki/Haversine_formula"""
        north = radians(other.latitude - self.latitude)
        east = radians(other.longitude - self.longitude)
        narrowing = cos(radians(self.latitude)) * cos(radians(other.latitude))
        square = sin(north / 2) ** 2 + narrowing * sin(east / 2) ** 2
        return 2 * EARTH_M * asin(min(1.0, sqrt(square)))


def _degrees(number: float) -> str:
    """To a tenth of a metre."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def point_at(latitude: str, longitude: str) -> Point | None:
    """Degrees as a form has them; None for what is no place on earth."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    is_there = isfinite(north) and isfinite(east) and abs(north) <= 90 and abs(east) <= 180
    return Point(north, east) if is_there else None


def shared_in(text: str) -> Point | None:
    """The place of a message's note of a shared location, or of one that it quotes."""
    found = _SHARED.search(text) if "shared a location: " in text else None
    return point_at(found["lat"], found["lon"]) if found else None


def place_of(restaurant: Restaurant) -> Point | None:
    if restaurant.latitude is None or restaurant.longitude is None:
        return None
    return Point(restaurant.latitude, restaurant.longitude)


def map_link(restaurant: Restaurant) -> str | None:
    place = place_of(restaurant)
    return f"https://maps.google.com/?q={str(place).replace(' ', '')}" if place else None


def address_of(restaurant: Restaurant) -> str:
    """Its address, with the city that it may name itself."""
    has_city = restaurant.city.casefold() in restaurant.address.casefold()
    return restaurant.address if has_city else f"{restaurant.address}, {restaurant.city}"


def distance_text(metres: float) -> str:
    """ "350 m", "2.4 km", "5,900 km": as closely as a straight line tells."""
    if metres < 995:
        return f"{max(10, round(metres, -1)):.0f} m"
    if metres < 9_950:
        return f"{metres / 1000:.1f} km"
    return f"{round(metres / 1000, 0 if metres < 1e6 else -2):,.0f} km"


def way_text(shared: Point, restaurant: Restaurant) -> str:
    """What a persona has to know of a diner's location, in a sentence or two."""
    address = address_of(restaurant)
    place, link = place_of(restaurant), map_link(restaurant)
    if place is None:
        return (
            "How far the location that they shared is from the house is not on file. Tell them the"
            f" address: {address}."
        )
    metres = shared.metres_to(place)
    far = f"The location that they shared is {distance_text(metres)} from the house, in a straight"
    if metres > NEAR_M:
        return f"{far} line: too far to drop in. Tell them so, and the address: {address}, {link}"
    return (
        f"{far} line. Tell them how far that is, until when the house is open or when it opens, the"
        f" address ({address}) and this link to the map, as it stands here: {link}"
    )
