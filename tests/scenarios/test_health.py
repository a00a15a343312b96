"""What a diner says once of their health holds, and one persona hands them to another."""

from tests.scenarios.test_messages import _create as asked_for
from tests.scenarios.world import KIGALI, House, Outside, running_world

NADIA, OMAR = "whatsapp:+250788119901", "whatsapp:+250788119902"


def test_an_allergy_is_said_once_and_respected_ten_turns_later_and_after_a_restart(
    seeded_postgresql_url: str,
) -> None:
    with running_world(seeded_postgresql_url) as (outside, house):
        outside.write(NADIA, "I'm allergic to peanuts")
        assert "/me" in outside.reply(NADIA)
        for nth in range(2, 13):
            outside.write(NADIA, f"say exactly: {nth}")
            assert outside.reply(NADIA, nth) == str(nth)
        house.stop()
        house.restart()
        outside.write(NADIA, "isombe please")
        answer = outside.reply(NADIA, 13)
        asked = str(asked_for(outside, "isombe please")["input"])
        assert "allergic" not in asked  # that has left the history
        assert "must not have: peanuts" in asked
        outside.write(NADIA, "/me")
        assert "never peanuts" in outside.reply(NADIA, 14)
        outside.write(NADIA, "/me forget diet")
        outside.reply(NADIA, 15)
        outside.write(NADIA, "isombe, please")
        assert outside.reply(NADIA, 16) != answer


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
