"""What a diner says once holds, also after a restart; one persona hands them to another."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.test_messages import _create as asked_for
from tests.scenarios.world import KIGALI, House, Outside, running_world

NADIA, OMAR, GRACE = (f"whatsapp:+25078811990{number}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def restarted(
    seeded_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Outside]:
    """Outside of a service that was stopped and started anew, once diners had told it things."""
    file = tmp_path_factory.mktemp("restarted") / "tableside.db"
    url = f"sqlite:///{shutil.copy(seeded_sqlite_file, file)}"
    with running_world(url) as (outside, house):
        outside.write(GRACE, "/cfo")
        outside.reply(GRACE)
        outside.write(GRACE, "say exactly: remembered")
        outside.write(NADIA, "I'm allergic to peanuts")
        assert "/me" in outside.reply(NADIA)
        for nth in range(2, 13):
            outside.write(NADIA, f"say exactly: {nth}")
            assert outside.reply(NADIA, nth) == str(nth)
        outside.reply(GRACE, 2)
        assert house.stop() == 0
        house.restart()
        yield outside


def test_an_allergy_is_said_once_and_respected_ten_turns_later_and_after_a_restart(
    restarted: Outside,
) -> None:
    restarted.write(NADIA, "isombe please")
    answer = restarted.reply(NADIA, 13)
    asked = str(asked_for(restarted, "isombe please")["input"])
    assert "allergic" not in asked  # that has left the history
    assert "must not have: peanuts" in asked
    restarted.write(NADIA, "/me")
    assert "never peanuts" in restarted.reply(NADIA, 14)
    restarted.write(NADIA, "/me forget diet")
    restarted.reply(NADIA, 15)
    restarted.write(NADIA, "isombe, please")
    assert restarted.reply(NADIA, 16) != answer


def test_the_persona_and_the_conversation_survive_a_restart(restarted: Outside) -> None:
    restarted.write(GRACE, "say exactly: and now")
    restarted.reply(GRACE, 3)
    asked = asked_for(restarted, "and now")
    assert "CFO of" in asked["instructions"]
    assert "remembered" in str(asked["input"])


def test_a_question_of_the_others_trade_is_answered_by_the_other_at_once(
    world: tuple[Outside, House],
) -> None:
    outside, house = world
    outside.write(OMAR, "what is the VAT rate?")
    answer = outside.reply(OMAR)
    assert answer.startswith("_Over to the CFO:_")
    assert "Rwanda Revenue Authority" in answer
    outside.write(OMAR, "say exactly: still here")
    outside.reply(OMAR, 2)
    assert "CFO of" in asked_for(outside, "still here")["instructions"]
    said = house.say("what is the VAT rate?", "omar")
    assert said["persona"] == "cfo"
    assert said["reply"].startswith("_Over to the CFO:_")
    assert outside.replies(OMAR)[0]["from"] == KIGALI
