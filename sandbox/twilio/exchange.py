"""The WhatsApp between diners and restaurants: what either writes, and what became of it.

It speaks no HTTP itself: `rest.py` and the phone are its ways in, `delivery.py` its way out.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sandbox.twilio.account import Account
from sandbox.twilio.chats import Chat, Chats, counts_of
from sandbox.twilio.contents import Contents
from sandbox.twilio.delivery import STEP_S, Delivery
from sandbox.twilio.messages import (
    ABOUT_OTHERS,
    DINERS,
    INBOUND,
    OUTBOUND,
    UNNAMED,
    Attachment,
    Choices,
    Diner,
    Fault,
    Medium,
    Message,
    Receipt,
    Updates,
    diners_medium,
    linked_medium,
    take_fault,
    tapped,
)
from sandbox.twilio.voice.calls import Calls, routes_beside, routes_of
from sandbox.twilio.window import OUTSIDE, Windows

# WhatsApp ends "typing" by itself after this.
TYPING_S = 25


class Exchange:
    """All messages of one Twilio account. Any method may be called from any thread."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        webhook_url: str,
        numbers: Callable[[], Sequence[tuple[str, str]]],
        fallback_url: str | None = None,
        clock: Callable[[], float] = time.time,
        read_receipts: bool = True,
        step_s: float = STEP_S,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        # (WhatsApp address, restaurant's name) pairs, asked anew each time: restaurants come later.
        self.numbers = numbers
        self.faults: list[Fault] = []
        self.account = Account(numbers, webhook_url, fallback_url)
        self.contents = Contents()
        self.calls = Calls(
            account_sid, auth_token, routes_beside(webhook_url), partial(routes_of, self.account)
        )
        self.windows = Windows(clock)
        # Chats whose diner Twilio itself has taken off, as where STOP is its own to heed.
        self.opted_out: set[Chat] = set()
        self._clock = clock
        self._chats = Chats(clock)
        self._delivery = Delivery(
            account_sid,
            auth_token,
            self._chats,
            webhooks_of=self.account.webhooks_of,
            read_receipts=read_receipts,
            step_s=step_s,
        )
        # Guards what stands below as well.
        self._changed = self._chats.changed
        self._closing = threading.Event()
        self._diners = list(DINERS)
        # Anew with each start: the database outlives it, and a new diner is unknown to it.
        self._made_up = 100_000 + secrets.randbelow(800_000)
        self._known_numbers: frozenset[str] = frozenset()
        self._typing_until: dict[Chat, float] = {}
        self._typing_calls = 0

    def receive(
        self,
        from_: str,
        to: str,
        body: str,
        media: Sequence[Attachment] = (),
        profile_name: str | None = None,
        sid: str | None = None,
        extra_fields: Mapping[str, str] | None = None,
    ) -> Receipt:
        """A diner writes: the webhook's answer is waited for. A known `sid` is posted again."""
        message = self._take_in(from_, to, body, media, profile_name, sid, extra_fields or {})
        return Receipt(message, self._delivery.to_service(message))

    def receive_later(
        self,
        from_: str,
        to: str,
        body: str,
        media: Sequence[Attachment] = (),
        extra_fields: Mapping[str, str] | None = None,
    ) -> Message:
        """A diner writes on the phone: the webhook is posted in the background, in chat order."""
        message = self._take_in(from_, to, body, media, None, None, extra_fields or {})
        with self._changed:
            self._chats.on_phone.add(message.chat)
        self._delivery.to_service_later(message)
        return message

    def send(
        self,
        to: str,
        from_: str,
        body: str,
        media_urls: Sequence[str] = (),
        status_callback: str | None = None,
        fail_with: int | None = None,
        listed_after_s: float = 0.0,
        choices: Choices | None = None,
        is_template: bool = False,
    ) -> Message:
        """A restaurant writes; `is_template`: what WhatsApp has approved.

        It is queued: delivery and status callbacks follow in the background.
        """
        sid = ("MM" if media_urls else "SM") + secrets.token_hex(16)
        media = tuple(linked_medium(sid, url) for url in media_urls)
        message = Message(sid, OUTBOUND, from_, to, body, self._clock(), "queued", media)
        message.status_callback = status_callback
        is_late = not (is_template or self.windows.is_open(message.chat))
        message.fail_with = fail_with or (OUTSIDE if is_late else None)
        message.listed_after_s = listed_after_s
        message.choices = choices
        with self._changed:
            self._chats.keep(message)
            self._typing_until.pop(message.chat, None)
            self._chats.read_by_restaurant(message.chat)
        self._delivery.to_diner(message)
        return message

    def tap(self, sid: str, option_id: str) -> Receipt:
        """The diner taps a choice of a restaurant's message: as `receive`.

        Raises ValueError where there is none such.
        """
        message, body, fields = self._tapped(sid, option_id)
        return self.receive(message.to, message.from_, body, extra_fields=fields)

    def tap_later(self, sid: str, option_id: str) -> Message:
        """The same on the phone: as `receive_later`."""
        message, body, fields = self._tapped(sid, option_id)
        return self.receive_later(message.to, message.from_, body, extra_fields=fields)

    def show_typing(self, sid: str) -> bool:
        """The restaurant answers this message, and so has read it. False if there is none."""
        with self._changed:
            self._typing_calls += 1
            message = self._chats.message(sid)
            if message is None or message.direction != INBOUND:
                return False
            self._typing_until[message.chat] = self._clock() + TYPING_S
            self._chats.read_by_restaurant(message.chat)
            return True

    def updates(self, diner: str, number: str, since: int, opened: bool) -> Updates:
        """The messages of one chat created or changed after the cursor `since`, oldest first.

        `opened`: it is on the screen.
        """
        chat = (diner, number)
        with self._changed:
            self._chats.on_phone.add(chat)
            for message in self._chats.open(chat) if opened else []:
                if message.status == "delivered":
                    self._delivery.seen(message)
            is_typing = self._typing_until.get(chat, 0) > self._clock()
            found = self._chats.since(chat, since)
            return Updates(self._chats.revision, is_typing, found, self.windows.is_open(chat))

    def take_fault(self, to: str, *, of_content: bool = False) -> Fault:
        """The fault that the next message to this address meets, counted down; or an empty one.

        `of_content`: that the next content which is made meets.
        """
        with self._changed:
            return take_fault(self.faults, to, of_content=of_content)

    def now(self) -> float:
        """In epoch seconds."""
        return self._clock()

    def has_number(self, number: str) -> bool:
        # Asked for every message that a restaurant sends, so a known one is not looked up again.
        if number not in self._known_numbers:
            self._known_numbers = frozenset(known for known, _ in self.numbers())
        return number in self._known_numbers

    def message(self, sid: str) -> Message | None:
        with self._changed:
            return self._chats.message(sid)

    def messages(self, to: str | None = None, from_: str | None = None) -> list[Message]:
        """All messages, oldest first."""
        with self._changed:
            return [
                message
                for message in self._chats.messages()
                if to in {None, message.to} and from_ in {None, message.from_}
            ]

    def medium(self, sid: str) -> Medium | None:
        with self._changed:
            return self._chats.medium(sid)

    def cdn_path(self, medium: Medium) -> str:
        """Where anybody may load a diner's file, without the account's credentials."""
        token = hmac.new(self.auth_token.encode(), medium.sid.encode(), hashlib.sha256).hexdigest()
        return f"/media-cdn/{medium.sid}?token={token[:32]}"

    def diners(self) -> list[Diner]:
        with self._changed:
            return list(self._diners)

    def add_diner(self, name: str) -> Diner:
        """A new diner for the phone, with an address made up."""
        with self._changed:
            self._made_up += 1
            diner = Diner(f"whatsapp:+250788{self._made_up}", name)
            self._diners.append(diner)
            return diner

    def stats(self) -> dict[str, object]:
        """Counts for tests and load runs."""
        with self._changed:
            return {
                **counts_of(self._chats.messages()),
                "typing_indicators": self._typing_calls,
                "faults_left": len(self.faults),
            }

    def wait_for(self, condition: Callable[[], bool], timeout_s: float = 10) -> bool:
        """Wait until the condition holds, looking whenever a message has changed.

        False: it did not in time.
        """
        with self._changed:
            return self._changed.wait_for(condition, timeout_s)

    def pause(self, seconds: float) -> None:
        """Wait, as for a slow answer, but not beyond the end of this exchange."""
        self._closing.wait(seconds)

    def close(self) -> None:
        """End calls and background work; what is not posted by now never is."""
        self._closing.set()
        self.calls.close()
        self._delivery.close()

    def _take_in(
        self,
        from_: str,
        to: str,
        body: str,
        media: Sequence[Attachment],
        profile_name: str | None,
        sid: str | None,
        extra_fields: Mapping[str, str],
    ) -> Message:
        with self._changed:
            if known := self._chats.message(sid):
                return known
            sid = sid or ("MM" if media else "SM") + secrets.token_hex(16)
            files = tuple(diners_medium(self.account_sid, sid, attachment) for attachment in media)
            known_as = (diner.name for diner in self._diners if diner.address == from_)
            message = Message(sid, INBOUND, from_, to, body, self._clock(), "sending", files)
            message.profile_name = profile_name or next(known_as, UNNAMED)
            message.extra_fields = extra_fields
            self._chats.keep(message)
            self.windows.open(message.chat)
            target = self._chats.message(message.about)
            if message.kind in ABOUT_OTHERS and target is not None:
                message.change(target)
                self._chats.touch(target)
            return message

    def _tapped(self, sid: str, option_id: str) -> tuple[Message, str, dict[str, str]]:
        message = self.message(sid)
        if message is None:
            raise ValueError(f"there is no message {sid}")
        return message, *tapped(message, option_id)
