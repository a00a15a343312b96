"""In human hands: a person is called, takes over, answers and hands back; the waiter is silent."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from conversation.ending import Ending, TakeOver, said
from conversation.prompt import ANSWERED_IN_PERSON, JUST_STATED, NOT_ANSWERED
from conversation.sentences import LEFT_OPEN, NOBODY_CAME
from engine.answers import MAX_ATTEMPTS
from engine.hands import COMES_WITHIN
from knowledge.phrases import Phrase
from models import diets, diners, hands, identities, kept, receipts, restaurants, staff
from models.bubbles import Bubble
from models.database.fresh import FRESH_S
from models.database.statements import Connection
from models.diets import MOST_AVOIDED, Diet, KeptDiet
from models.diners import Diner
from models.inbox import Incoming
from models.tokens import Tokens
from personas.colleagues import who
from realtime.outcomes import Reply
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import busy, refused, unheard
from tests.engine.outside import calls as calling
from tests.engine.test_call_turns import SOLD, rings, turns_of
from tests.engine.test_kinds import comes
from tests.engine.world import ALICE, BOB, CHARLIE, HANDS_LAST, KIGALI, RESTAURANT, House
from whatsapp.host import SendError

JEAN, MARIE = BOB, CHARLIE


@pytest.fixture
def house(any_house: House) -> House:
    """With two of the staff, who wrote to it today."""
    for address, role, name in ((JEAN, "waiter", "Jean"), (MARIE, "owner", "Marie")):
        join(any_house, address, role, name)
        writes(any_house, address)
    return any_house


def writes(house: House, who: str) -> int:
    """Somebody has written, and needs no answer; their chat's number."""
    with house.eye.connection() as connection:
        return diners.upsert(
            connection,
            channel=diners.WHATSAPP,
            address=who,
            number=KIGALI,
            profile_name=None,
            now=house.clock.now(),
        )


def join(house: House, address: str, role: str, name: str | None = None) -> None:
    with house.eye.transaction() as session:
        found = restaurants.by_number(session, KIGALI)
        assert found is not None
        staff.add(session, found.id, address, [role], name)
    house.clock.passes(FRESH_S)


def alice(house: House) -> Diner:
    return next(each for each in house.diners() if each.address == ALICE)


def handle(house: House) -> int:
    return alice(house).id


def says(house: House, text: str, who: str, replies: int = 1) -> str:
    """Somebody writes, and what they read then: so many messages, as one text."""
    before = len(house.read(who))
    house.hears(text, who)
    assert soon(lambda: len(house.read(who)) >= before + replies), house.read(who)
    return "\n".join(house.read(who)[before:])


def calls(house: House) -> str:
    """Alice asks for a person, and Jean and Marie are told; what Jean reads."""
    before = len(house.read(JEAN))
    assert says(house, "/human my soup is cold", ALICE).startswith("I've called a colleague")
    assert soon(lambda: len(house.read(JEAN)) > before and house.read(MARIE))
    return house.read(JEAN)[-1]


def taken(house: House, words: str = "I'm on my way.") -> int:
    """Alice called, and Jean has come; her number."""
    calls(house)
    number = handle(house)
    says(house, f"/to {number} {words}", JEAN)
    assert soon(lambda: words in house.read(ALICE))
    # What comes to Jean next would wait for what he still has to read.
    assert soon(lambda: all(turn.state != "running" for turn in house.turns()))
    assert house.sweeps_until(lambda: all(part.state == "sent" for part in house.parts()))
    return number


def asks_for_a_person(reason: str = "The soup is cold") -> Reply:
    return calling("call_staff", reason=reason)


def is_silent(house: House, *said: str) -> bool:
    """All that ran has ended, and Alice has read this and no more."""
    assert soon(lambda: not any(turn.state == "running" for turn in house.turns()))
    assert house.delivery.drain(WAIT_S)
    return house.read(ALICE) == list(said)


def test_the_model_calls_the_staff_who_read_what_it_is_about(house: House) -> None:
    house.model.will(asks_for_a_person(), "A colleague will write to you here.")
    assert says(house, "My soup is cold", ALICE) == "A colleague will write to you here."
    assert soon(lambda: house.read(JEAN) and house.read(MARIE))
    (told,) = house.read(JEAN)
    number = handle(house)
    assert told.splitlines() == [
        f"*{number}* (+250***001) asks for a person.",
        "Why: The soup is cold",
        "> My soup is cold",
        f"Answer with: /to {number} your words",
    ]
    assert house.read(MARIE) == [told]
    assert alice(house).in_hands_until is not None
    assert house.count("hands", what="called") == 1


@pytest.mark.parametrize("form", [{}, {"MessageType": "reaction", "Body": "👍"}])
def test_who_answers_a_notice_does_not_keep_the_diners_words(
    house: House, form: dict[str, str]
) -> None:
    calls(house)
    notice = [each.sid for each in house.twilio.taken if each.to == JEAN][-1]
    fields = {"MessageType": "text", "Body": "Who is that?", **form}
    comes(house, fields.pop("MessageType"), JEAN, **fields, OriginalRepliedMessageSid=notice)
    assert says(house, "Hello", JEAN)
    assert "soup" not in str(house.model.asked[-1].words)
    assert "soup" not in house.messages()[-2].text


def test_a_diner_calls_by_a_keyword_too(house: House) -> None:
    says(house, "Do you have soup?", ALICE)
    assert "> Do you have soup?" in calls(house)
    assert "called already" in says(house, "/human", ALICE)
    assert len(house.read(JEAN)) == 1


def test_a_model_that_fails_behind_its_call_has_called_all_the_same(house: House) -> None:
    house.model.will(asks_for_a_person(), Reply("", (), Tokens(1, 0, 0), "completed"))
    assert says(house, "My soup is cold", ALICE).startswith("I've called a colleague")
    assert soon(lambda: len(house.read(JEAN)) == 1)


def test_what_a_diner_writes_then_goes_to_all_who_were_called_until_one_came(house: House) -> None:
    calls(house)
    asked = len(house.model.asked)
    house.hears("Hello?", ALICE)
    assert soon(lambda: "> Hello?" in house.read(JEAN)[-1] and "> Hello?" in house.read(MARIE)[-1])
    number = handle(house)
    says(house, f"/to {number} Coming!", JEAN)
    house.hears("Thank you", ALICE)
    assert soon(lambda: "> Thank you" in house.read(JEAN)[-1])
    assert house.read(JEAN)[-1].startswith(f"*{number}* (+250***001)")
    assert not any("Thank you" in text for text in house.read(MARIE))
    assert len(house.model.asked) == asked
    assert is_silent(house, house.read(ALICE)[0], "Coming!")


def test_the_staff_is_told_what_is_taken_back_and_not_of_a_reaction(house: House) -> None:
    taken(house)
    comes(house, Body="My PIN is 4321")
    sid = house.messages()[-1].sid
    comes(house, "reaction", Body="❤️", OriginalMessageSid=sid)
    assert house.read(JEAN)[-1].endswith("> My PIN is 4321")
    comes(house, "revoke", OriginalMessageSid=sid)
    assert house.read(JEAN)[-1].endswith("> [deleted an earlier message]")


def test_who_comes_first_has_it_and_the_others_are_told(house: House) -> None:
    number = taken(house)
    assert soon(lambda: house.read(MARIE)[-1] == f"Jean has *{number}* now.")
    assert "is a colleague's: nothing was sent" in says(house, f"/to {number} Bread?", MARIE)
    assert "Jean has been writing" in says(house, f"/to {number}! And bread?", MARIE)
    assert soon(lambda: house.read(JEAN)[-1] == f"Marie has *{number}* now.")
    assert soon(lambda: house.read(ALICE)[-2:] == ["I'm on my way.", "And bread?"])
    house.hears("Yes please", ALICE)
    assert soon(lambda: "> Yes please" in house.read(MARIE)[-1])
    assert house.count("hands", what="taken") == 2


def test_a_conversation_is_named_in_any_scripts_digits(house: House) -> None:
    number = str(taken(house)).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    says(house, f"/to {number} ٢ breads?", JEAN, 0)
    assert soon(lambda: house.read(ALICE)[-1] == "٢ breads?")


def test_an_answer_under_way_is_never_said_once_a_person_has_come(house: House) -> None:
    pending = house.model.holds()
    house.hears("Is the soup vegan?", ALICE)
    assert pending.is_asked.wait(WAIT_S)
    number = handle(house)
    told = says(house, f"/to {number}! Jean here: yes, it is.", JEAN, 2)
    assert "> Is the soup vegan?" in told
    pending.says("No, it is not.")
    assert soon(lambda: house.read(JEAN)[-1].endswith("> Is the soup vegan?"))
    assert soon(lambda: [turn.state for turn in house.turns()].count("held") == 1)
    assert is_silent(house, "Jean here: yes, it is.")


def test_parts_that_are_not_out_yet_are_withdrawn(house: House) -> None:
    house.takes_in("Hello", ALICE)
    house.owes("One", "Two", "Three")  # the first is under way
    number = handle(house)
    says(house, f"/to {number}! Jean here.", JEAN)
    states = {part.body: part.state for part in house.parts()}
    assert [states[each] for each in ("One", "Two", "Three")] == ["sending", "dropped", "dropped"]
    assert states["Jean here."] == "waiting"  # behind what may be going out this very moment


@pytest.mark.parametrize("error", [busy(), unheard()])
def test_what_failed_to_go_out_is_not_tried_again_behind_a_persons_back(
    house: House, error: SendError
) -> None:
    house.twilio.will_fail(error)
    house.hears("Tell me a story", ALICE)
    assert soon(lambda: any(part.state in ("waiting", "maybe") for part in house.parts()))
    says(house, f"/to {handle(house)}! Jean here.", JEAN, 2)
    assert soon(lambda: house.read(ALICE) == ["Jean here."])
    assert house.looks_until(lambda: house.read(ALICE) == ["Jean here."])


def test_what_did_not_arrive_is_not_sent_once_more_behind_a_persons_back(house: House) -> None:
    says(house, "Hello", ALICE)
    (part,) = [each for each in house.parts() if each.diner_id == handle(house)]
    says(house, f"/to {handle(house)}! Jean here.", JEAN)
    with house.eye.connection() as connection:
        now = house.clock.now()
        receipts.send_once_more(connection, part.id, not_before=now, now=now)
    assert house.sweeps_until(
        lambda: [each.state for each in house.parts() if each.id == part.id] == ["dropped"]
    )
    assert house.sweeps_until(lambda: house.read(ALICE) == ["Yes.", "Jean here."])


def test_the_staff_hands_back_and_the_waiter_knows_what_was_said(house: House) -> None:
    number = taken(house, "Your soup comes hot now.")
    house.hears("Great", ALICE)
    assert soon(lambda: "> Great" in house.read(JEAN)[-1])
    assert says(house, f"/done {number}", JEAN) == f"{number} is with the waiter again."
    house.model.will("With pleasure.")
    assert says(house, "And a coffee", ALICE) == "With pleasure."
    assert house.model.asked[-1].words == ["Great", "And a coffee"]
    assert "Your soup comes hot now." in house.model.asked[-1].ours
    replies = [turn.reply for turn in house.turns() if turn.state == "human"]
    assert replies == ["Your soup comes hot now."]
    assert house.count("hands", what="returned") == 1


def test_done_alone_is_of_the_only_one(house: House) -> None:
    number = taken(house)
    assert says(house, "/done", JEAN) == f"{number} is with the waiter again."
    assert "/done 7" in says(house, "/done", JEAN)
    assert says(house, f"/done {number}", JEAN).endswith("with the waiter already.")


def test_another_of_the_staff_hands_back_and_who_had_it_is_told(house: House) -> None:
    number = taken(house)
    says(house, f"/done {number}", MARIE)
    assert soon(lambda: house.read(JEAN)[-1] == f"*{number}* is with the waiter again.")


def test_a_diner_turns_back_to_the_waiter(house: House) -> None:
    number = taken(house)
    assert "your waiter" in says(house, "/waiter", ALICE)
    assert soon(lambda: "they asked for it" in house.read(JEAN)[-1])
    assert alice(house).in_hands_until is None
    assert number


@pytest.mark.parametrize("word", ["/help", "/me", "/reset"])
def test_words_of_the_diners_own_are_answered_all_the_same(house: House, word: str) -> None:
    taken(house)
    assert says(house, word, ALICE)
    assert alice(house).in_hands_until is not None


@pytest.mark.parametrize("word", ["/tomorrow then", "/to 7 me", "/done"])
def test_words_that_nobody_knows_are_for_the_person(house: House, word: str) -> None:
    taken(house)
    said = len(house.read(ALICE))
    house.hears(word, ALICE)
    assert soon(lambda: f"> {word}" in house.read(JEAN)[-1])
    assert len(house.read(ALICE)) == said


def test_time_hands_back(house: House) -> None:
    number = taken(house)
    house.clock.passes(HANDS_LAST.total_seconds() - 5)
    house.upkeep.sweep()
    assert alice(house).in_hands_until is not None
    says(house, f"/to {number} Still here.", JEAN)  # and it counts anew
    assert soon(lambda: house.read(ALICE)[-1] == "Still here.")
    house.clock.passes(HANDS_LAST.total_seconds() - 5)
    house.upkeep.sweep()
    assert alice(house).in_hands_until is not None
    house.clock.passes(10)
    house.upkeep.sweep()
    assert alice(house).in_hands_until is None
    assert soon(lambda: house.read(JEAN)[-1].startswith(f"*{number}* is with the waiter again:"))
    assert says(house, "Hello?", ALICE)
    assert house.read(ALICE)[-2] == "Still here."


def test_when_nobody_comes_the_diner_is_told_and_answered_again(house: House) -> None:
    calls(house)
    house.hears("Hello?", ALICE)
    assert soon(lambda: "> Hello?" in house.read(JEAN)[-1])
    house.clock.passes(COMES_WITHIN.total_seconds() + 1)
    house.upkeep.sweep()
    assert soon(lambda: "none of my colleagues" in house.read(ALICE)[-1])
    assert alice(house).asked_in_vain_at
    house.model.will("Of course.")
    assert says(house, "A soup please", ALICE) == "Of course."


def test_two_processes_hand_back_once(house: House) -> None:
    taken(house)
    other = house.beside()
    house.clock.passes(HANDS_LAST.total_seconds() + 1)
    with house.eye.connection():
        pass
    told = [*house.hands.hand_back_overdue(), *other.hands.hand_back_overdue()]
    assert len(told) == 1


def test_who_is_not_on_the_staff_knows_none_of_its_words(house: House) -> None:
    with house.eye.transaction() as session:
        found = restaurants.by_number(session, KIGALI)
        assert found is not None
        staff.remove(session, found.id, MARIE)
        away = RESTAURANT | {"slug": "away", "number": "whatsapp:+35620000000"}
        staff.add(session, restaurants.store(session, away), MARIE, ["owner"], None)
    house.clock.passes(FRESH_S)
    says(house, "Hello", ALICE)
    for word in ("to", "take", "done"):
        told = says(house, f"/{word} {handle(house)} hello", MARIE)
        assert told.startswith(f"I don't know /{word}.")
        assert "*/to*" not in told
    assert alice(house).in_hands_until is None


@pytest.mark.parametrize(
    ("role", "may"), [("manager", True), ("finance", False), ("kitchen", False)]
)
def test_the_words_are_in_the_help_of_whose_role_they_are(
    house: House, role: str, may: bool
) -> None:
    join(house, "whatsapp:+250788000077", role)
    assert ("*/to*" in says(house, "/help", "whatsapp:+250788000077")) is may
    assert "*/human*" in says(house, "/help", ALICE)


@pytest.mark.parametrize("address", ["KN 3", "KN 3, Kigali"])
def test_an_address_names_its_city_once(any_house: House, address: str) -> None:
    with any_house.eye.transaction() as session:
        restaurants.store(session, RESTAURANT | {"address": address})
    assert says(any_house, "/human", ALICE).endswith("You find us at KN 3, Kigali.")


def test_where_nobody_is_on_file_it_is_said_and_the_waiter_goes_on(any_house: House) -> None:
    assert "*/human*" not in says(any_house, "/help", ALICE)
    told = says(any_house, "/human", ALICE)
    nobody = "No member of the staff is on file to be called here."
    assert told == f"{nobody} You find us at KN 3, Kigali."
    with any_house.eye.transaction() as session:
        restaurants.store(session, {**RESTAURANT, "address": "KN 3, Nyarugenge, Kigali"})
    any_house.clock.passes(2)
    told = says(any_house, "/human", ALICE)
    assert told == f"{nobody} You find us at KN 3, Nyarugenge, Kigali."
    any_house.model.will(asks_for_a_person(), "Nobody is on file here, I'm afraid.")
    assert alice(any_house).asked_in_vain_at
    forgets(any_house)
    assert says(any_house, "A person please", ALICE) == "Nobody is on file here, I'm afraid."
    assert alice(any_house).asked_in_vain_at
    assert alice(any_house).in_hands_until is None


def forgets(house: House) -> None:
    """That Alice asked."""
    with house.eye.transaction() as session:
        session.execute(update(Diner).values(asked_in_vain_at=None))


def test_who_wrote_nothing_for_a_day_is_not_called(house: House) -> None:
    with house.eye.transaction() as session:
        long_ago = house.clock.now() - diners.WINDOW
        session.execute(update(Diner).where(Diner.address == JEAN).values(last_message_at=long_ago))
    says(house, "/human", ALICE)
    assert soon(lambda: len(house.read(MARIE)) == 1)
    assert house.read(JEAN) == []
    says(house, "/waiter", ALICE)
    with house.eye.transaction() as session:
        session.execute(
            update(Diner).where(Diner.address == MARIE).values(last_message_at=long_ago)
        )
    assert "can be reached here" in says(house, "/human", ALICE)
    assert alice(house).in_hands_until is None


def test_who_talks_over_the_api_has_nobody_called(house: House) -> None:
    house.model.will(asks_for_a_person(), "The staff writes on WhatsApp only.")
    house.talk.say("default", "A person please")
    assert soon(lambda: house.turns() and house.turns()[-1].state == "done")
    assert house.turns()[-1].reply == "The staff writes on WhatsApp only."
    assert house.parts() == []


@pytest.mark.parametrize(
    "spelling",
    [
        *("+250788000001", "whatsapp:+250788000001", "00250 788 000 001", "+250 788 000 001:"),
        *("0788 000 001", "0788000001", "788000001", "788 000 001", "250788000001"),
    ],
)
def test_a_conversation_is_named_by_the_diners_number_too(house: House, spelling: str) -> None:
    says(house, "Hello", ALICE)
    says(house, f"/to {spelling} 2 tables are free", JEAN, 2)
    assert soon(lambda: house.read(ALICE)[-1] == "2 tables are free")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("/to", "Write */to*"),
        ("/to 7", "Write */to*"),
        ("/to hello", "Write */to*"),
        ("/take", "Write */take*"),
        ("/to 999999 hello", "There is no conversation 999999"),
        ("/to +250788000099 hello", "Nobody of this number"),
    ],
)
def test_a_slip_is_told_with_what_mends_it(house: House, words: str, told: str) -> None:
    says(house, "Hello", ALICE)
    words = words.replace("/to 7", f"/to {handle(house)}")
    assert says(house, words, JEAN).startswith(told)
    assert alice(house).in_hands_until is None


def test_nobody_takes_themselves_over(house: House) -> None:
    own = next(each.id for each in house.diners() if each.address == JEAN)
    assert says(house, f"/to {own} hello", JEAN).startswith(f"{own} is your own conversation.")


def test_a_diner_who_wrote_a_day_ago_cannot_be_written_to(house: House) -> None:
    says(house, "Hello", ALICE)
    with house.eye.transaction() as session:
        long_ago = house.clock.now() - diners.WINDOW
        session.execute(
            update(Diner).where(Diner.address == ALICE).values(last_message_at=long_ago)
        )
    assert "24 hours only" in says(house, f"/to {handle(house)} hello", JEAN)


def test_take_alone_silences_the_waiter(house: House) -> None:
    says(house, "Hello", ALICE)
    said = house.read(ALICE)
    told = says(house, f"/take {handle(house)}", JEAN, 2)
    assert "is yours" in told
    assert "> Hello" in told
    house.hears("Anybody?", ALICE)
    assert soon(lambda: "> Anybody?" in house.read(JEAN)[-1])
    assert is_silent(house, *said)


def test_the_words_go_out_as_they_were_written(house: House) -> None:
    words = "**Hello**\n\n- [x](y)\n" + "long " * 200
    taken(house, words.strip())


def test_a_diner_in_human_hands_is_forgotten_as_ever(house: House) -> None:
    taken(house)
    house.hears("I am Alice Mugabo", ALICE)
    assert soon(lambda: "> I am Alice Mugabo" in house.read(JEAN)[-1])
    assert says(house, "/forget", ALICE).startswith("Erased:")
    assert soon(lambda: not any(each.address == ALICE for each in house.diners()))
    stored = [part.body for part in house.parts()] + [turn.reply or "" for turn in house.turns()]
    assert not any("Mugabo" in text or "soup" in text for text in stored)


def test_a_diner_who_writes_much_is_not_hushed_in_human_hands(any_house: House) -> None:
    busy_house = any_house.beside(per_minute=2)
    join(any_house, JEAN, "waiter", "Jean")
    writes(any_house, JEAN)
    says(any_house, "/human", ALICE)
    for n in range(6):
        busy_house.hears(f"Message {n}", ALICE)
    assert soon(lambda: any("> Message 5" in text for text in any_house.read(JEAN)))
    assert len(any_house.read(ALICE)) == 1


def alices_id(house: House, connection: Connection) -> int:
    """The diner that Alice's user id is, before it is known to be hers."""
    return diners.upsert(
        connection,
        channel=diners.WHATSAPP,
        address="whatsapp:RW.alice",
        number=KIGALI,
        profile_name=None,
        now=house.clock.now(),
    )


def test_two_who_turn_out_to_be_one_are_in_human_hands_as_one(house: House) -> None:
    taken(house)
    with house.eye.connection() as connection:
        other = alices_id(house, connection)
        incoming = Incoming(diners.WHATSAPP, ALICE, KIGALI, "SM1", "x", user_id="whatsapp:RW.alice")

    def are_one() -> bool:
        identities.unite(house.eye, other, incoming)  # in vain while something is under way
        return [each.in_hands_of for each in house.diners() if each.id == other] == [JEAN]

    assert soon(are_one)


def test_refused_words_stand_in_the_inbox_as_undelivered(house: House) -> None:
    calls(house)
    house.twilio.will_fail(refused(63016))
    house.hears(f"/take {handle(house)}", JEAN)
    assert soon(lambda: any(part.error_code == 63016 for part in house.parts()))


def kept_by(house: House) -> frozenset[str]:
    return diets.read(alice(house).diet).whole.allergens


def test_an_allergy_said_in_human_hands_is_kept_as_ever(house: House) -> None:
    taken(house)
    house.hears("By the way, I am allergic to peanuts", ALICE)
    assert soon(lambda: "peanuts" in house.read(JEAN)[-1])
    assert soon(lambda: kept_by(house) == {"peanuts"})


def test_what_is_said_in_human_hands_is_kept_by_the_restaurants_day(house: House) -> None:
    taken(house)
    now = house.clock.now()
    late = now.replace(hour=22, minute=30)  # in Kigali it is the next day
    house.clock.passes((late - now) / timedelta(seconds=1))
    writes(house, JEAN)
    house.hears("By the way, I am allergic to peanuts", ALICE)
    assert soon(lambda: kept_by(house) == {"peanuts"})
    assert diets.read(alice(house).diet).since == late.date() + timedelta(days=1)


def test_an_allergy_said_behind_a_call_for_a_person_is_kept(house: House) -> None:
    says(house, "/human I am allergic to peanuts and feel sick", ALICE)
    assert kept_by(house) == {"peanuts"}


def test_what_the_staff_says_to_a_diner_is_kept_with_neither(house: House) -> None:
    number = taken(house)
    says(house, f"/to {number} I am allergic to peanuts myself", JEAN)
    assert [each.diet for each in house.diners()] == [None] * 3


def test_an_allergy_in_a_turn_that_was_hushed_is_kept(any_house: House) -> None:
    hushing = any_house.beside(per_minute=1)
    for text in ("Hello", "Hello?", "I am allergic to peanuts"):
        hushing.hears(text, ALICE)
        assert soon(lambda: not any(turn.state == "running" for turn in hushing.turns()))
    assert soon(lambda: hushing.turns()[-1].state == "hushed")
    assert kept_by(any_house) == {"peanuts"}


def test_an_allergy_in_a_turn_that_is_given_up_is_kept(any_house: House) -> None:
    any_house.model.will(*[ZeroDivisionError("ours")] * MAX_ATTEMPTS)
    any_house.hears("I am allergic to peanuts", ALICE)
    assert any_house.sweeps_until(lambda: any_house.turns()[-1].state == "dead")
    assert kept_by(any_house) == {"peanuts"}


def test_an_allergy_is_kept_where_no_model_is_asked(any_house: House) -> None:
    says(any_house.beside(asks=False), "I am allergic to peanuts", ALICE)
    assert kept_by(any_house) == {"peanuts"}


def test_what_finds_no_room_is_not_said_to_be_kept(any_house: House) -> None:
    says(any_house, "I am allergic to kiwi", ALICE)
    assert JUST_STATED in any_house.model.asked[-1].system
    full = KeptDiet(Diet(avoid=frozenset(f"w{nth}" for nth in range(MOST_AVOIDED))))
    number = handle(any_house)
    with any_house.eye.connection() as connection:
        kept.change_diet(connection, number, lambda _: full)
    with capture_logs() as logs:
        says(any_house, "I am allergic to kiwi", ALICE)
    assert JUST_STATED not in any_house.model.asked[-1].system
    assert [each["lost"] for each in logs if each["event"] == "diet.full"] == [1]


def test_what_somebody_answered_in_human_hands_the_waiter_leaves(house: House) -> None:
    number = taken(house)
    house.hears("Do you have soup?", ALICE)
    assert soon(lambda: "> Do you have soup?" in house.read(JEAN)[-1])
    says(house, f"/to {number} We do.", JEAN)
    assert soon(lambda: house.read(ALICE)[-1] == "We do.")
    says(house, f"/done {number}", JEAN)
    says(house, "Thanks", ALICE)
    assert ANSWERED_IN_PERSON in house.model.asked[-1].system
    assert NOT_ANSWERED not in house.model.asked[-1].system


def test_what_nobody_answered_in_human_hands_the_waiter_is_to_answer(house: House) -> None:
    number = taken(house)
    house.hears("Do you have soup?", ALICE)
    assert soon(lambda: "> Do you have soup?" in house.read(JEAN)[-1])
    house.model.will("We do: pumpkin.")
    says(house, f"/done {number}", JEAN)
    assert house.sweeps_until(lambda: house.read(ALICE)[-1] == "We do: pumpkin.")
    assert house.model.asked[-1].words == ["Do you have soup?"]
    says(house, "And bread?", ALICE)
    assert not any(each in house.model.asked[-1].system for each in (NOT_ANSWERED, "in person"))


def test_where_nobody_can_read_it_any_more_the_diner_is_handed_back_and_told(house: House) -> None:
    number = taken(house)
    long_ago = house.clock.now() - diners.WINDOW
    with house.eye.transaction() as session:
        session.execute(update(Diner).where(Diner.id != number).values(last_message_at=long_ago))
    assert says(house, "Hello?", ALICE) == NOBODY_CAME
    assert alice(house).asked_in_vain_at
    assert alice(house).in_hands_until is None
    house.model.will("With pleasure.")
    assert says(house, "A soup please", ALICE) == "With pleasure."
    assert house.model.asked[-1].words[-2:] == ["Hello?", "A soup please"]


@pytest.mark.parametrize("is_answered", [True, False])
def test_when_time_hands_back_the_diner_is_told_what_was_left_open(
    house: House, is_answered: bool
) -> None:
    number = taken(house)
    house.clock.passes(1)
    house.hears("Do you have soup?", ALICE)
    assert soon(lambda: "> Do you have soup?" in house.read(JEAN)[-1])
    house.clock.passes(1)
    if is_answered:
        says(house, f"/to {number} We do.", JEAN)
        assert soon(lambda: house.read(ALICE)[-1] == "We do.")
    house.clock.passes(HANDS_LAST.total_seconds() + 1)
    house.upkeep.sweep()
    assert soon(lambda: "with the waiter again" in house.read(JEAN)[-1])
    last = "We do." if is_answered else LEFT_OPEN
    assert soon(lambda: house.read(ALICE)[-1] == last)


def test_what_was_written_to_a_person_is_not_answered_by_a_call_meanwhile(house: House) -> None:
    call_id = rings(house)
    number = taken(house)
    house.clock.passes(1)
    house.hears("Do you have soup?", ALICE)
    assert soon(lambda: "> Do you have soup?" in house.read(JEAN)[-1])
    house.clock.passes(1)
    turns_of(house).keep(call_id, KIGALI, SOLD)
    house.model.will("With pleasure.")
    says(house, f"/done {number}", JEAN)
    assert house.sweeps_until(lambda: house.read(ALICE)[-1] == "With pleasure.")


def test_that_nobody_came_is_not_sent_once_more_behind_a_persons_back(house: House) -> None:
    calls(house)
    house.clock.passes(COMES_WITHIN.total_seconds() + 1)
    house.upkeep.sweep()
    assert soon(lambda: house.read(ALICE)[-1] == NOBODY_CAME)
    (part,) = [each for each in house.parts() if each.body == NOBODY_CAME]
    says(house, f"/to {handle(house)}! Jean here.", JEAN)
    assert soon(lambda: house.read(ALICE)[-1] == "Jean here.")
    with house.eye.connection() as connection:
        now = house.clock.now()
        receipts.send_once_more(connection, part.id, not_before=now, now=now)
    assert house.sweeps_until(
        lambda: [each.state for each in house.parts() if each.id == part.id] == ["dropped"]
    )
    assert house.read(ALICE)[-1] == "Jean here."


def test_of_two_who_turn_out_to_be_one_who_has_somebody_keeps_them(house: House) -> None:
    calls(house)
    later = house.clock.now() + HANDS_LAST
    with house.eye.connection() as connection:
        other = alices_id(house, connection)
        hands.take(connection, other, [], by=JEAN, now=house.clock.now(), until=later)
    incoming = Incoming(diners.WHATSAPP, ALICE, KIGALI, "SM1", "x", user_id="whatsapp:RW.alice")

    def are_one() -> bool:
        identities.unite(house.eye, handle(house), incoming)
        return not any(each.id == other for each in house.diners())

    assert soon(are_one)
    assert (alice(house).in_hands_of, alice(house).in_hands_until) == (JEAN, later)


@pytest.mark.parametrize(
    "words",
    [
        *("/to *{}* Hello", "/to{} Hello", "/TO _{}_, Hello", "/to *{}*: Hello"),
        *("/to no. {} Hello", "/to n° {} Hello", "/to #{} Hello", "/to conversation {}: Hello"),
    ],
)
def test_a_conversation_is_named_however_it_is_copied(house: House, words: str) -> None:
    calls(house)
    told = says(house, words.format(handle(house)), JEAN)
    assert f"always with */to {handle(house)}*" in told
    assert soon(lambda: house.read(ALICE)[-1] == "Hello")


def test_who_is_forgotten_meanwhile_gets_nothing_and_the_staff_knows(house: House) -> None:
    says(house, "Hello", ALICE)
    number = handle(house)
    pending = TakeOver(number, (Bubble("Jean here."),), JEAN, ())
    says(house, "/forget", ALICE)
    assert soon(lambda: not any(each.id == number for each in house.diners()))
    turn = house.begins("Hi", JEAN)
    assert house.closing.close(
        turn, Ending(said(Phrase("Sent.")), None, effects=(pending,))
    ).is_ours
    assert any("nothing was sent" in part.body for part in house.parts())


def test_a_name_that_turns_the_text_around_does_not(house: House) -> None:
    number = writes(house, ALICE)
    assert who(number, "Eve\u202e\u2066*9* \u200b", ALICE) == f"*{number}* (Eve9, +250***001)"


def test_what_answers_the_staffs_question_after_allergies_is_kept(house: House) -> None:
    calls(house)
    says(house, f"/to {handle(house)} Hello, any allergies?", JEAN)
    assert soon(lambda: house.read(ALICE)[-1] == "Hello, any allergies?")

    def sids() -> list[str]:
        return [each.sid for each in house.parts() if "any allergies" in each.body and each.sid]

    assert soon(sids)
    (question,) = sids()
    comes(house, Body="peanuts")
    assert diets.read(alice(house).diet).own.allergens == {"peanuts"}
    comes(house, Body="Do you have parking?")
    says(house, f"/to {handle(house)} Yes, behind the house.", JEAN)
    comes(house, Body="fish")
    comes(house, Body="milk", OriginalRepliedMessageSid=question)
    assert diets.read(alice(house).diet).own.allergens == {"peanuts", "milk"}
