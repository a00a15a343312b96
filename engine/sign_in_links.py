"""Links that let somebody of the staff into the console once: made, and sent over WhatsApp.

A link stands in its message and nowhere else: no log has it, and no persona's prompt, since it is
of no turn.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from engine.lanes import Lanes
from engine.patience import unless_away
from knowledge.clock import Clock
from knowledge.phrases import Phrase, phrase, spoken
from models import audit, console_links, outbox, staff
from models.bubbles import Bubble
from models.console_links import LASTS
from models.database.engine import Database, DatabaseUnavailableError
from models.outbox import SIGN_IN
from models.staff import Chat, Post
from telemetry.logs import log, log_rationed
from telemetry.masking import masked
from telemetry.ration import Ration

PATH = "/console/link/"
# One that waits in a chat for its reader is good for so long at least, or another one goes.
GOOD_FOR = timedelta(minutes=5)
AT_ONCE = 2  # that are asked for


class SignInLinks:
    """`url`: where the console is reached, without its path. `deliver` sends what waits for a
    diner.
    """

    def __init__(
        self, database: Database, clock: Clock, deliver: Callable[[int], None], url: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._deliver = deliver
        self._url = url
        self._ration = Ration(clock.monotonic)
        self._asked = Lanes("link", unless_away(self._send_to), AT_ONCE)

    def make(self, address: str) -> str:
        """A link for somebody of the staff; whoever has it is taken for them.

        Raises DatabaseUnavailableError.
        """
        with self._database.transaction() as session:
            token = console_links.make(session, address, self._clock.steady())
        return f"{self._url}{PATH}{token}"

    def practice(self) -> str | None:
        """One for the sandbox's owner; None where there is none, as before `seed`."""
        try:
            with self._database.transaction() as session:
                is_there = bool(staff.posts_of(session, staff.PRACTICE_OWNER))
            return self.make(staff.PRACTICE_OWNER) if is_there else None
        except DatabaseUnavailableError:
            return None

    def ask(self, address: str) -> None:
        """Send one to somebody, as `send` does, beside the request of whoever asks for it.

        They wait for nothing: how long that took would tell who is on a staff.
        """
        self._asked.wake(address)

    def finish(self, timeout_s: float) -> bool:
        """Wait for those that were asked for; False when time runs out first."""
        return self._asked.join(timeout_s)

    def send(self, address: str, by: str) -> bool:
        """Send one to somebody's own chat with a restaurant of theirs, if WhatsApp takes it now.

        While one waits there that can be used, no other goes: so whoever asks for links of
        somebody else's costs one message, and keeps nobody out. `by`: who asks.
        False where they work nowhere, or wrote to none of their restaurants within 24 hours.
        Raises DatabaseUnavailableError.
        """
        now = self._clock.steady()
        found = self._open_chat(address, now)
        if found is None:
            log_rationed("console.link_not_sent", self._ration, is_news=True, to=masked(address))
            return False
        post, chat = found
        if self._waits(address, chat, now):
            log_rationed("console.link_waits", self._ration, is_news=True, to=masked(address))
            return True
        text = _text(self.make(address), spoken(chat.language, post.restaurant.locale))
        with self._database.alone() as connection:
            bubble = Bubble(text, purpose=SIGN_IN)
            outbox.put(connection, chat.diner_id, bubble, turn_id=None, now=now)
            audit.keep(
                connection,
                at=now,
                restaurant=post.restaurant.id,
                by=by,
                what="staff.link_sent",
                subject=post.colleague.address,
            )
        log.info("console.link_sent", to=masked(address), diner=chat.diner_id)
        self._deliver(chat.diner_id)
        return True

    def _send_to(self, address: str) -> None:
        self.send(address, audit.STRANGER)

    def _waits(self, address: str, chat: Chat, now: datetime) -> bool:
        with self._database.transaction() as session:
            return console_links.waits(session, address, now + GOOD_FOR) and outbox.was_sent(
                session, chat.diner_id, SIGN_IN, since=now - LASTS + GOOD_FOR
            )

    def _open_chat(self, address: str, now: datetime) -> tuple[Post, Chat] | None:
        """The one that they wrote in last."""
        with self._database.transaction() as session:
            chats = [
                (post, chat)
                for post in staff.posts_of(session, address)
                for chat in staff.chats(session, post.restaurant, [post.colleague]).values()
                if chat.is_open(now)
            ]
        return max(chats, key=lambda each: each[1].wrote_at, default=None)


def _text(link: str, language: str) -> Phrase:
    return phrase(
        "This link signs you in to the console, once, within {minutes} minutes:\n{link}\nYou did"
        " not ask for it? Then leave it, and show it to nobody.",
        language,
        minutes=int(LASTS.total_seconds() // 60),
        link=link,
    )
