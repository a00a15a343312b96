"""`calls demo`: a call of lines or files at the practice phone, and its timeline."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import click

from handlers.cli.beside import StartError, serving
from handlers.cli.call_played import Line, Playing, in_lines
from handlers.cli.on_the_phone import PhoneError, PracticePhone
from knowledge.call_sounds import DEMO, packaged
from knowledge.clock import Clock
from settings import Settings
from whatsapp.aside import Aside
from whatsapp.decoding import OpeningError

BARE = frozenset({".ulaw", ".ul", ".mulaw"})
MOST_BYTES = 16 * 1024 * 1024
OPENS_WITHIN_S = 60.0  # one's own file, on a machine that may be busy
REAL = "Twilio is real here: ring your number. This command calls at the practice phone."
OFF = "It takes no calls there: start it with CALLS_ENABLED=true, or without that setting."


def demo_command(settings: Settings, clock: Clock | None = None) -> click.Command:
    clock = clock or Clock()

    @click.command("demo")
    @click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option(
        "--url", metavar="URL", help="Where the service is, if not on this machine's PORT."
    )
    @click.option("--from", "from_", metavar="NUMBER", help="Who rings: a diner of the phone's.")
    @click.option("--to", metavar="NUMBER", help="Which restaurant is rung.")
    @click.option("--telephone", is_flag=True, help="By telephone, rather than over WhatsApp.")
    @click.option("--interrupt", is_flag=True, help="Each file is said into the answer before it.")
    def demo(
        files: Sequence[Path],
        url: str | None,
        from_: str | None,
        to: str | None,
        telephone: bool,
        interrupt: bool,
    ) -> None:
        """Ring as a diner, say the sound of FILES (WAV, or bare µ-law as .ulaw), print a timeline.

        Without FILES it says three lines, the last one into the answer. It calls the service that
        runs on this machine with the practice phone; where none does, it starts one for the time
        of the call.
        """
        if not settings.twilio_is_stand_in and url is None:
            raise click.ClickException(REAL)
        lines = [
            _of_file(file, interrupts=interrupt and bool(nth)) for nth, file in enumerate(files)
        ]
        lines = lines or list(_packaged(is_practice=settings.openai_is_stand_in))
        by = "telephone" if telephone else "whatsapp"
        try:
            with _phone(url, settings.local_url, clock) as phone:
                for told in _called(phone, from_, to, by, lines, clock):
                    click.echo(told)
        except (PhoneError, StartError) as error:
            raise click.ClickException(str(error)) from None

    return demo


@contextmanager
def _phone(url: str | None, local_url: str, clock: Clock) -> Iterator[PracticePhone]:
    with closing(PracticePhone(url or local_url)) as phone:
        try:
            phone.world()
        except PhoneError as error:
            if url is not None or not error.is_away:
                raise
        else:
            yield phone
            return
    click.echo("No service runs here: one is started for the time of the call.", err=True)
    with serving(clock) as started, closing(PracticePhone(started)) as phone:
        yield phone


def _called(
    phone: PracticePhone,
    from_: str | None,
    to: str | None,
    by: str,
    lines: Sequence[Line],
    clock: Clock,
) -> Iterator[str]:
    world = phone.world()
    if not world["numbers"]:
        raise PhoneError("There is no restaurant to ring: flask --app app seed --samples.")
    number = to or world["numbers"][0]["number"]
    diner = from_ or world["diners"][0]["address"]
    sid = phone.ring(diner, number, by)
    yield f"{diner} rings {number}, {'by telephone' if by == 'telephone' else 'over WhatsApp'}."
    played = Playing(phone, sid, clock).play(lines)
    yield from in_lines(played)
    if any("not_taken" in str(each.get("url", "")) for each in played.call["events"]):
        yield OFF


def _of_file(file: Path, *, interrupts: bool) -> Line:
    content = file.read_bytes()
    if len(content) > MOST_BYTES:
        raise click.ClickException(f"{file}: it is larger than {MOST_BYTES // 1024**2} MiB.")
    if file.suffix.lower() not in BARE:
        aside = Aside(timeout_s=OPENS_WITHIN_S)
        try:
            content = aside.line(aside.sound(content))
        except OpeningError as error:
            raise click.ClickException(f"{file}: {error}.") from None
    if not content:
        raise click.ClickException(f"{file}: there is no sound.")
    return Line(file.name, sound=content, interrupts=interrupts)


def _packaged(*, is_practice: bool) -> Iterator[Line]:
    """In the practice voice where the practice model listens, who hears no other one."""
    for nth, words in enumerate(DEMO):
        sound = b"" if is_practice else packaged(str(nth), "demo")
        yield Line(f'"{words}"', words, sound, interrupts=nth == len(DEMO) - 1)
