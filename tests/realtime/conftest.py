"""What the tests of the shared connection may ask for."""

import pytest

from tests.realtime.stage import Stage


@pytest.fixture
def stage() -> Stage:
    """A fleet with the limits as they ship, and no socket yet."""
    return Stage()


@pytest.fixture
def open_stage() -> Stage:
    """With one socket open, and proven by an answer."""
    return Stage().warm()
