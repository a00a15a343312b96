"""A small known world: two restaurants on one database, and who writes to each of them."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from models import call_turns, calls, diners, hands, menu, restaurants, turn_end
from models.arrival import store
from models.bubbles import Bubble
from models.console import conversations
from models.console.conversations import Page
from models.console.sight import EVERYTHING
from models.database import notices
from models.inbox import Incoming
from models.outbox import Outgoing
from models.restaurants import Restaurant
from models.tokens import Tokens
from models.tool_calls import Call, Missed, bound
from models.turns import DONE, Claimed, Result
from tests.engine.world import RESTAURANT
from tests.models.desk import ALICE, KIGALI, Desk, moment

VALLETTA = "whatsapp:+35699112233"
SUSHI = Call(
    "lookup_menu", '{"query": "sushi"}', '{"items": []}', 12, missed=(Missed("dish", "Sushi"),)
)
TOKENS = Tokens(1_000, 400, 90)


class World:
    """Kigali and Valletta; whoever writes does so to Kigali, unless it is said otherwise."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.database = desk.database
        self._sids = count(1)
        with desk.database.transaction() as session:
            restaurants.store(session, RESTAURANT)
            restaurants.store(session, RESTAURANT | {"slug": "valletta", "number": VALLETTA})
            found = {each.slug: each for each in restaurants.all_of_them(session)}
        self.kigali: Restaurant = found["kigali"]
        self.valletta: Restaurant = found["valletta"]

    def writes(
        self, text: str, *, diner: str = ALICE, to: str = KIGALI, at: float = 0, name: str = "Alice"
    ) -> int:
        """A message that waits; its diner's id."""
        incoming = Incoming(
            diners.WHATSAPP, diner, to, f"SMw{next(self._sids)}", text, profile_name=name
        )
        with self.database.alone() as connection:
            taken = store(
                connection,
                incoming,
                is_keyword=text.startswith("/"),
                notice_from=notices.sender("web", runs_turns=True),
                may_begin=False,
                lease="first",
                now=moment(at),
                until=moment(at + 30),
            )
        return taken.diner_id

    def begins(self, text: str, *, at: float = 0, **who: str) -> Claimed:
        """A turn that runs."""
        return self.desk.claimed(self.writes(text, at=at, **who), at=at)

    def ends(
        self,
        turn: Claimed,
        *replies: str,
        calls: Sequence[Call] = (),
        state: str = DONE,
        persona: str | None = "waiter",
        cause: str | None = None,
        at: float = 2,
    ) -> Outgoing | None:
        """It ends with these parts; the first of them, as it is claimed."""
        result = Result(state, persona, "\n\n".join(replies), cause, TOKENS)
        with self.database.connection() as connection:
            _, part = turn_end.write(
                connection,
                turn,
                result,
                [Bubble(each) for each in replies],
                bound(calls),
                lease="sender",
                now=moment(at),
                until=moment(at + 30),
            )
        return part

    def talks(self, text: str, reply: str, *, at: float = 0, **more: Any) -> int:
        """A whole exchange, whose reply arrives; its diner's id."""
        who = {key: more.pop(key) for key in ("diner", "to", "name") if key in more}
        turn = self.begins(text, at=at, **who)
        part = self.ends(turn, reply, at=at + 2, **more)
        assert part is not None
        sid = f"SMout{part.id}"
        self.desk.sent(part, sid, at=at + 3)
        self.desk.progress(sid, "delivered", at=at + 4)
        return turn.diner.id

    def takes(self, diner_id: int, words: str, *, by: str, at: float = 0) -> None:
        with self.database.connection() as connection:
            hands.take(
                connection,
                diner_id,
                [Bubble(words)],
                by=by,
                now=moment(at),
                until=moment(at + 1_800),
            )

    def serves(self, *names: str, to: str = KIGALI) -> list[int]:
        """Ids of these dishes, on the menu now of the restaurant that answers on `to`."""
        dishes: list[dict[str, Any]] = [
            {
                "slug": name.lower().replace(" ", "-"), "name": name, "price": Decimal(9_000),
                "description": "", "image_url": "", "category": "Fish", "dietary": [],
                "allergens": [], "keywords": [], "available": True,
            }
            for name in names
        ]  # fmt: skip
        with self.database.transaction() as session:
            of = next(each for each in restaurants.all_of_them(session) if each.number == to)
            ids = menu.store(session, of.id, dishes)
        return [ids[each["slug"]] for each in dishes]

    def page(self, **asked: Any) -> Page:
        restaurant = asked.pop("of", self.kigali)
        given: dict[str, Any] = {"now": moment(3_600), "sight": EVERYTHING} | asked
        with self.database.transaction() as session:
            return conversations.page(session, restaurant, **given)

    def says(self, diner_id: int, text: str, reply: str, *, at: float = 60) -> int:
        """In a call that has just been taken: its id."""
        with self.database.connection() as connection:
            call_id = calls.ring(
                connection,
                sid="CA1",
                diner_id=diner_id,
                number=KIGALI,
                way="phone",
                token="1",
                process="web 1",
                most=9,
                most_of_theirs=9,
                is_anonymous=False,
                now=moment(at),
            )
            assert call_id is not None
            call_turns.write(
                connection,
                call_id,
                before=0,
                texts=(text,),
                reply=reply,
                persona="waiter",
                tokens=TOKENS,
                calls=(),
                now=moment(at + 1),
            )
        return call_id
