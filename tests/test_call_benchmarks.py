"""What calls are measured with: a model and callers that are true to OpenAI's and Twilio's."""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter
from twilio.request_validator import RequestValidator
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from realtime.call import frames
from sandbox.twilio.voice.frames import FRAME_S
from tests.benchmarks.callers import LISTENS_S, SPEAKS_S, Caller, Told
from tests.benchmarks.calls_outside import ANSWER_S, WORDS, CallModel, CallSocket
from tests.benchmarks.model import MODEL, Model
from tests.benchmarks.transit import BYTES_PER_S, SILENCE, Transit, loud
from tests.benchmarks.wire import HttpConnection, response
from tests.scenarios.world import AUTH_TOKEN

SERVER_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)
WAIT_S = 30
FRAME = 160
GREETING_S = LISTENS_S + 0.2
GREETING = loud(round(GREETING_S * BYTES_PER_S))
STREAM = '<Response><Connect><Stream url="{url}"><Parameter name="token" value="t1"/></Stream>'
END = "</Connect></Response>"


def test_the_model_hears_who_speaks_and_answers_in_openais_events() -> None:
    told = asyncio.run(_spoken_to(CallModel(Model(lambda _: None), Transit(), Transit())))
    for event in told:
        SERVER_EVENT.validate_python(event)
    kinds = [event["type"] for event in told]
    begun, ended, words, sound = (
        kinds.index(kind)
        for kind in (
            "input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped",
            "conversation.item.input_audio_transcription.completed",
            "response.output_audio.delta",
        )
    )
    assert begun < ended < min(words, sound)
    assert told[words]["transcript"] == WORDS
    deltas = [each["delta"] for each in told if each["type"] == "response.output_audio.delta"]
    assert sum(len(b64decode(each)) for each in deltas) == ANSWER_S * 8_000
    said = told[-1]["response"]["output"][0]["content"][0]["transcript"]
    whole = [each["delta"] for each in told if each["type"].endswith("transcript.delta")]
    assert said == "".join(whole)


@pytest.mark.parametrize("into", [frames.append(loud(FRAME) * 10), frames.cancel("resp_1")])
def test_a_model_that_is_spoken_to_or_told_so_breaks_off(into: str) -> None:
    model = CallModel(Model(lambda _: None), Transit(), Transit())
    told = asyncio.run(_spoken_to(model, into))
    over = [each["response"]["status"] for each in told if each["type"] == "response.done"]
    assert over[0] == "cancelled"
    assert model.cut_off == 1


def test_a_caller_rings_listens_speaks_and_is_answered() -> None:
    service = _Service()
    told = asyncio.run(_called(service))
    assert told.trouble == ""
    assert told.first_s is not None
    assert told.quiet_s is not None
    assert 0 <= told.quiet_s < GREETING_S
    assert told.answers_s
    assert min(told.answers_s) > 0
    assert told.unanswered == told.gaps == 0
    start = service.of("start")[0]["start"]
    assert start["customParameters"] == {"token": "t1"}
    assert service.of("mark")[0]["mark"]["name"] == "greeted"
    assert service.of("stop")
    assert len(service.way_in.took) >= SPEAKS_S / FRAME_S
    assert service.way_out.took
    assert RequestValidator(AUTH_TOKEN).validate(service.url, {}, service.signature)


def test_a_caller_who_is_not_put_through_says_so() -> None:
    service = _Service(twiml=b"<Response><Reject/></Response>")
    told = asyncio.run(_called(service))
    assert told.trouble.startswith("RuntimeError: no stream")
    assert told.first_s is None


def test_sound_is_known_again_wherever_it_is_cut_off_behind_its_number() -> None:
    way = Transit()
    first, second = way.tagged(FRAME), way.tagged(FRAME)
    way.arrived(SILENCE * 40 + first + second[:40])
    assert len(way.took) == 2
    way.arrived(first + loud(FRAME))
    assert len(way.took) == 2  # it arrived once


async def _spoken_to(model: CallModel, into: str = "") -> list[dict[str, Any]]:
    """What it says until its answer is over; `into`: what is sent into it."""
    server = await asyncio.get_running_loop().create_server(
        lambda: CallSocket(model), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    async with server, connect(f"ws://127.0.0.1:{port}/v1/realtime?model={MODEL}") as client:
        await client.send(frames.session_update(instructions="", tools=(), voice="marin"))
        told: list[dict[str, Any]] = []
        for sound in (loud(FRAME) * 50, SILENCE * FRAME * 20):
            for begin in range(0, len(sound), 2 * FRAME):
                await client.send(frames.append(sound[begin : begin + 2 * FRAME]))
        while not told or told[-1]["type"] != "response.done":
            told.append(json.loads(await asyncio.wait_for(client.recv(), WAIT_S)))
            if into and told[-1]["type"] == "response.output_audio.delta":
                await client.send(into)
                into = ""
    return told


class _Service:
    """Greets, and answers a caller who has fallen silent with a quarter of a second of sound."""

    def __init__(self, twiml: bytes | None = None) -> None:
        self.twiml = twiml
        self.url = ""
        self.signature = ""
        self.frames: list[dict[str, Any]] = []
        self.way_in = Transit()
        self.way_out = Transit()
        self._has_spoken = False

    def of(self, event: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["event"] == event]

    def answer(self, _request_line: bytes, _head: bytes, _body: bytes) -> bytes:
        twiml = self.twiml or (STREAM.format(url=self.url) + END).encode()
        return response(twiml).replace(b"application/json", b"text/xml", 1)

    async def stream(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.signature = socket.request.headers["X-Twilio-Signature"]
        async for message in socket:
            frame = json.loads(message)
            self.frames.append(frame)
            match frame["event"]:
                case "start":
                    await self._play(socket, GREETING)
                    sid = frame["streamSid"]
                    mark = {"event": "mark", "streamSid": sid, "mark": {"name": "greeted"}}
                    await socket.send(json.dumps(mark))
                case "media":
                    await self._hear(socket, b64decode(frame["media"]["payload"]))

    async def _hear(self, socket: ServerConnection, sound: bytes) -> None:
        self.way_in.arrived(sound)
        is_loud = bool(sound.strip(SILENCE))
        if self._has_spoken and not is_loud:
            await self._play(socket, self.way_out.tagged(2_000))
        self._has_spoken = is_loud

    async def _play(self, socket: ServerConnection, sound: bytes) -> None:
        sid = self.frames[-1]["streamSid"]
        payload = {"payload": b64encode(sound).decode()}
        await socket.send(json.dumps({"event": "media", "streamSid": sid, "media": payload}))


async def _called(service: _Service) -> Told:
    """A call that is hung up after an answer."""
    async with _at_work(service) as port:
        caller = Caller(port, "+250788900001", service.way_in, service.way_out)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + WAIT_S

        def is_over() -> bool:
            has_heard = bool(service.way_out.took) and caller.has_heard_all
            return has_heard or loop.time() > deadline

        return await caller.ring(is_over)


@asynccontextmanager
async def _at_work(service: _Service) -> AsyncIterator[int]:
    webhooks = await asyncio.get_running_loop().create_server(
        lambda: HttpConnection(service.answer), "127.0.0.1", 0
    )
    async with webhooks, serve(service.stream, "127.0.0.1", 0) as streams:
        port = next(iter(streams.sockets)).getsockname()[1]
        service.url = f"ws://127.0.0.1:{port}/calls/stream"
        yield webhooks.sockets[0].getsockname()[1]
