"""What a voice note costs: the time that it adds to its turn, and what ten at once cost the others.

The service has one core, the processes that decode and encode sound for it among them; whoever
writes, hears and speaks has the other. The figures are of one message: from its webhook to its
answer at the REST API, but for what the model took.
"""

import asyncio
import gc
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from urllib.parse import urlencode
from uuid import uuid4

from sandbox.twilio.webhooks import inbound_fields, sign
from tests.benchmarks.contenders import DINERS, Command, Contender, Place
from tests.benchmarks.crowd import LOOK_S, Crowd, Form, Written, lost
from tests.benchmarks.databases import FRESH, on_sqlite
from tests.benchmarks.environments import CACHE
from tests.benchmarks.figures import Figures, number, percentile, table
from tests.benchmarks.model import Socket
from tests.benchmarks.processes import LOAD_CORE, on_core
from tests.benchmarks.rest import Rest, digits
from tests.benchmarks.voice_outside import (
    LONGER_BY_S,
    NOTES,
    OGG,
    SHORTEST_S,
    HearingSocket,
    Notes,
    NotesRest,
    path_of_note,
)
from tests.benchmarks.whole_way import MODEL_S, Run, Stage
from tests.ports import free_port
from tests.scenarios.world import ACCOUNT_SID, AUTH_TOKEN, KIGALI

RUNS = 3
PACE = 50  # text messages a second
WARM_S = 4.0
BLOCK_S = 20.0
EVERY_S = 5.0  # between ten voice notes and the next ten, at least
SETTLE_S = 30.0
TITLES = {
    "text_alone": "text, nobody speaks",
    "text_beside": f"text beside {NOTES} voice notes at once",
    "voice_alone": "a voice note, nobody else there",
    "voice_beside": f"one of {NOTES} voice notes at once, beside text",
}


def run() -> None:
    CACHE.mkdir(exist_ok=True)
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="run-") as folder, on_core(LOAD_CORE):
        for replies in ("never", "mirror"):
            runs = [
                asyncio.run(_measured(replies, Path(folder) / f"{replies}-{nth}"))
                for nth in range(RUNS)
            ]
            rows += _rows(f"VOICE_REPLIES={replies}", runs)
    print(table([f"ms added, medians of {RUNS} runs", "p50", "p99"], rows))
    longest = SHORTEST_S + LONGER_BY_S * (NOTES - 1)
    print(
        f"\nText comes at {PACE} a second. Beside it come {NOTES} voice notes at once, of"
        f" {SHORTEST_S:.0f} to {longest:.0f} s, every {EVERY_S:.0f} s. The model takes"
        f" {MODEL_S * 1000:.0f} ms each time that it is asked."
    )


def _rows(title: str, runs: Sequence[Figures]) -> list[list[str]]:
    figures = {name: median(each[name] for each in runs) for name in runs[0]}
    rows = [
        [f"  {TITLES[name]}", number(figures[f"{name}_p50"]), number(figures[f"{name}_p99"])]
        for name in TITLES
    ]
    unanswered = sum(each["lost"] for each in runs)
    return [[title, "", ""], *rows, ["  messages unanswered", number(unanswered), ""]]


async def _measured(replies: str, folder: Path) -> Figures:
    folder.mkdir()
    stage = VoiceStage()
    async with stage.opened():
        run = Run(_contender(replies), stage, Place(free_port(), folder, stage.told))
        people = Speaking(DINERS, run.people.form, run.webhooks, place=run.place, notes=stage.notes)
        run.people = people
        async with run.started():
            await people.at_a_pace(PACE, WARM_S)
            await _one_by_one(people)  # the first one opens a socket
            gc.collect()
            gc.disable()
            told = {"voice_alone": await _one_by_one(people)}
            told["text_alone"] = await people.at_a_pace(PACE, BLOCK_S)
            await people.settle(SETTLE_S)
            told["text_beside"], told["voice_beside"] = await _beside(people)
            gc.enable()
    figures: Figures = {"lost": sum(lost(each) for each in told.values())}
    for name, written in told.items():
        added = [each.added_s * 1000 for each in written if each.answers]
        figures |= {f"{name}_p50": percentile(added, 0.5), f"{name}_p99": percentile(added, 0.99)}
    return figures


def _contender(replies: str) -> Contender:
    (fresh,) = on_sqlite(CACHE, {FRESH})

    def command(place: Place) -> Command:
        told = fresh.command(place)
        return replace(told, environment={**told.environment, "VOICE_REPLIES": replies})

    return replace(fresh, command=command)


async def _one_by_one(people: "Speaking") -> list[Written]:
    spoken = []
    for note in range(NOTES):
        spoken.append(people.speak(note))
        await people.settle(SETTLE_S)
    return spoken


async def _beside(people: "Speaking") -> tuple[list[Written], list[Written]]:
    text = asyncio.create_task(people.at_a_pace(PACE, BLOCK_S))
    voice: list[Written] = []
    while not text.done():
        ten = [people.speak(note) for note in range(NOTES)]
        voice += ten
        await asyncio.sleep(EVERY_S)
        while not all(each.is_over for each in ten):  # or a note would stand for two words
            await asyncio.sleep(LOOK_S)
    wrote = await text
    await people.settle(SETTLE_S)
    return wrote, voice


class VoiceStage(Stage):
    """The outside, where files can be fetched and the model hears."""

    def __init__(self) -> None:
        super().__init__()
        self.notes = Notes()

    def _rest(self) -> Rest:
        return NotesRest(self._on_reply, self._on_note)

    def _socket(self) -> Socket:
        return HearingSocket(self.model, self.notes)

    def _on_note(self, to: str) -> None:
        if isinstance(self.crowd, Speaking):
            self.crowd.on_note(to)


@dataclass(kw_only=True)
class Speaking(Crowd):
    """Diners, some of whom speak."""

    place: Place
    notes: Notes
    spoken: dict[str, str] = field(default_factory=dict)  # the word of each diner's last note

    def speak(self, note: int) -> Written:
        """A voice note comes in: its word is in it, and not in the form."""
        written = self.write(self._somebody(), _note_form(self.place, note))
        self.notes.words[note] = written.word
        self.spoken[digits(written.diner)] = written.word
        return written

    def on_note(self, to: str) -> None:
        """A diner gets a voice note of ours, and hears the word in it."""
        self.on_reply(digits(to), self.spoken.get(digits(to), ""))


def _note_form(place: Place, note: int) -> Form:
    host = place.url.partition("//")[2]

    def form(diner: str, _text: str, _number: int) -> bytes:
        media = [(place.told["TWILIO_API_BASE_URL"] + path_of_note(note), OGG)]
        fields = inbound_fields(ACCOUNT_SID, f"MM{uuid4().hex}", diner, KIGALI, "", "Guest", media)
        body = urlencode(fields).encode()
        signature = sign(AUTH_TOKEN, f"{place.url}/whatsapp", fields)
        head = (
            f"POST /whatsapp HTTP/1.1\r\nHost: {host}\r\nContent-Type:"
            f" application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            f"X-Twilio-Signature: {signature}\r\n\r\n"
        )
        return head.encode() + body

    return form
