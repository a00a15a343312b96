"""The parts of one call that its rules work on: who speaks, who hears, what runs, how it ends.

Each rule is a function in a file of its own, from these and the time to actions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from conversation.call.actions import Action, Opening, Sentence, SentenceKey, Why
from conversation.call.limits import CallLimits
from conversation.call.responses import Responses
from conversation.call.session import Session
from conversation.call.speaking import Speaking
from conversation.call.timers import Backoff, Silence
from conversation.call.tools import Tools

# The caller may answer these.
MATTER: frozenset[SentenceKey] = frozenset({"still_there", "repeat"})


@dataclass(slots=True)
class Leaving:
    """How it ends: what plays is finished, something is said, then it is over.

    `key`: the sentence to end with. `by`: until when what plays already may go on.
    """

    why: Why
    key: SentenceKey | None
    by: float
    is_said: bool = False
    over_at: float | None = None  # of a call that was put through, if Twilio does not end it
    # Asked for since a caller is to be put through: how it ends if that comes to nothing.
    otherwise: tuple[Why, SentenceKey | None] | None = None

    @property
    def may_be_stopped(self) -> bool:
        """By the caller, who is there after all."""
        return self.why == "silence"

    @property
    def next_tick(self) -> float | None:
        return self.over_at if self.is_said else self.by


@dataclass(slots=True)
class Parts:
    opening: Opening
    limits: CallLimits
    speaking: Speaking
    session: Session
    tools: Tools
    silence: Silence
    backoff: Backoff
    sentences: Mapping[SentenceKey, Sentence]
    next_sentences: Mapping[SentenceKey, Sentence] | None = None  # of the next session's voice
    leaving: Leaving | None = None
    has_stream: bool = False
    is_over: bool = False
    too_long_at: float = inf
    opens_by: float | None = None  # a session that is asked for
    is_owed: bool = False  # an answer, by the next session
    is_unheard: bool = False  # what the caller said to a session before
    late_by: float | None = None  # its words, where they may come still
    hands_over_by: float | None = None  # to a voice that only a new session has
    objected: dict[str | None, int] = field(default_factory=dict)  # by what was answered
    refused: set[str] = field(default_factory=set)  # by their codes: what was noted
    keys: int = 0
    noises: int = 0  # without a word, since the last one that had some

    @property
    def is_noise(self) -> bool:
        """Whether whatever sounds on the line is nobody who talks."""
        return self.noises >= self.limits.most_noises

    @property
    def responses(self) -> Responses:
        return self.session.responses

    def is_active(self, now: float) -> bool:
        """Whether anybody speaks, or is about to."""
        return (
            not (self.has_stream and self.session.is_open)
            or self.session.hearing.is_speaking
            or self.responses.is_busy
            or self.responses.is_wanted
            or self.tools.is_running(now)
            or self.speaking.is_playing(now)
        )

    def say(self, key: SentenceKey, now: float) -> list[Action]:
        """A fixed sentence, behind all that plays; the model learns of it where it matters.

        Nothing, where nobody made its sound.
        """
        sentence = self.sentences.get(key)
        if sentence is None or not sentence.sound:
            return []
        actions, said = self.speaking.say(key, sentence, now)
        if key in MATTER:
            actions += self.session.said(said)
        return actions


def parts_of(opening: Opening, now: float, limits: CallLimits) -> Parts:
    return Parts(
        opening,
        limits,
        speaking=Speaking(limits),
        session=Session(opening, limits),
        tools=Tools(limits),
        silence=Silence(limits, now),
        backoff=Backoff(limits),
        sentences=opening.sentences,
        opens_by=now + limits.opening_s,
    )
