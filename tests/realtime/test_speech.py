"""What one response says: the whole counts, whenever it came, and pieces serve to show it early."""

import json
import time
from typing import Any

import pytest

from realtime.outcomes import Alive, Delta, Finished, Outcome, Reply
from realtime.protocol import EARLY_RESPONSES
from realtime.reading import MOST_ARGUMENTS
from realtime.speech import MOST_SOUND
from sandbox.realtime import events as server
from tests.realtime.frames import asking, created, delta, done, running, told

LOOKING, PRICE = "Let me look that up for you.", "The cappuccino is RWF 3,000."


def said(item: str, text: str, phase: str | None = None, status: str = "completed") -> Any:
    message = server.assistant_message(item, text, status)
    return message | {"phase": phase} if phase else message


def piece(item: str, text: str) -> dict[str, Any]:
    return server.text_delta("resp_a", item, text)


def part(item: str, text: str, index: int = 0) -> dict[str, Any]:
    return server.text_done("resp_a", item, text) | {"content_index": index}


def item_done(item: dict[str, Any]) -> dict[str, Any]:
    return server.output_item_done("resp_a", item)


def begun(item: str, phase: str) -> dict[str, Any]:
    return server.output_item_added("resp_a", said(item, "", phase, "in_progress"))


def spoken(event: dict[str, Any], words: str) -> dict[str, Any]:
    """The same event of an audio's transcript, as OpenAI's server says it."""
    kind = event["type"].replace("output_text", "output_audio_transcript")
    name = "delta" if kind.endswith("delta") else "transcript"
    return {**event, "type": kind, name: words}


def reply_of(outcomes: list[Outcome]) -> Reply:
    (outcome,) = outcomes
    assert isinstance(outcome, Finished)
    return outcome.reply


def reply_to(*events: dict[str, Any], output: Any = (), status: str = "completed") -> Reply:
    """What a response comes to that these events tell of, and then its end."""
    protocol = running("a")
    for event in events:
        told(protocol, event)
    return reply_of(told(protocol, done("resp_a", status=status, output=list(output))))


# Several messages in one response.


def test_messages_stand_apart() -> None:
    output = [said("m1", LOOKING), said("m2", PRICE)]
    assert reply_to(output=output).text == f"{LOOKING}\n\n{PRICE}"


@pytest.mark.parametrize("first", [True, False])
def test_a_final_answer_stands_alone(first: bool) -> None:
    output = [said("m1", LOOKING, "commentary"), said("m2", PRICE, "final_answer")]
    assert reply_to(output=output if first else output[::-1]).text == PRICE
    output[0].pop("phase")
    assert reply_to(output=output).text == PRICE


def test_several_final_answers_stand_apart() -> None:
    output = [
        said("m1", LOOKING, "commentary"),
        said("m2", PRICE, "final_answer"),
        said("m3", "The latte is RWF 3,500.", "final_answer"),
    ]
    assert reply_to(output=output).text == f"{PRICE}\n\nThe latte is RWF 3,500."


def test_a_commentary_stands_apart_from_what_has_no_phase() -> None:
    output = [said("m1", LOOKING, "commentary"), said("m2", PRICE)]
    assert reply_to(output=output).text == PRICE


def test_what_a_model_thinks_is_no_part_of_its_answer() -> None:
    thought = server.reasoning("r1", "completed")
    assert reply_to(item_done(thought), output=[thought, said("m1", PRICE)]).text == PRICE


def test_an_empty_final_answer_is_none_and_a_commentary_alone_is_better_than_nothing() -> None:
    output = [said("m1", LOOKING, "commentary"), said("m2", " \n", "final_answer")]
    assert reply_to(output=output).text == LOOKING


def test_equal_messages_are_one() -> None:
    output = [said("m1", PRICE), said("m2", f"{PRICE} \n"), said("m3", "Enjoy!"), said("m4", PRICE)]
    assert reply_to(output=output).text == f"{PRICE}\n\nEnjoy!"


def test_parts_of_one_message_are_one_text() -> None:
    item = said("m1", "Good ")
    item["content"].append({"type": "output_text", "text": "evening."})
    assert reply_to(output=[item]).text == "Good evening."
    assert reply_to(part("m1", "evening.", 1), part("m1", "Good ", 0)).text == "Good evening."


def test_what_others_said_is_no_answer() -> None:
    echo = said("m0", "What is a cappuccino?") | {"role": "user"}
    assert reply_to(output=[echo, said("m1", PRICE)]).text == PRICE


def test_the_phase_may_be_told_at_a_messages_beginning_alone() -> None:
    events = [begun("m1", "commentary"), begun("m2", "final_answer")]
    assert reply_to(*events, output=[said("m1", LOOKING), said("m2", PRICE)]).text == PRICE
    assert reply_to(*events, part("m1", LOOKING), part("m2", PRICE)).text == PRICE


# The whole and the pieces.

GARBLED = {
    "doubled": ["No ", "No ", "nuts.", "nuts."],
    "cumulative": ["No ", "No nuts."],
    "lost": ["nuts."],
    "none": [],
    "shuffled": ["nuts.", "No "],
}


@pytest.mark.parametrize("pieces", GARBLED.values(), ids=GARBLED)
@pytest.mark.parametrize("whole", ["done", "item", "part", "content", "before the pieces"])
def test_the_whole_wins_whenever_it_came(pieces: list[str], whole: str) -> None:
    came = [piece("m1", each) for each in pieces]
    match whole:
        case "done":
            assert reply_to(*came, output=[said("m1", "No nuts.")]).text == "No nuts."
        case "item":
            assert reply_to(*came, item_done(said("m1", "No nuts."))).text == "No nuts."
        case "part":
            assert reply_to(*came, part("m1", "No nuts.")).text == "No nuts."
        case "content":
            content = server.content_part_done("resp_a", "m1", "No nuts.")
            assert reply_to(*came, content).text == "No nuts."
        case _:
            assert reply_to(part("m1", "No nuts."), *came).text == "No nuts."


@pytest.mark.parametrize("pieces", GARBLED.values(), ids=GARBLED)
def test_the_whole_wins_where_a_server_names_no_messages(pieces: list[str]) -> None:
    whole = {"type": "response.output_text.done", "response_id": "resp_a", "text": "No nuts."}
    came = [delta("resp_a", each) for each in pieces]
    assert reply_to(*came, whole, whole).text == "No nuts."
    assert reply_to(*came, item_done(said("m1", "No nuts."))).text == "No nuts."
    assert reply_to(*came, output=[said("m1", "No nuts.")]).text == "No nuts."


@pytest.mark.parametrize("output", [[], [said("m1", "")], [said("m1", " ")], ["odd"]])
def test_an_end_that_leaves_the_text_out_takes_none_away(output: Any) -> None:
    assert reply_to(piece("m1", "No "), piece("m1", "nuts."), output=output).text == "No nuts."
    assert reply_to(piece("m1", "No "), part("m1", ""), output=output).text == "No "
    assert reply_to(part("m1", "No nuts."), output=output).text == "No nuts."


def test_an_end_that_leaves_one_messages_text_out_takes_that_from_before() -> None:
    events = [part("m1", LOOKING), piece("m2", PRICE)]
    output = [said("m1", LOOKING), said("m2", "", status="in_progress")]
    assert reply_to(*events, output=output).text == f"{LOOKING}\n\n{PRICE}"


@pytest.mark.parametrize("item", ["m1", ""])
def test_a_text_without_an_end_takes_no_longer_than_it_is(item: str) -> None:
    protocol = running("a")
    frame = json.dumps(piece(item, "ħ "))
    began = time.process_time()
    for _ in range(50_000):
        protocol.receive(frame)
    output = [said(f"m{number}", f"{number} " * 100) for number in range(2_000)]
    reply = reply_of(told(protocol, done("resp_a", output=output)))
    assert len(reply.text) > 800_000
    assert time.process_time() - began < 2.0


# The words of audio.


def test_the_transcript_of_audio_is_an_answer() -> None:
    audio = said("m1", "")
    audio["content"] = [{"type": "output_audio", "transcript": PRICE}]
    assert reply_to(output=[audio]).text == PRICE
    assert reply_to(item_done(audio)).text == PRICE
    assert reply_to(spoken(part("m1", ""), PRICE)).text == PRICE
    assert reply_to(spoken(piece("m1", ""), PRICE)).text == PRICE
    content = server.content_part_done("resp_a", "m1", "")
    content["part"] = {"type": "audio", "transcript": PRICE}
    assert reply_to(content).text == PRICE


def test_what_is_written_and_spoken_is_said_once() -> None:
    both = [piece("m1", PRICE), spoken(piece("m1", ""), f"{PRICE}..")]
    assert reply_to(*both).text == PRICE
    protocol = running("a")
    assert [told(protocol, event) for event in both] == [[Delta("a", PRICE)], [Alive("a")]]


# Shown early.


def shown(*events: dict[str, Any]) -> str:
    protocol = running("a")
    outcomes = [outcome for event in events for outcome in told(protocol, event)]
    return "".join(each.text for each in outcomes if isinstance(each, Delta))


def test_messages_are_shown_apart() -> None:
    assert shown(piece("m1", LOOKING), piece("m2", PRICE)) == f"{LOOKING}\n\n{PRICE}"


def test_a_commentary_is_not_shown() -> None:
    events = [begun("m1", "commentary"), piece("m1", LOOKING), piece("m2", PRICE)]
    assert shown(*events) == PRICE


def test_what_comes_behind_the_whole_is_not_shown() -> None:
    assert shown(piece("m1", PRICE), part("m1", PRICE), piece("m1", PRICE)) == PRICE


# Before it is known whose it is.


def test_what_comes_before_its_beginning_is_kept() -> None:
    protocol = asking("a", "b")
    for event in (delta("resp_a", "For "), delta("resp_b", "For Bob"), delta("resp_a", "Ali")):
        assert told(protocol, event) == []
    assert told(protocol, created("resp_a", "a")) == [Delta("a", "For Ali")]
    assert told(protocol, delta("resp_a", "ce")) == [Delta("a", "ce")]
    assert reply_of(told(protocol, done("resp_a"))).text == "For Alice"
    assert told(protocol, created("resp_b", "b")) == [Delta("b", "For Bob")]


def test_one_that_has_ended_before_it_began_ends_with_its_beginning() -> None:
    protocol = asking("a")
    call = server.function_call("item_1", "call_1", "lookup_menu", "{}", "completed")
    assert told(protocol, item_done(call)) == []
    assert told(protocol, done("resp_a")) == []
    alive, finished = told(protocol, created("resp_a", "a"))
    assert alive == Alive("a")
    assert [each.name for each in reply_of([finished]).calls] == ["lookup_menu"]
    assert protocol.occupied_count == 0


def test_an_end_that_names_who_asked_needs_no_beginning() -> None:
    protocol = asking("a")
    told(protocol, delta("resp_a", "For Alice"))
    reply = reply_of(told(protocol, done("resp_a", metadata={"event_id": "a"})))
    assert reply.text == "For Alice"
    assert told(protocol, created("resp_a", "a")) == []


def test_an_early_one_that_nobody_wants_any_more_leaves_its_place() -> None:
    protocol = asking("a")
    protocol.cancel("a")
    told(protocol, delta("resp_a", "For Alice"))
    told(protocol, done("resp_a"))
    assert told(protocol, created("resp_a", "a")) == []
    assert protocol.occupied_count == 0


def test_only_so_many_are_kept_before_they_begin() -> None:
    protocol = asking("a")
    for number in range(EARLY_RESPONSES + 1):
        told(protocol, delta(f"resp_{number}", f"{number}"))
    assert told(protocol, created("resp_0", "a")) == [Alive("a")]


# Calls.

WHOLE = server.function_call("item_1", "call_1", "lookup_menu", '{"query": "fish"}', "completed")
CUT = server.function_call("item_2", "call_2", "lookup_menu", '{"query": "fi', "incomplete")


def called(reply: Reply) -> list[str]:
    return [call.call_id for call in reply.calls]


@pytest.mark.parametrize(
    "events",
    [
        [],
        [server.arguments_done("resp_a", CUT, CUT["arguments"])],
        [server.arguments_done("resp_a", CUT, CUT["arguments"]), item_done(CUT)],
        [item_done(CUT), server.arguments_done("resp_a", CUT, CUT["arguments"])],
    ],
)
@pytest.mark.parametrize("output", [[CUT], [said("m1", LOOKING), CUT], []])
def test_a_call_that_was_cut_off_is_never_run(events: list[Any], output: list[Any]) -> None:
    reply = reply_to(*events, output=output, status="incomplete")
    assert called(reply) == []
    assert reply.has_broken_call is bool(events or output)


def test_beside_a_call_that_was_cut_off_a_whole_one_is_run() -> None:
    reply = reply_to(output=[WHOLE, CUT], status="incomplete")
    assert (called(reply), reply.has_broken_call) == (["call_1"], True)


def test_a_call_without_a_name_is_broken_unless_another_event_names_it() -> None:
    nameless = {**WHOLE, "name": ""}
    reply = reply_to(output=[said("m1", LOOKING), nameless])
    assert (called(reply), reply.has_broken_call) == ([], True)
    reply = reply_to(item_done(WHOLE), output=[nameless])
    assert (called(reply), reply.has_broken_call) == (["call_1"], False)


def test_a_call_without_an_end_is_not_run() -> None:
    endless = {**WHOLE, "arguments": json.dumps({"query": "x" * MOST_ARGUMENTS})}
    for reply in (reply_to(output=[endless]), reply_to(item_done(endless))):
        assert (called(reply), reply.has_broken_call) == ([], True)


def test_a_call_that_is_told_twice_is_one() -> None:
    assert called(reply_to(item_done(WHOLE), item_done(WHOLE), output=[WHOLE, WHOLE])) == ["call_1"]


# How it sounds.


def sound(item: str, pcm: bytes) -> dict[str, Any]:
    return server.audio_delta("resp_a", item, pcm)


def as_said(item: str, text: str, phase: str | None = None) -> Any:
    message = server.assistant_message(item, text, "completed", is_spoken=True)
    return message | {"phase": phase} if phase else message


def test_an_answer_sounds_as_its_pieces_do_one_after_the_other() -> None:
    reply = reply_to(
        spoken(piece("m1", ""), "Yes,"),
        sound("m1", b"\x01\x00"),
        sound("m1", b"\x02\x00"),
        spoken(part("m1", ""), PRICE),
        output=[as_said("m1", PRICE)],
    )
    assert (reply.text, reply.sound) == (PRICE, b"\x01\x00\x02\x00")


def test_only_the_answer_is_heard_and_once() -> None:
    reply = reply_to(
        *(sound(item, item.encode()) for item in ("m1", "m2", "m3")),
        output=[
            as_said("m1", LOOKING, "commentary"),
            as_said("m2", PRICE, "final_answer"),
            as_said("m3", PRICE, "final_answer"),
        ],
    )
    assert (reply.text, reply.sound) == (PRICE, b"m2")


def test_sound_without_words_is_no_answer_and_words_without_sound_are_text() -> None:
    assert reply_to(sound("m1", b"\x01\x00")) == reply_to()
    assert reply_to(output=[as_said("m1", PRICE)]).sound == b""


def test_who_never_ends_speaking_is_not_heard() -> None:
    piece_of_it = bytes(MOST_SOUND // 2 + 1)
    once = reply_to(sound("m1", piece_of_it), output=[as_said("m1", PRICE)])
    assert len(once.sound) == len(piece_of_it)
    twice = reply_to(*[sound("m1", piece_of_it)] * 2, output=[as_said("m1", PRICE)])
    assert (twice.text, twice.sound) == (PRICE, b"")


@pytest.mark.parametrize("delta", ["no base64", "", None, 7])
def test_what_is_no_sound_makes_none(delta: object) -> None:
    event = sound("m1", b"") | {"delta": delta}
    assert reply_to(event, output=[as_said("m1", PRICE)]).sound == b""
