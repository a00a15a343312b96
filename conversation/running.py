"""A turn at work, as its thread and others see it: what is asked, and the news that come meanwhile.

Who runs it, and when, is `engine.runner`'s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from threading import Lock

from conversation.ending import Effect
from conversation.keywords import Keyword
from models.history import Exchange
from models.inbox import Written
from models.restaurants import Restaurant
from models.tokens import NO_TOKENS, Tokens
from models.tool_calls import Call
from models.turns import Claimed
from personas.effects import SwitchTo, ToolEffect
from personas.persona import Persona
from personas.rights import Right
from personas.tool import Heard
from realtime.client import Delta, Pending

# Who keeps writing gets an answer all the same: a turn takes in what comes meanwhile so often, and
# for so many seconds from its beginning. The rest is the next turn's.
MAX_NEWS = 3
NEWS_S = 10.0


@dataclass(frozen=True, slots=True)
class Question:
    """What a persona is asked: the diner's texts, in order. `effects` come with the answer."""

    persona: Persona
    texts: tuple[str, ...]
    effects: tuple[Effect, ...] = ()

    def asked_in(self, turn: Claimed) -> Claimed:
        """The turn without the keyword that its question stands behind."""
        if not turn.is_keyword:
            return turn
        first, *others = turn.messages
        return replace(turn, messages=(replace(first, text=self.texts[0]), *others))


@dataclass(slots=True)
class Running:
    """A turn at work. Another thread may tell it that its diner wrote again.

    `news_until`: until when it listens to that, in seconds of the monotonic clock.
    `on_delta` gets the pieces of the answer with the messages that they are for; `on_wait` is
    called once, when the answer takes longer than a moment.
    """

    turn: Claimed
    question: Question | Keyword
    restaurant: Restaurant | None  # none answers on this number
    history: Sequence[Exchange] = ()
    rights: frozenset[Right] = frozenset()  # what its diner may
    news_until: float = inf
    on_delta: Callable[[Sequence[Written], Delta], None] | None = None
    on_wait: Callable[[], object] | None = None
    # All that it answers by now: some came in while it ran, some were edited or taken back.
    messages: list[Written] = field(init=False)
    deadline: float = inf  # for its answer, of the same clock
    tokens: Tokens = NO_TOKENS  # that this attempt took so far
    effects: list[ToolEffect] = field(default_factory=list)  # of its tools' calls so far
    told: list[Heard] = field(default_factory=list)  # by its tools so far
    calls: list[Call] = field(default_factory=list)  # all that were made, what is void among them
    _lock: Lock = field(default_factory=Lock)
    _pending: Pending | None = None
    _is_news: bool = False
    _news_taken: int = 0
    _has_shown: bool = False
    _pieces: list[str] = field(default_factory=list)  # passed on, and not void

    def __post_init__(self) -> None:
        self.messages = list(self.turn.messages)

    def begin_anew(self) -> None:
        """What was asked is not what the diner says: what its tools found and did is void.

        Whom it was handed over to goes on.
        """
        self.effects = [each for each in self.effects if isinstance(each, SwitchTo)]
        self.told.clear()

    def spend(self, tokens: Tokens) -> None:
        self.tokens = self.tokens.plus(tokens)

    def pass_on(self, delta: Delta) -> None:
        if self.on_delta is None:
            return
        if delta.again:
            self._pieces.clear()
        self._pieces.append(delta.text)
        self.on_delta(self.messages, delta)

    def void(self) -> None:
        """What was passed on of the answer is none of it."""
        if any(self._pieces):
            self.pass_on(Delta("", again=True))

    def show_whole(self, text: str) -> None:
        """Where pieces were passed on, make them come to the whole text."""
        shown = "".join(self._pieces)
        if not shown or shown.strip() == text:
            return
        if not text.startswith(shown):
            self.void()
            shown = ""
        self.pass_on(Delta(text[len(shown) :]))

    def show_after(self, moment_s: float, pending: Pending) -> None:
        """Tell the diner, once, that the answer takes longer than a moment, if it does."""
        if self.on_wait is None or self._has_shown or pending.wait(moment_s):
            return
        self._has_shown = True
        self.on_wait()

    def note_news(self, now: float) -> None:
        """The diner wrote again: before its first delta, the answer is asked anew with it all.

        Unless that was so too often already, or for too long.
        """
        with self._lock:
            if self._news_taken == MAX_NEWS or now >= self.news_until:
                return
            self._is_news = True
            pending = self._pending
        if pending is not None:
            pending.withdraw()

    def note_pending(self, pending: Pending | None) -> bool:
        """Note what is waited for; True when there is news that came before it was noted."""
        with self._lock:
            self._pending = pending
            return self._is_news

    def take_news(self) -> bool:
        """Whether there is news, to be taken in now."""
        with self._lock:
            news, self._is_news = self._is_news, False
            self._news_taken += news
        return news
