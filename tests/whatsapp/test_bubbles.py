"""A bubble reaches WhatsApp with its marks, in as many messages as it needs."""

from models.outbox import Bubble
from whatsapp.bubbles import as_sent
from whatsapp.split import MAX_UNITS


def test_each_bubble_is_a_message_in_its_order() -> None:
    assert as_sent([Bubble("**One**"), Bubble("Two")]) == [Bubble("*One*"), Bubble("Two")]


def test_a_long_one_becomes_several() -> None:
    sent = as_sent([Bubble("word " * MAX_UNITS)])
    assert len(sent) > 1
    assert all(len(bubble.text) <= MAX_UNITS for bubble in sent)


def test_one_in_which_there_is_nothing_is_left_out() -> None:
    assert as_sent([Bubble(" \n "), Bubble("One"), Bubble("")]) == [Bubble("One")]
