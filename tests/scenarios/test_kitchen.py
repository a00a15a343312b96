"""A dish that the kitchen takes off on one phone is gone from the next answer on another."""

import subprocess

from tests.scenarios.world import ROOT, House, Outside, until

COOK, DINER, STRANGER = (f"whatsapp:+25078833{number:04}" for number in range(3))
DISH = "Pilawu"


def test_a_dish_86d_on_one_phone_is_gone_from_anothers_next_answer(
    outside: Outside, house: House
) -> None:
    command = f"flask --app app staff add {COOK} --role kitchen --restaurant kigali"
    subprocess.run(command.split(), cwd=ROOT, env=house.environment, check=True)
    outside.write(DINER, "do you have pilawu?")
    assert DISH in outside.reply(DINER)
    # A running service knows the staff within a second.
    outside.write(STRANGER, "/86 pilawu")
    assert "I don't know /86" in outside.reply(STRANGER)
    assert "is off the menu until" in _told(outside, "/86 pilawu")
    outside.write(DINER, "do you have pilawu?")
    assert "sold out until" in outside.reply(DINER, 2)
    assert "is on the menu again" in _told(outside, "/undo")
    outside.write(DINER, "do you have pilawu?")
    assert "RWF" in outside.reply(DINER, 3)


def _told(outside: Outside, words: str) -> str:
    """What the cook reads, as soon as they are known as one."""

    def known() -> str | None:
        before = len(outside.bodies(COOK))
        outside.write(COOK, words)
        answer = outside.reply(COOK, before + 1)
        return None if "I don't know" in answer else answer

    return str(until(known, every_s=0.2))
