"""One socket's conversation with a Realtime server: whose a response is, what a frame means for it.

Pure: frames and keys in, frames and outcomes out; no socket, no clock, no thread. A key names one
asking of one response; it travels as the event's id and in its metadata. What to do about an
outcome (ask again, give up, wait) is `fleet.py`'s.
"""

from realtime import events
from realtime.outcomes import (
    Alive,
    Delta,
    Finished,
    Limited,
    Outcome,
    Refused,
    Trouble,
    TurnedAway,
    Unmatched,
    Unread,
)
from realtime.reading import parse
from realtime.request import Extras, Request, response_cancel, response_create
from realtime.response import Part, Response

# Ids of responses that ended or were given up, kept to tell their late events from a stranger's.
REMEMBERED_RESPONSES = 1_000
# Types of events that nobody knows, told once each: a server that invents more goes on unheard.
REMEMBERED_TYPES = 100
# Responses that speak before their `response.created`, kept until it comes.
EARLY_RESPONSES = 100
# What servers that take one response at a time answer to a second;
# OpenAI says it of its default conversation alone.
ONE_AT_A_TIME = "conversation_already_has_active_response"


class Protocol:
    """The responses in flight on one socket. Frames to send come back as lists of JSON text.

    `one_by_one`: this server was seen to leave open which create it means, so the next one waits
    until the last one is matched.
    """

    def __init__(self, *, one_by_one: bool = False) -> None:
        self._one_by_one = one_by_one
        # Learned from this server: a second response while one runs is refused.
        self.one_at_a_time = False
        # Learned at the first `response.created`: whether our metadata comes back with it.
        self._echoes: bool | None = None
        # An error that named nothing came while a create was under way:
        # the order of creates tells nothing any more.
        self._is_order_lost = False
        # Asked, `response.created` not seen yet; in order, as servers without metadata answer.
        self._asked: dict[str, Response] = {}
        # By response id; cancelled ones stay until the server ends them, for they still occupy it.
        self._running: dict[str, Response] = {}
        self._early: dict[str, Response] = {}  # not known whose yet, by id, the oldest first
        self._ended: dict[str, None] = {}  # ids, the oldest first
        self._unread: set[str] = set()

    @property
    def occupied_count(self) -> int:
        """How many responses the server still works on, cancelled ones included."""
        return len(self._asked) + len(self._running)

    @property
    def wanted_count(self) -> int:
        """How many responses somebody still waits for."""
        return sum(each.is_wanted for each in (*self._asked.values(), *self._running.values()))

    @property
    def is_spent(self) -> bool:
        """True when nothing new can be asked here, whatever ends."""
        return self._is_order_lost and self._echoes is False

    def has_room(self, in_flight: int) -> bool:
        """Whether one more may be asked, `in_flight` being the limit."""
        # Without an echo only the order tells creates apart:
        # the next one waits until the last one is matched.
        waits = not self._echoes if self._one_by_one else self._echoes is False
        if self.is_spent or (waits and self._asked):
            return False
        return self.occupied_count < (1 if self.one_at_a_time else in_flight)

    def ask(self, key: str, request: Request, left_out: Extras) -> list[str]:
        """Ask for a response under `key`, which was never used before on this socket."""
        self._asked[key] = Response(key)
        return [response_create(key, request, left_out)]

    def cancel(self, key: str) -> list[str]:
        """Stop wanting `key`; it is cancelled with its `response.created`, if that is to come."""
        if key in self._asked:
            self._asked[key].is_wanted = False
            return []
        for response_id, response in self._running.items():
            if response.key == key and response.is_wanted:
                response.is_wanted = False
                return [response_cancel(response_id)]
        return []

    def receive(self, frame: str | bytes) -> tuple[list[Outcome], list[str]]:
        """What a frame from the server means, and what to send because of it.

        Raises ValueError when the frame is not an event at all.
        """
        match parse(frame):
            case (
                events.TextDelta()
                | events.AudioDelta()
                | events.TextDone()
                | events.MessageTold()
                | events.CallDone()
                | events.CallBroken()
                | events.Progress()
            ) as part:
                return self._on_part(part), []
            case events.ResponseCreated(response_id, event_id):
                return self._on_created(response_id, event_id)
            case events.ResponseDone() as done:
                return self._on_done(done), []
            case events.ServerError() as error:
                return self._on_error(error), []
            case events.RateLimits(wait_s):
                return ([Limited(wait_s)] if wait_s > 0 else []), []
            case events.SessionCreated():
                return [], []
            case events.Unknown(name, response_id):
                return self._on_unknown(name, response_id), []

    def _on_created(
        self, response_id: str, event_id: str | None
    ) -> tuple[list[Outcome], list[str]]:
        if not response_id or response_id in self._running or response_id in self._ended:
            return [], []  # told twice, it must not be taken for the next one
        if event_id is not None:
            self._echoes = True
        elif self._echoes is None and self._asked:
            self._echoes = False
        if self._echoes is False and self._is_order_lost and self._asked:
            return [Unmatched()], []
        # Without an echo, a server answers its creates in order.
        key = event_id if self._echoes else next(iter(self._asked), None)
        # One that nobody asked for, or that was refused before, still occupies the server.
        response = self._asked.pop(key or "", None) or Response("", is_wanted=False)
        self._running[response_id] = response
        early = self._early.pop(response_id, None)
        shown = response.adopt(early) if early else ""
        told: list[Outcome] = []
        if response.is_wanted:
            told.append(Delta(response.key, shown) if shown else Alive(response.key))
        if early and early.done:
            return told + self._on_done(early.done), []
        return told, [] if response.is_wanted else [response_cancel(response_id)]

    def _on_part(self, part: Part) -> list[Outcome]:
        response = self._running.get(part.response_id)
        if response is None:
            if early := self._early_one(part.response_id):
                early.take_early(part)
            return []
        if not response.is_wanted:
            return []
        shown = response.take(part)
        return [Delta(response.key, shown) if shown else Alive(response.key)]

    def _on_done(self, done: events.ResponseDone) -> list[Outcome]:
        response = self._running.pop(done.response_id, None)
        if response is None and done.event_id in self._asked:
            # Refused at once, some servers send `done` with no `created` before it.
            response = self._asked.pop(done.event_id)
            if early := self._early.pop(done.response_id, None):
                response.adopt(early)
        if response is None:
            if done.event_id is None and (early := self._early_one(done.response_id)):
                early.done = done
            return []
        self._remember(done.response_id)
        return [Finished(response.key, response.reply(done))] if response.is_wanted else []

    def _early_one(self, response_id: str) -> Response | None:
        """A response that may be one of those asked for, if it begins after all."""
        if not (response_id and self._asked) or response_id in self._ended:
            return None
        if len(self._early) >= EARLY_RESPONSES and response_id not in self._early:
            del self._early[next(iter(self._early))]
        return self._early.setdefault(response_id, Response(""))

    def _remember(self, response_id: str) -> None:
        self._ended[response_id] = None
        if len(self._ended) > REMEMBERED_RESPONSES:
            del self._ended[next(iter(self._ended))]

    def _on_error(self, error: events.ServerError) -> list[Outcome]:
        if error.code == ONE_AT_A_TIME:
            return self._turn_away(error)
        if error.event_id in self._asked:
            return self._refuse(error.event_id, error)
        if error.code == "response_cancel_not_active":
            return []  # it ended before the cancel came
        named = (each for each in self._running.values() if each.key and each.key == error.event_id)
        running = next(named, None)
        if running is None:
            return self._on_unnamed_error(error)
        if not running.is_wanted:
            return []
        running.is_wanted = False
        return [Refused(running.key, error.code, error.message, error.param)]

    def _on_unnamed_error(self, error: events.ServerError) -> list[Outcome]:
        """An error that names no event answers the create under way, if there is just one."""
        self._is_order_lost = self._is_order_lost or bool(self._asked)
        if len(self._asked) == 1 and error.event_id is None:
            return self._refuse(next(iter(self._asked)), error)
        return [Trouble(error.code, error.message, error.param)]

    def _refuse(self, key: str, error: events.ServerError) -> list[Outcome]:
        response = self._asked.pop(key)
        if response.is_wanted:
            return [Refused(key, error.code, error.message, error.param)]
        return [Trouble(error.code, error.message, error.param)]

    def _turn_away(self, error: events.ServerError) -> list[Outcome]:
        self.one_at_a_time = True
        if error.event_id in self._asked:
            turned_away = [self._asked.pop(error.event_id)]
        elif len(self._asked) > 1 and not self._echoes:
            # Not named, it may be any of them, and whose response begins next can't be told either.
            return [Unmatched()]
        else:
            # With an echo, one that begins after all is known by its metadata, and cancelled.
            turned_away = list(self._asked.values())
            self._asked.clear()
        return [TurnedAway(each.key) for each in turned_away if each.is_wanted]

    def _on_unknown(self, name: str, response_id: str) -> list[Outcome]:
        told: list[Outcome] = []
        if name not in self._unread and len(self._unread) < REMEMBERED_TYPES:
            self._unread.add(name)
            told.append(Unread(name))
        return told + self._on_part(events.Progress(response_id))
