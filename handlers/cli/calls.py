"""Calls from the command line: what is made ahead of them, and one to try it out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from handlers.cli.call_demo import demo_command
from handlers.cli.errors import database_errors
from handlers.cli.talk import Running
from knowledge.costs import seconds_of_sound
from knowledge.phrases import LANGUAGES
from models.tokens import NO_TOKENS
from settings import Settings

if TYPE_CHECKING:
    from conversation.call.voices import Voices

NO_VOICE = (
    "The model has no voice here: OPENAI_API_KEY is not set, or AI_REALTIME_ENABLED is false. The"
    " packaged sounds are played."
)


def calls_group(
    voices: "Voices | None", running: Running, spoken_by: Sequence[str], settings: Settings
) -> AppGroup:
    """`voices`: None where a stand-in would speak, or nobody. `spoken_by`: of whoever answers."""
    group = AppGroup("calls", help="Calls by telephone and over WhatsApp.")
    group.add_command(demo_command(settings))

    @group.command("voices")
    @click.option(
        "--language",
        "languages",
        multiple=True,
        type=click.Choice(LANGUAGES),
        help="This one; may be repeated. Without it, all of them.",
    )
    @click.option("--anew", is_flag=True, help="Those too that are there.")
    def make(languages: Sequence[str], anew: bool) -> None:
        """Have the model speak the fixed sentences of calls, in the voice of whoever answers.

        What is there is not made again. A sentence that is not spoken as it is written is left out:
        the packaged sound is played in its place.
        """
        if voices is None:
            raise click.ClickException(NO_VOICE)
        with running():
            speak(voices, spoken_by, languages or LANGUAGES, anew=anew)

    return group


def speak(
    voices: "Voices",
    spoken_by: Sequence[str],
    languages: Sequence[str] = LANGUAGES,
    *,
    anew: bool = False,
) -> None:
    """Make what is missing, and tell of it."""
    made = left_out = 0
    spent = NO_TOKENS
    with database_errors():
        for voice in spoken_by:
            for each in voices.make(voice, languages, anew=anew):
                spent = spent.plus(each.usage)
                made += each.why_not is None
                left_out += each.why_not is not None
                if each.why_not is not None:
                    what = f"{each.voice} {each.language} {each.key}"
                    click.echo(f"{what}: {each.why_not}; the packaged sound stays.", err=True)
    if made or left_out:
        seconds = seconds_of_sound(spent)
        click.echo(f"Made {made} sounds of calls, {seconds:.0f} s of the model's voice.")
    else:
        click.echo("Every sound of calls is there.")
