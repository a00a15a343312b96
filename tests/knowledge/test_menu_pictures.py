"""The pictures of the sample menus exist, are small, and are what is drawn."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from knowledge.files import read_restaurant
from knowledge.menu_pictures import ENDING, FOLDER, PATH, can_be_sent, content, ours
from knowledge.seed import SAMPLE_FILES
from tests.drawings.__main__ import drawn
from tests.drawings.menu import DRAWINGS

LARGEST = 25_000  # bytes
LARGEST_OF_ALL = 2_500_000


def addresses() -> set[str]:
    return {dish.image_url for file in SAMPLE_FILES for dish in read_restaurant(file).menu}


def test_every_dish_of_the_samples_has_one_of_ours_and_each_of_ours_is_a_dishs() -> None:
    assert all(map(can_be_sent, addresses()))
    assert addresses() == {f"{PATH}{name}{ENDING}" for name in ours()}
    assert ours() == set(DRAWINGS)


def test_each_is_a_small_jpeg() -> None:
    sizes = [each.stat().st_size for each in FOLDER.iterdir()]
    assert max(sizes) < LARGEST
    assert sum(sizes) < LARGEST_OF_ALL
    for name in ours():
        picture = Image.open(BytesIO(content(name) or b""))
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (640, 480))


def test_no_two_are_alike() -> None:
    assert len({content(name) for name in ours()}) == len(ours())


@pytest.mark.parametrize("name", ["brochette-ihene", "espresso", "primus", "ravjul"])
def test_what_is_packaged_is_what_is_drawn(name: str) -> None:
    packaged = Image.open(BytesIO(content(name) or b""))
    # Another release of Pillow may round otherwise.
    apart = ImageStat.Stat(ImageChops.difference(packaged, Image.open(BytesIO(drawn(name)))))
    assert max(apart.mean) < 2


def test_a_drawing_is_the_same_each_time() -> None:
    assert drawn("espresso") == drawn("espresso")


@pytest.mark.parametrize("name", ["", "no-such-dish", "../kigali", "espresso.jpg"])
def test_what_is_none_of_ours_is_nothing(name: str) -> None:
    assert content(name) is None
