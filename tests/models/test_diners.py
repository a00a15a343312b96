"""A diner is an address that writes to a number: known again, with their name and persona."""

from models import diners, kept
from tests.models.desk import ALICE, KIGALI, Desk, moment

VALLETTA = "whatsapp:+35699112233"


def test_a_diner_is_known_again(desk: Desk) -> None:
    first = desk.arrive(name="Alice")
    assert desk.arrive(name="Alice Uwase", at=60) == first
    diner = desk.diner(first)
    assert (diner.profile_name, diner.created_at, diner.last_message_at) == (
        "Alice Uwase",
        moment(0),
        moment(60),
    )


def test_a_message_without_a_name_leaves_the_name(desk: Desk) -> None:
    desk.arrive(name="Alice")
    assert desk.diner(desk.arrive()).profile_name == "Alice"


def test_the_same_address_on_another_number_is_another_diner(desk: Desk) -> None:
    assert desk.arrive() != desk.arrive(number=VALLETTA)


def test_the_same_address_on_another_channel_is_another_diner(desk: Desk) -> None:
    alice = desk.arrive()
    with desk.database.connection() as connection:
        other = diners.upsert(
            connection,
            channel=diners.API,
            address=ALICE,
            number=KIGALI,
            profile_name=None,
            now=moment(0),
        )
    assert other != alice


def test_one_diners_persona_leaves_another_diners(desk: Desk) -> None:
    alice, bob = desk.arrive(), desk.arrive("whatsapp:RW.bob")
    with desk.database.connection() as connection:
        kept.set_persona(connection, alice, "cfo")
    assert (desk.diner(alice).persona, desk.diner(bob).persona) == ("cfo", None)


def test_a_diner_is_found_by_their_whole_address(desk: Desk) -> None:
    alice = desk.arrive()
    with desk.database.connection() as connection:
        found = diners.find(connection, channel=diners.WHATSAPP, address=ALICE, number=KIGALI)
        nobody = diners.find(connection, channel=diners.WHATSAPP, address=ALICE[:-1], number=KIGALI)
    assert found is not None
    assert (found.id, nobody) == (alice, None)


def test_a_diners_language_is_kept_and_the_message_that_comes_next_knows_it(desk: Desk) -> None:
    alice = desk.arrive()
    with desk.database.connection() as connection:
        kept.set_language(connection, alice, "rw", is_chosen=True)
    turn = desk.claimed(desk.write("Muraho"))
    with desk.database.connection() as connection:
        known = diners.known(connection, alice)
    assert (turn.diner.language, turn.diner.has_chosen_language) == ("rw", True)
    assert (known.language, known.has_chosen_language) == ("rw", True)


def test_what_a_diner_writes_never_overrules_what_they_chose(desk: Desk) -> None:
    alice = desk.arrive()
    with desk.database.connection() as connection:
        kept.set_language(connection, alice, "rw", is_chosen=True)
        kept.set_language(connection, alice, "fr", is_chosen=False)
    assert desk.diner(alice).language == "rw"
