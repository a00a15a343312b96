"""A message's way is one trace, whichever process has it; where nobody collects it, none."""

import json
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased

from conversation.ending import Ending, said
from knowledge.phrases import Phrase
from models import diners
from realtime.client import RealtimeError
from telemetry.tracing import OFF, Kind, tracing
from tests.engine.clock import soon
from tests.engine.files import Files, note, picture
from tests.engine.outside import calls, refused
from tests.engine.world import ALICE, KIGALI, House, opened
from tests.handlers.web import FORM, Webhooks
from tests.spans import PASSED_ON, TRACE_ID, UNSAMPLED, Seen, Spans, collected, trace_ids
from whatsapp.inbound import parse_status


@pytest.fixture
def spans() -> Iterator[Spans]:
    with collected() as spans:
        yield spans


def told(house: House, sid: str, status: str, **fields: str) -> None:
    house.receipts.note(parse_status({"MessageSid": sid, "MessageStatus": status, **fields}), None)


def test_a_message_is_one_trace_from_the_webhook_to_the_last_status(
    any_house: House, spans: Spans
) -> None:
    any_house.model.will(calls("lookup_menu", query="goat"), "Goat it is.")
    assert Webhooks(any_house).post(FORM).status_code == 204
    spans.named("send whatsapp")
    told(any_house, "SM1", "delivered")
    way = spans.named(
        "POST /whatsapp",
        "invoke_agent waiter",
        "execute_tool lookup_menu",
        "send whatsapp",
        "status delivered",
    )
    webhook, turn, tool, send, status = way
    assert len(trace_ids(way)) == 1
    assert (webhook.parent, turn.parent) == (None, webhook.id)
    assert (tool.parent, send.parent, status.parent) == (turn.id, turn.id, turn.id)
    assert [each.kind for each in way] == ["SERVER", "INTERNAL", "INTERNAL", "CLIENT", "SERVER"]
    assert send.attributes["messaging.message.id"] == "SM1"
    assert status.attributes["messaging.message.id"] == "SM1"
    assert turn.attributes["gen_ai.conversation.id"] == str(any_house.diners()[0].id)


def test_another_process_goes_on_with_the_trace(emptied_postgresql_url: str, spans: Spans) -> None:
    with opened(emptied_postgresql_url, runs_turns=False) as web:
        worker = web.beside("worker 1")
        taken = Webhooks(web).post(FORM)
        assert taken.status_code == 204
        assert worker.sweeps_until(worker.read)
        webhook, turn, send = spans.named("POST /whatsapp", "invoke_agent waiter", "send whatsapp")
    assert (turn.parent, send.parent) == (webhook.id, turn.id)


def test_whoever_sends_what_another_process_wrote_goes_on_with_the_trace(
    any_house: House, spans: Spans
) -> None:
    turn = any_house.begins()
    with tracing.begin("test") as span:
        any_house.closing.close(turn, Ending(said(Phrase("Welcome.")), "waiter"))
        written = span.traceparent
    any_house.clock.passes(31)  # whoever wrote it is gone
    any_house.upkeep.sweep()
    (send,) = spans.named("send whatsapp")
    assert written is not None
    assert send.parent == written.split("-")[2]
    assert send.attributes["tableside.part.attempt"] == 2


def test_a_proxys_trace_is_continued(house: House, spans: Spans) -> None:
    posted = Webhooks(house).post(FORM, headers={"traceparent": PASSED_ON})
    assert posted.status_code == 204
    webhook, turn = spans.named("POST /whatsapp", "invoke_agent waiter")
    assert (webhook.trace, webhook.parent) == (TRACE_ID, PASSED_ON.split("-")[2])
    assert turn.trace == TRACE_ID


@pytest.mark.parametrize("nonsense", ["", "00-0-0-00", "x" * 5_000, "00-" + "g" * 32])
def test_a_traceparent_that_is_none_begins_a_trace(
    house: House, spans: Spans, nonsense: str
) -> None:
    Webhooks(house).post(FORM, headers={"traceparent": nonsense})
    (webhook,) = spans.named("POST /whatsapp")
    assert webhook.parent is None


def test_an_unsampled_trace_is_passed_on_and_not_kept(house: House, spans: Spans) -> None:
    Webhooks(house).post(FORM, headers={"traceparent": UNSAMPLED})
    assert soon(house.read)
    (message,) = house.messages()
    (part,) = house.parts()
    for kept in (message.traceparent, part.traceparent):
        assert kept is not None
        assert kept.startswith(f"00-{TRACE_ID}-")
        assert kept.endswith("-00")
    assert spans.all() == []


def test_a_sampler_that_keeps_nothing_keeps_nothing(house: House) -> None:
    with collected(sampler=ParentBased(ALWAYS_OFF)) as spans:
        house.hears("Hello")
        assert soon(house.read)
        assert spans.all() == []


def test_messages_that_are_answered_together_are_linked(house: House, spans: Spans) -> None:
    first = house.model.holds(begins_with="Wel")
    _arrives(house, "Hello")
    assert first.is_asked.wait(10)
    for text in ("Have you goat?", "And fish?"):
        _arrives(house, text)
    first.says("Welcome.")
    assert soon(lambda: len(house.read()) == 2)
    assert soon(lambda: len(_turns(spans)) == 2)
    webhooks = [each for each in spans.all() if each.name == "webhook"]
    one, two = _turns(spans)
    assert (one.parent, one.links) == (webhooks[0].id, [])
    assert (two.parent, two.links) == (webhooks[1].id, [webhooks[2].id])


def test_what_comes_while_it_is_asked_is_linked_too(house: House, spans: Spans) -> None:
    first = house.model.holds()
    _arrives(house, "Hello")
    assert first.is_asked.wait(10)
    _arrives(house, "Have you goat?")
    assert soon(house.read)
    (turn,) = spans.named("invoke_agent waiter")
    webhooks = [each for each in spans.all() if each.name == "webhook"]
    assert turn.links == [webhooks[1].id]


def test_a_keyword_is_a_turn_too_and_no_agents(house: House, spans: Spans) -> None:
    house.hears("/help")
    (turn,) = spans.named("answer_keyword")
    assert turn.attributes["tableside.turn.state"] == "done"
    assert "gen_ai.agent.name" not in turn.attributes


def test_who_answers_names_the_turn(house: House, spans: Spans) -> None:
    house.hears("/cfo What is VAT?")
    (turn,) = spans.named("invoke_agent cfo")
    assert turn.attributes["gen_ai.agent.name"] == "cfo"


def test_what_is_said_over_http_is_a_trace_as_well(house: House, spans: Spans) -> None:
    with tracing.begin("POST", "/ai/say", Kind.SERVER) as said:
        house.talk.say("tester", "Hello").wait()
    (turn,) = spans.named("invoke_agent waiter")
    assert turn.trace == said.trace_id
    assert turn.attributes["tableside.channel"] == diners.API


def test_an_apology_tells_why_there_is_no_answer(house: House, spans: Spans) -> None:
    house.model.will(RealtimeError("unavailable"))
    house.hears("Hello")
    (turn,) = spans.named("invoke_agent waiter")
    assert turn.is_failed
    assert turn.attributes["error.type"] == "unavailable"
    assert turn.attributes["tableside.turn.state"] == "failed"


def test_a_tool_that_answers_with_an_error_has_failed(house: House, spans: Spans) -> None:
    house.model.will(calls("lookup_menu", sky="blue"), calls("+250788000001"), "Sorry.")
    house.hears("Hello")
    wrong, unknown = spans.named("execute_tool lookup_menu", "execute_tool unknown")
    assert wrong.is_failed
    assert unknown.is_failed
    assert wrong.attributes["gen_ai.tool.call.id"] == "call_1"


def test_each_try_to_send_is_a_span(house: House, spans: Spans) -> None:
    house.twilio.will_fail(refused(63016), takes_it=False)
    house.hears("Hello")
    (send,) = spans.named("send whatsapp")
    assert send.is_failed
    assert send.attributes["error.type"] == "63016"


def test_what_did_not_arrive_is_told_with_its_code(house: House, spans: Spans) -> None:
    house.hears("Hello")
    spans.named("send whatsapp")
    told(house, "SM1", "undelivered", ErrorCode="63024")
    turn, status = spans.named("invoke_agent waiter", "status undelivered")
    assert (status.parent, status.is_failed) == (turn.id, True)
    assert status.attributes["error.type"] == "63024"


def test_what_comes_again_and_what_is_not_ours_is_no_span(house: House, spans: Spans) -> None:
    house.hears("Hello")
    spans.named("send whatsapp")
    for sid in ("SM1", "SM1", "SMothers"):
        told(house, sid, "delivered")
    assert [each.name for each in spans.all()].count("status delivered") == 1


def test_files_are_opened_in_the_turns_trace(sqlite_url: str, spans: Spans) -> None:
    files = Files(note="Have you goat?")
    with opened(sqlite_url, opening=files.opening) as house:
        house.hears("", media=(note("note"), picture("plate")))
        assert soon(house.read)
    turn, sound, plate, heard = spans.named(
        "invoke_agent waiter", "open_media sound", "open_media picture", "transcribe"
    )
    assert (sound.parent, plate.parent, heard.parent) == (turn.id, turn.id, sound.id)
    fetched = [each for each in spans.all() if each.name == "fetch_media"]
    assert {each.parent for each in fetched} == {sound.id, plate.id}


def test_a_file_that_can_not_be_had_has_failed(sqlite_url: str, spans: Spans) -> None:
    files = Files()
    files.missing.add("plate")
    with opened(sqlite_url, opening=files.opening) as house:
        house.hears("", media=(picture("plate"),))
        fetch, plate = spans.named("fetch_media", "open_media picture")
    assert fetch.is_failed
    assert plate.attributes["error.type"] == "not_opened"


def test_a_trace_tells_no_words_and_no_number(house: House, spans: Spans) -> None:
    house.model.will(calls("lookup_menu", query="zanzibar"), "Quetzalcoatl is on the menu.")
    Webhooks(house).post({**FORM, "Body": "Have you armadillo?", "ProfileName": "Ptolemy"})
    spans.named("send whatsapp")
    told(house, "SM1", "read")
    spans.named("status read")
    for word in ("zanzibar", "uetzalcoatl", "armadillo", "Ptolemy", ALICE, KIGALI, "788000001"):
        assert word not in spans.text()


def test_words_are_told_where_an_operator_wants_them(house: House) -> None:
    with collected(takes_words=True) as spans:
        house.model.will(calls("lookup_menu", query="zanzibar"), "There is none.")
        house.hears("Zanzibar?")
        (tool,) = spans.named("execute_tool lookup_menu")
    assert json.loads(tool.attributes["gen_ai.tool.call.arguments"]) == {"query": "zanzibar"}
    assert "zanzibar" in tool.attributes["gen_ai.tool.call.result"]


def test_where_nobody_collects_nothing_is_kept(house: House) -> None:
    house.hears("Hello")
    assert soon(house.read)
    assert [each.traceparent for each in house.messages()] == [None]
    assert [each.traceparent for each in house.parts()] == [None]
    assert tracing.current() is OFF


def test_a_span_that_nobody_collects_is_always_the_same() -> None:
    def use() -> bool:
        with tracing.begin("invoke_agent", parent=PASSED_ON) as span:
            span.note("gen_ai.agent.name", "waiter")
            with tracing.span("execute_tool", "lookup_menu") as tool:
                tool.fail("refused")
            return span is tool is OFF

    assert use()
    # Other threads allocate as well: what the quietest of some tries took is its own.
    assert min(_peak_of(use) for _ in range(20)) < 250  # bytes: what Python's `with` needs


def _peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def _arrives(house: House, text: str) -> None:
    with tracing.begin("webhook"):
        taken = house.takes_in(text)
    house.intake.wake(taken)


def _turns(spans: Spans) -> list[Seen]:
    return [each for each in spans.all() if each.name == "invoke_agent waiter"]
