"""Who spoke is spoken to: an answer that is fit to be heard becomes a voice note, in place of text.

Whatever comes between, the diner gets the text. What is said is the model's answer as it was
written and checked: nothing is thought up here.
"""

from dataclasses import replace

from conversation.aloud import says_the_same, to_be_heard
from conversation.ending import Ending
from conversation.running import Running
from models.database.engine import DatabaseUnavailableError
from models.diners import WHATSAPP
from models.media import File
from realtime.client import RealtimeError
from realtime.sound import seconds_in
from realtime.speak import Speaker, Spoken
from telemetry.logs import log
from telemetry.tracing import tracing
from whatsapp.aside import Aside
from whatsapp.decoding import NOTE_TYPE, OpeningError
from whatsapp.enclosures import is_heard
from whatsapp.served import Served

# What speaking may take: so many seconds, and one for so many characters.
WITHIN_S = 10.0
CHARACTERS_PER_WAITED_S = 50
# Nobody speaks slower or faster, in characters a second: some of it was lost, or came twice.
SLOWEST, FASTEST = 4, 40


class StrayedError(Exception):
    """What was said is not what was written."""


class Voice:
    def __init__(self, speaker: Speaker, aside: Aside, served: Served) -> None:
        self._speaker = speaker
        self._aside = aside
        self._served = served

    def instead(self, running: Running, ending: Ending) -> Ending:
        """The ending with a voice note in place of its text, where its diner spoke; else as it is.

        It may take as long as the answer took.
        """
        is_asked_aloud = any(is_heard(message.text) for message in running.messages)
        if running.turn.diner.channel != WHATSAPP or ending.cause or not is_asked_aloud:
            return ending
        text = to_be_heard(ending.bubbles)
        if text is None:
            return ending
        try:
            path = self._spoken(running, text)
        except RealtimeError as error:
            log.warning("voice.not_spoken", turn=running.turn.id, why=error.kind)
        except (StrayedError, OpeningError, DatabaseUnavailableError) as error:
            log.warning("voice.not_spoken", turn=running.turn.id, why=str(error))
        else:
            (bubble,) = ending.bubbles
            ending = replace(ending, bubbles=(replace(bubble, voice=path),))
        return ending

    def _spoken(self, running: Running, text: str) -> str:
        """The address of the voice note."""
        diner_id = running.turn.diner.id
        within_s = WITHIN_S + len(text) / CHARACTERS_PER_WAITED_S
        with tracing.span("speak"):
            spoken = self._speaker.speak(text, diner=diner_id, timeout_s=within_s)
        running.spend(spoken.usage)
        check(text, spoken)
        note = self._aside.note(spoken.sound, diner_id)
        return self._served.keep(File(note, NOTE_TYPE), diner_id)


def check(text: str, spoken: Spoken) -> None:
    """Raises StrayedError where it is not the text that was spoken, as people speak."""
    if not says_the_same(text, spoken.transcript):
        raise StrayedError("other words were said than were written")
    seconds = seconds_in(spoken.sound)
    if not len(text) / FASTEST <= seconds <= len(text) / SLOWEST + 2:
        raise StrayedError("the sound is longer or shorter than its words")
