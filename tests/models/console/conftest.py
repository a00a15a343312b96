"""The known world that the console's read models are checked against, on both databases."""

import pytest

from tests.models.console.world import World
from tests.models.desk import Desk


@pytest.fixture
def world(desk: Desk) -> World:
    return World(desk)
