"""Twilio's statuses are ranked by a message's way, and what tells nothing of it has no rank."""

from itertools import pairwise

from whatsapp.statuses import rank

WAY = ["queued", "sending", "sent", "delivered", "read"]


def test_a_message_comes_further_with_each_status_of_its_way() -> None:
    ranks = [rank(status) or 0 for status in WAY]
    assert all(before < after for before, after in pairwise([0, *ranks]))


def test_a_failure_comes_after_sent_and_a_delivery_after_all() -> None:
    ranks = {status: rank(status) or 0 for status in (*WAY, "failed", "undelivered", "canceled")}
    assert ranks["sent"] < ranks["failed"] == ranks["undelivered"] == ranks["canceled"]
    assert ranks["failed"] < ranks["delivered"]


def test_a_status_that_nobody_knows_has_no_rank() -> None:
    assert rank("partially_delivered") is None
