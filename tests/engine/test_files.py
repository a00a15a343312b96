"""What diners send beside words, from the webhook to the model: opened once, and read as theirs."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import select

from conversation.sentences import apology
from conversation.unheard import NOT_NOW, TOO_MUCH, UNHEARD
from engine.gathering import QUIET_S
from knowledge.notes import DELETED, EDITED
from models import attachments
from models.attachments import Attachment
from models.meter import ErasedUse
from realtime.client import RealtimeError
from tests.engine.clock import WAIT_S, soon
from tests.engine.files import Files, note, picture
from tests.engine.outside import calls
from tests.engine.test_hands import join, writes
from tests.engine.world import ALICE, BOB, House, opened
from whatsapp.decoding import OpeningError
from whatsapp.media import MOST_BYTES, MediaError, too_large

SENT = "[sent a picture, which can't be opened here]"
SPOKEN = "[sent a voice note, which can't be opened here]"


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def house(database_url: str, files: Files) -> Iterator[House]:
    with opened(database_url, opening=files.opening) as house:
        yield house


def answered(house: House, times: int) -> bool:
    return soon(lambda: len(house.read()) == times)


def kept(house: House) -> list[bytes]:
    with house.eye.transaction() as session:
        return list(session.scalars(select(Attachment.content).order_by(Attachment.id)))


def test_a_picture_is_seen_with_its_caption(house: House) -> None:
    house.hears(f"What is this?\n{SENT}", media=(picture("dish"),))
    assert soon(lambda: house.read() == ["Yes."])
    assert house.model.asked[-1].words == ["What is this?\n[sent a picture]"]
    assert house.model.asked[-1].pictures == [b"dish"]
    assert house.messages()[0].text == "What is this?\n[sent a picture]"


def test_the_words_of_a_voice_note_are_the_diners_words(house: House, files: Files) -> None:
    files.words["order"] = "I am allergic to peanuts"
    house.hears(SPOKEN, media=(note("order"),))
    assert soon(lambda: house.read() == ["Yes."])
    assert house.model.asked[-1].words == ["I am allergic to peanuts\n[heard in a voice note]"]
    assert "peanut" in str(house.diners()[0].diet)
    assert house.turns()[0].input_tokens == 110


def test_what_is_heard_tells_the_language_of_this_very_turn(house: House, files: Files) -> None:
    files.words["order"] = "Bonjour, vous avez une table pour quatre ce soir ?"
    house.model.will(RealtimeError("unreachable", "away"))
    house.hears(SPOKEN, media=(note("order"),))
    assert soon(lambda: house.read() == [apology("unreachable", "fr")])
    assert soon(lambda: house.diners()[0].language == "fr")


def test_one_word_of_a_new_diner_tells_it_when_heard_as_when_written(
    house: House, files: Files
) -> None:
    files.words["greeting"] = "Bonjour"
    house.model.will(RealtimeError("unreachable", "away"))
    house.hears(SPOKEN, media=(note("greeting"),))
    assert soon(lambda: house.read() == [apology("unreachable", "fr")])


def test_a_number_below_a_picture_is_no_keyword(house: House) -> None:
    house.hears("/help")
    assert answered(house, 1)
    house.clock.passes(1)
    house.clock.meanwhile.append(lambda: house.takes_in("What is VAT?"))
    house.hears(f"2\n{SENT}", media=(picture("dish"),))
    assert answered(house, 2)
    assert house.model.asked[0].words == ["2\n[sent a picture]", "What is VAT?"]


def test_words_alone_fetch_nothing_and_wait_for_nothing(house: House, files: Files) -> None:
    house.hears("Hello")
    assert soon(lambda: house.read() == ["Yes."])
    assert not files.fetched
    assert QUIET_S not in house.clock.pauses


def test_an_album_and_the_words_behind_it_are_one_turn(house: House) -> None:
    house.clock.meanwhile.extend(
        [
            lambda: house.takes_in(SENT, media=(picture("two"),)),
            lambda: house.takes_in(SENT, media=(picture("three"),)),
            lambda: house.takes_in("Which of these have you got?"),
        ]
    )
    house.hears(SENT, media=(picture("one"),))
    assert soon(lambda: house.read() == ["Yes."])
    (asked,) = house.model.asked
    assert asked.words == [*["[sent a picture]"] * 3, "Which of these have you got?"]
    assert asked.pictures == [b"one", b"two", b"three"]
    assert len(house.turns()) == 1


def test_a_picture_that_was_taken_back_meanwhile_is_not_seen(house: House) -> None:
    house.clock.meanwhile.append(lambda: house.takes_in(DELETED, quoted_sid="SMa"))
    house.hears(SENT, sid="SMa", media=(picture("one"),))
    assert soon(lambda: house.turns()[0].state == "done")
    assert not house.model.asked


def test_a_picture_whose_caption_was_edited_meanwhile_is_seen_once(house: House) -> None:
    front = house.beside("front", runs_turns=False)
    front.takes_in(f"How mutch?\n{SENT}", sid="SMa", media=(picture("dish"),))
    edited = f"How much?\n{SENT}\n{EDITED}"
    front.takes_in(edited, quoted_sid="SMa", media=(picture("dish again"),))
    assert house.sweeps_until(lambda: house.read() == ["Yes."])
    (asked,) = house.model.asked
    assert (asked.words, asked.pictures) == (["How much?\n[sent a picture]"], [b"dish"])
    assert kept(house) == [b"dish"]


def test_a_picture_that_was_deleted_is_kept_no_longer(house: House) -> None:
    house.hears(f"What is this?\n{SENT}", sid="SMa", media=(picture("dish"),))
    assert answered(house, 1)
    front = house.beside("front", runs_turns=False)
    front.takes_in(DELETED, quoted_sid="SMa")
    front.takes_in("And how much is it?")
    assert house.sweeps_until(lambda: len(house.read()) == 2)
    assert house.model.asked[-1].pictures == []
    assert kept(house) == []
    assert house.messages()[0].media is None


def test_nobody_waits_for_more_than_ten_pictures(house: House) -> None:
    def another() -> None:
        house.takes_in(SENT, media=(picture("more"),))
        house.clock.passes(-QUIET_S)  # all at once

    house.clock.meanwhile.extend([another] * 12)
    house.hears(SENT, media=(picture("one"),))
    assert soon(lambda: house.model.asked)
    assert len(house.model.asked[0].pictures) == 10


def test_what_was_opened_is_not_fetched_again_after_a_crash(house: House, files: Files) -> None:
    files.words["order"] = "Two teas"
    house.model.will(ZeroDivisionError("ours"))
    house.hears(f"{SENT}", media=(picture("dish"),))
    assert soon(lambda: house.turns()[0].lease == "")
    house.takes_in(SPOKEN, media=(note("order"),))
    assert house.sweeps_until(lambda: house.read() == ["Yes."])
    assert files.fetched == {"dish": 1, "order": 1}
    assert house.model.asked[1].pictures == [b"dish"]


def test_while_the_database_is_away_nothing_is_opened_again(house: House, files: Files) -> None:
    files.words["order"] = "Two teas"
    files.gate.clear()
    house.hears(SPOKEN, media=(note("order"), picture("dish")))
    assert soon(lambda: files.fetched.total() == 2)
    house.database.away_for = 5
    files.gate.set()
    assert soon(lambda: house.read() == ["Yes."])
    assert files.fetched == {"order": 1, "dish": 1}
    assert house.turns()[0].input_tokens == 110


def test_what_is_being_opened_holds_up_no_exit(house: House, files: Files) -> None:
    before = set(threading.enumerate())
    files.gate.clear()
    house.hears(SENT, media=(picture("one"), picture("two")))
    assert soon(lambda: files.fetched.total() == 2)
    begun = [each.daemon for each in set(threading.enumerate()) - before]
    files.gate.set()
    assert len(begun) >= 2
    assert all(begun)


def test_what_was_heard_and_taken_back_is_counted(house: House, files: Files) -> None:
    files.words["order"] = "Two teas"
    files.gate.clear()
    house.hears(SPOKEN, sid="SMa", media=(note("order"),))
    assert soon(lambda: files.fetched)
    house.takes_in(DELETED, quoted_sid="SMa")
    files.gate.set()
    assert soon(lambda: house.turns()[0].state == "done")
    assert house.turns()[0].input_tokens == 100


def test_what_a_broken_off_attempt_took_is_counted(house: House, files: Files) -> None:
    files.words["order"] = "Two teas"
    house.model.will(ZeroDivisionError("ours"))
    house.hears(SPOKEN, media=(note("order"),))
    assert soon(lambda: house.turns()[0].lease == "")
    assert house.sweeps_until(lambda: house.read() == ["Yes."])
    assert house.turns()[0].input_tokens == 10
    with house.eye.transaction() as session:
        assert list(session.scalars(select(ErasedUse.input_tokens))) == [100]


def test_what_was_heard_is_counted_though_somebody_took_over(house: House, files: Files) -> None:
    files.words["order"] = "Two teas"
    files.gate.clear()
    join(house, BOB, "manager")
    writes(house, BOB)
    house.hears(SPOKEN, media=(note("order"),))
    assert soon(lambda: files.fetched)
    house.hears(f"/take {house.diners()[-1].id}", BOB)
    assert soon(lambda: len(house.read(BOB)) == 2)
    files.gate.set()
    assert soon(lambda: house.turns()[-1].state == "held")
    with house.eye.transaction() as session:
        assert list(session.scalars(select(ErasedUse.input_tokens))) == [110]


def test_news_is_opened_as_well(house: House, files: Files) -> None:
    files.words["more"] = "And a coffee"
    thinking = house.model.holds()
    house.hears("A tea, please")
    assert thinking.is_asked.wait(WAIT_S)
    house.hears(SPOKEN, media=(note("more"),))
    assert soon(lambda: house.read() == ["Yes."])
    assert house.model.asked[-1].words[-1] == "And a coffee\n[heard in a voice note]"


def test_how_long_a_file_takes_is_not_the_models_time(house: House, files: Files) -> None:
    files.words["more"] = "And a coffee"
    files.gate.clear()
    thinking = house.model.holds()
    house.hears("A tea, please")
    assert thinking.is_asked.wait(WAIT_S)
    house.hears(SPOKEN, media=(note("more"),))
    assert soon(lambda: files.fetched)
    house.clock.passes(70)
    files.gate.set()
    assert soon(lambda: house.read() == ["Yes."])
    first, second = (each.timeout_s for each in house.model.asked)
    assert first == second


def test_news_is_opened_once_while_the_database_is_away(house: House, files: Files) -> None:
    files.words["more"] = "And a coffee"
    files.gate.clear()
    thinking = house.model.holds()
    house.hears("A tea, please")
    assert thinking.is_asked.wait(WAIT_S)
    house.hears(SPOKEN, media=(note("more"),))
    assert soon(lambda: files.fetched)
    house.database.away_for = 3
    files.gate.set()
    assert soon(lambda: house.read() == ["Yes."])
    assert files.fetched == {"more": 1}
    assert house.turns()[0].input_tokens == 110


def test_a_note_is_kept_while_a_file_beside_it_is_slow(house: House, files: Files) -> None:
    files.words["order"] = "Two teas"
    files.slow.add("dish")
    files.gate.clear()
    front = house.beside("front", runs_turns=False)
    front.takes_in(SENT, media=(picture("dish"),))
    front.takes_in(SPOKEN, media=(note("order"),))
    house.upkeep.sweep()
    assert soon(lambda: house.messages()[-1].text == "Two teas\n[heard in a voice note]")
    files.gate.set()
    assert soon(lambda: house.read() == ["Yes."])


def test_a_fault_of_ours_in_one_file_costs_that_file_alone(house: House, files: Files) -> None:
    files.troubles["dish"] = ZeroDivisionError("ours")
    house.hears(f"I am allergic to peanuts. What is this?\n{SENT}", media=(picture("dish"),))
    assert soon(lambda: house.read() == ["Yes."])
    assert files.fetched == {"dish": 1}
    assert house.model.asked[0].words == [
        "I am allergic to peanuts. What is this?\n"
        "[sent a picture, which can't be opened here: it can't be opened at the moment]"
    ]


def test_a_voice_note_that_nobody_understands_gets_an_honest_sentence(house: House) -> None:
    house.hears(SPOKEN, media=(note("noise"),))
    assert soon(lambda: house.read() == [UNHEARD])
    assert not house.model.asked


@pytest.mark.parametrize("beside", ["\n[forwarded: perhaps not their own words]", ""])
def test_one_that_answers_another_message_does_too(house: House, beside: str) -> None:
    house.hears("Hello", sid="SMhello")
    assert answered(house, 1)
    front = house.beside("front", runs_turns=False)
    front.takes_in("[reacted 👍]", quoted_sid="SMhello")
    front.takes_in(f"{SPOKEN}{beside}", media=(note("noise"),), quoted_sid="SMhello")
    assert house.sweeps_until(lambda: house.read() == ["Yes.", UNHEARD])
    assert len(house.model.asked) == 1


def test_who_is_in_human_hands_is_told_that_it_was_not_heard(house: House) -> None:
    join(house, BOB, "waiter", "Jean")
    writes(house, BOB)
    house.model.will(calls("call_staff", reason="They ask for a person."))
    house.hears("A person, please")
    assert answered(house, 1)
    house.hears(SPOKEN, media=(note("noise"),))
    assert soon(lambda: house.read()[1:] == [UNHEARD])
    assert soon(partial(was_read, house, "> [sent a voice note that can't be heard"))
    assert house.turns()[-1].state == "held"


def test_one_that_never_came_does_too(house: House, files: Files) -> None:
    files.missing.add("lost")
    house.hears(SPOKEN, media=(note("lost"),))
    assert soon(lambda: house.read() == [UNHEARD])


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (MediaError(too_large(MOST_BYTES)), TOO_MUCH),
        (OpeningError("it is longer than 30 minutes"), TOO_MUCH),
        (OpeningError("it can't be opened at the moment"), NOT_NOW),
        (RealtimeError("busy"), NOT_NOW),
        (OpeningError("it is of a kind that can't be heard here"), UNHEARD),
    ],
)
def test_the_sentence_tells_what_would_do(
    house: House, files: Files, trouble: Exception, told: str
) -> None:
    files.troubles["song"] = trouble
    house.hears(SPOKEN, media=(note("song"),))
    assert soon(lambda: house.read() == [told])
    assert not house.model.asked


def test_beside_words_it_is_told_to_the_model(house: House) -> None:
    front = house.beside("front", runs_turns=False)
    front.takes_in("A tea, please")
    front.takes_in(SPOKEN, media=(note("noise"),))
    house.upkeep.sweep()
    assert soon(lambda: house.read() == ["Yes."])
    assert house.model.asked[0].words[1] == (
        "[sent a voice note that can't be heard: nobody could understand it]"
    )


def test_a_broken_picture_is_told_as_that(house: House, files: Files) -> None:
    files.broken.add("dish")
    house.hears(f"What is this?\n{SENT}", media=(picture("dish"),))
    assert soon(lambda: house.read() == ["Yes."])
    assert house.model.asked[0].words == [
        "What is this?\n[sent a picture, which can't be opened here: it is broken]"
    ]
    assert house.model.asked[0].pictures == []


def test_a_picture_is_seen_again_in_the_next_turns(house: House) -> None:
    house.hears(SENT, media=(picture("dish"),))
    assert soon(lambda: len(house.read()) == 1)
    for count in range(2, 6):
        house.hears("And how much is it?")
        assert answered(house, count)
    assert [each.pictures for each in house.model.asked] == [[b"dish"]] * 4 + [[]]


def test_a_picture_that_is_quoted_is_seen_again(house: House) -> None:
    house.hears(SENT, sid="SMdish", media=(picture("dish"),))
    assert answered(house, 1)
    for count in range(2, 6):
        house.hears("Hello")
        assert answered(house, count)
    house.hears("What was this?", quoted_sid="SMdish")
    assert answered(house, 6)
    house.hears("What was this?", diner=BOB, quoted_sid="SMdish")  # not his
    assert soon(lambda: house.read(BOB) == ["Yes."])
    assert [each.pictures for each in house.model.asked[-3:]] == [[], [b"dish"], []]


def test_a_picture_that_is_quoted_at_once_is_shown_once(house: House) -> None:
    house.hears(SENT, sid="SMdish", media=(picture("dish"), picture("other")))
    assert answered(house, 1)
    house.hears("What was this?", quoted_sid="SMdish")
    assert answered(house, 2)
    assert house.model.asked[-1].pictures == [b"dish", b"other"]


def test_a_slow_file_holds_up_nobody_else(house: House, files: Files) -> None:
    files.gate.clear()
    house.hears(SENT, media=(picture("dish"),))
    assert soon(lambda: files.fetched)
    house.hears("Hello", diner=BOB)
    assert soon(lambda: house.read(BOB) == ["Yes."])
    assert house.read(ALICE) == []
    files.gate.set()
    assert soon(lambda: house.read(ALICE) == ["Yes."])


def test_typing_is_shown_while_it_is_opened_and_once(house: House, files: Files) -> None:
    files.gate.clear()
    house.hears(SENT, sid="SMa", media=(picture("dish"),))
    assert soon(lambda: house.twilio.typing == ["SMa"])
    thinking = house.model.holds()
    files.gate.set()
    assert thinking.is_asked.wait(WAIT_S)
    assert not thinking.is_watched
    thinking.says("A tilapia.")
    assert soon(lambda: house.read() == ["A tilapia."])
    assert house.twilio.typing == ["SMa"]


def test_a_personas_keyword_brings_its_picture(house: House) -> None:
    house.hears(f"/cfo what did this cost?\n{SENT}", media=(picture("receipt"),))
    assert soon(lambda: house.read() == ["Yes."])
    assert house.model.asked[0].pictures == [b"receipt"]


@pytest.mark.parametrize("keyword", ["/cfo", "/cfo what did these cost?"])
def test_a_personas_keyword_waits_for_its_album(house: House, keyword: str) -> None:
    house.clock.meanwhile.extend(
        [
            lambda: house.takes_in(SENT, media=(picture("two"),)),
            lambda: house.takes_in("The last one is wine", media=()),
        ]
    )
    house.hears(f"{keyword}\n{SENT}", media=(picture("one"),))
    assert soon(lambda: house.read() == ["Yes."])
    (asked,) = house.model.asked
    assert asked.words[0].endswith("[sent a picture]")
    assert asked.words[1:] == ["[sent a picture]", "The last one is wine"]
    assert asked.pictures == [b"one", b"two"]
    assert house.diners()[0].persona == "cfo"


def test_a_keyword_behind_it_is_the_next_turns(house: House) -> None:
    house.clock.meanwhile.append(lambda: house.takes_in("/help"))
    house.hears(f"/cfo and this?\n{SENT}", media=(picture("one"),))
    assert house.sweeps_until(lambda: len(house.read()) == 2)
    assert house.model.asked[0].words == ["and this?\n[sent a picture]"]


def test_another_keywords_is_not_opened(house: House, files: Files) -> None:
    house.hears(f"/help\n{SENT}", media=(picture("dish"),))
    assert soon(house.read)
    assert not files.fetched
    assert house.twilio.typing == []


def test_nothing_is_opened_of_who_opted_out(house: House, files: Files) -> None:
    house.hears("STOP")
    assert soon(lambda: len(house.read()) == 1)
    house.hears(SPOKEN, media=(note("plea"),))
    assert soon(lambda: house.turns()[-1].state == "silent")
    assert not files.fetched
    assert house.twilio.typing == []


def test_a_spoken_stop_is_none(house: House, files: Files) -> None:
    files.words["stop"] = "stop"
    house.hears(SPOKEN, media=(note("stop"),))
    assert soon(lambda: house.read() == ["Yes."])
    assert house.diners()[0].opted_out_at is None


def test_who_is_forgotten_leaves_no_picture_behind(house: House) -> None:
    house.hears(SENT, media=(picture("dish"),))
    assert soon(lambda: house.read() == ["Yes."])
    assert kept(house) == [b"dish"]
    house.hears("/forget", media=(picture("dish"),))
    assert soon(lambda: len(house.read()) == 2)
    assert kept(house) == []
    assert all(each.media is None for each in house.messages())


def test_pictures_are_let_go_after_a_day(house: House) -> None:
    for nth in range(10):
        house.hears(SENT, media=(picture(f"dish {nth}"),))
        assert answered(house, nth + 1)
    house.clock.passes(attachments.KEPT_FOR.total_seconds() - 60)
    house.hears(SENT, media=(picture("new"),))
    assert soon(lambda: len(house.read()) == 11)
    house.clock.passes(120)
    house.upkeep.purge()
    assert kept(house) == [b"new"]


def test_the_staff_reads_what_was_said_to_them(house: House, files: Files) -> None:
    files.words["plea"] = "I feel sick"
    join(house, BOB, "waiter", "Jean")
    writes(house, BOB)
    house.model.will(calls("call_staff", reason="They ask for a person."))
    house.hears("A person, please")
    assert soon(lambda: len(house.read()) == 1)
    house.hears(SPOKEN, media=(note("plea"),))
    assert soon(lambda: "> I feel sick\n> [heard in a voice note]" in "".join(house.read(BOB)))
    assert house.turns()[-1].input_tokens == 100


def test_who_sends_too_many_has_none_of_them_fetched(database_url: str, files: Files) -> None:
    with opened(database_url, opening=files.opening, per_minute=2) as house:
        for nth in range(4):
            house.hears(SENT, media=(picture(f"dish {nth}"),))
            assert soon(lambda: all(each.state != "running" for each in house.turns()))
        assert files.fetched == {"dish 0": 1, "dish 1": 1}
        assert len(house.twilio.typing) == 2


def was_read(house: House, words: str) -> bool:
    return words in "".join(house.read(BOB))


def test_nor_has_who_is_in_human_hands_but_their_words_are_read(
    database_url: str, files: Files
) -> None:
    with opened(database_url, opening=files.opening, per_minute=2) as house:
        join(house, BOB, "waiter", "Jean")
        writes(house, BOB)
        house.model.will(calls("call_staff", reason="They ask for a person."))
        house.hears("A person, please")
        assert answered(house, 1)
        for nth in range(4):
            house.hears(f"Number {nth}\n{SPOKEN}", media=(note(f"plea {nth}"),))
            assert soon(partial(was_read, house, f"> Number {nth}"))
        assert files.fetched == {"plea 0": 1}
