"""The WhatsApp between diners and restaurants: every message, its way and its status, the media,
and the diners of the phone.

It speaks no HTTP itself: `rest.py` and the phone are its ways in, `webhooks.py` posts for it.
"""

import hashlib
import hmac
import mimetypes
import secrets
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sandbox.twilio.lanes import Lanes
from sandbox.twilio.messages import (
    DINERS,
    INBOUND,
    OUTBOUND,
    UNNAMED,
    Attachment,
    Diner,
    Fault,
    Medium,
    Message,
    Receipt,
    Updates,
)
from sandbox.twilio.webhooks import Answer, Webhooks, explain, inbound_fields, status_fields

API_URL = "https://api.twilio.com"
# WhatsApp ends "typing" by itself after this.
TYPING_S = 25
# Between two steps of a delivery. Twilio is no faster either, and a status callback seldom
# overtakes the answer of the REST call.
STEP_S = 0.05


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
        # May be set later: the service's port is often known after the sandbox's.
        self.webhook_url = webhook_url
        self.fallback_url = fallback_url
        # (WhatsApp address, restaurant's name) pairs, asked anew each time: restaurants come later.
        self.numbers = numbers
        self.faults: list[Fault] = []
        self._clock = clock
        self._read_receipts = read_receipts
        self._step_s = step_s
        self._webhooks = Webhooks(auth_token)
        self._lanes = Lanes()
        self._closing = threading.Event()
        self._changed = threading.Condition()
        self._diners = list(DINERS)
        self._known_numbers: frozenset[str] = frozenset()
        self._messages: dict[str, Message] = {}
        self._chats: defaultdict[tuple[str, str], list[Message]] = defaultdict(list)
        self._media: dict[str, Medium] = {}
        self._typing_until: dict[tuple[str, str], float] = {}
        # Chats that are on a phone: there, a message is read when the chat is opened, and not
        # before.
        self._phone_chats: set[tuple[str, str]] = set()
        self._revision = 0
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
        """A diner writes: post the webhook and wait for its answer.

        A known `sid` posts that message again, as it was.
        """
        message = self._take_in(from_, to, body, media, profile_name, sid, extra_fields or {})
        return Receipt(message, self._post_webhook(message))

    def receive_later(self, from_: str, to: str, body: str) -> Message:
        """A diner writes on the phone: the webhook is posted in the background, after those of this
        chat's earlier messages.
        """
        message = self._take_in(from_, to, body, (), None, None, {})
        with self._changed:
            self._phone_chats.add(message.chat)
        self._lanes.add(message.chat, partial(self._post_webhook, message))
        return message

    def send(
        self,
        to: str,
        from_: str,
        body: str,
        media_urls: Sequence[str] = (),
        status_callback: str | None = None,
        fail_with: int | None = None,
    ) -> Message:
        """A restaurant writes.

        The message is queued; its delivery and the status callbacks follow in the background.
        """
        sid = ("MM" if media_urls else "SM") + secrets.token_hex(16)
        media = tuple(_linked_medium(sid, url) for url in media_urls)
        message = Message(sid, OUTBOUND, from_, to, body, self._clock(), "queued", media)
        message.status_callback = status_callback
        message.fail_with = fail_with
        with self._changed:
            self._keep(message)
            self._typing_until.pop(message.chat, None)
            self._read_by_restaurant(message.chat)
        self._lanes.add(sid, partial(self._deliver, message), self._step_s)
        return message

    def show_typing(self, sid: str) -> bool:
        """The restaurant prepares its answer to this message of a diner's, and so has read it.

        False if there is none.
        """
        with self._changed:
            self._typing_calls += 1
            message = self._messages.get(sid)
            if message is None or message.direction != INBOUND:
                return False
            self._typing_until[message.chat] = self._clock() + TYPING_S
            self._read_by_restaurant(message.chat)
            return True

    def updates(self, diner: str, number: str, since: int, opened: bool) -> Updates:
        """The messages of one chat created or changed after the cursor `since`, oldest first.

        `opened`: it is on the screen.
        """
        chat = (diner, number)
        with self._changed:
            self._phone_chats.add(chat)
            messages = self._chats[chat]
            unread = [
                message
                for message in messages
                if opened and message.direction == OUTBOUND and not message.seen
            ]
            for message in unread:
                message.seen = True
                if message.status == "delivered":
                    self._lanes.add(message.sid, partial(self._deliver, message))
            # A page older than this process has a cursor from the one before: it gets everything.
            since = since if since <= self._revision else 0
            changed = [message for message in messages if message.revision > since]
            return Updates(self._revision, self._typing_until.get(chat, 0) > self._clock(), changed)

    def take_fault(self, to: str) -> Fault:
        """The fault that the next message to this address meets, counted down; an empty one if
        none.
        """
        with self._changed:
            for index, fault in enumerate(self.faults):
                if fault.get("to", to) == to:
                    left = fault.get("count", 1) - 1
                    self.faults[index : index + 1] = [{**fault, "count": left}] if left > 0 else []
                    return fault
        return {}

    def has_number(self, number: str) -> bool:
        """Whether a restaurant has this address."""
        # Asked for every message that a restaurant sends, so a known one is not looked up again.
        if number not in self._known_numbers:
            self._known_numbers = frozenset(known for known, _ in self.numbers())
        return number in self._known_numbers

    def message(self, sid: str) -> Message | None:
        with self._changed:
            return self._messages.get(sid)

    def messages(self, to: str | None = None, from_: str | None = None) -> list[Message]:
        """All messages, oldest first."""
        with self._changed:
            return [
                message
                for message in self._messages.values()
                if to in {None, message.to} and from_ in {None, message.from_}
            ]

    def medium(self, sid: str) -> Medium | None:
        with self._changed:
            return self._media.get(sid)

    def cdn_path(self, medium: Medium) -> str:
        """Where anybody may load a diner's file, without the account's credentials."""
        token = hmac.new(self.auth_token.encode(), medium.sid.encode(), hashlib.sha256).hexdigest()[
            :32
        ]
        return f"/media-cdn/{medium.sid}?token={token}"

    def diners(self) -> list[Diner]:
        with self._changed:
            return list(self._diners)

    def add_diner(self, name: str) -> Diner:
        """A new diner for the phone, with an address made up."""
        with self._changed:
            diner = Diner(f"whatsapp:+250788{100 + len(self._diners):06d}", name)
            self._diners.append(diner)
            return diner

    def stats(self) -> dict[str, object]:
        """Counts for tests and load runs."""
        with self._changed:
            messages = list(self._messages.values())
            kept = {
                direction: [m for m in messages if m.direction == direction]
                for direction in (INBOUND, OUTBOUND)
            }
            return {
                "inbound": dict(Counter(message.status for message in kept[INBOUND])),
                "outbound": dict(Counter(message.status for message in kept[OUTBOUND])),
                "webhooks": _tally(kept[INBOUND]),
                "status_callbacks": _tally(kept[OUTBOUND]),
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
        """End the background work; what is not posted by now never is."""
        self._closing.set()
        self._lanes.close()
        self._webhooks.close()

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
            if sid in self._messages:
                return self._messages[sid]
            sid = sid or ("MM" if media else "SM") + secrets.token_hex(16)
            files = tuple(self._own_medium(sid, attachment) for attachment in media)
            name = profile_name or next(
                (diner.name for diner in self._diners if diner.address == from_), UNNAMED
            )
            message = Message(sid, INBOUND, from_, to, body, self._clock(), "sending", files)
            message.profile_name = name
            message.extra_fields = extra_fields
            self._keep(message)
            return message

    def _post_webhook(self, message: Message) -> Answer:
        media = [(medium.url, medium.content_type) for medium in message.media]
        form = inbound_fields(
            self.account_sid,
            message.sid,
            message.from_,
            message.to,
            message.body,
            message.profile_name,
            media,
        )
        answers = self._webhooks.deliver(
            self.webhook_url, self.fallback_url, {**form, **message.extra_fields}, message.token
        )
        with self._changed:
            message.answers.extend(answers)
            # A fast reply comes before the webhook's own answer: the message is read by then, and
            # stays so.
            if message.status in {"sending", "failed"}:
                message.error = None if answers[-1].ok else explain(answers[-1])
                self._move(message, "sent" if answers[-1].ok else "failed")
            self._changed.notify_all()
        return answers[-1]

    def _deliver(self, message: Message) -> None:
        """One step of a delivery: the status, its callback, then the next step.

        The message's lane keeps them in order.
        """
        with self._changed:
            status = self._next_status(message)
            if status is None:
                return
            message.error_code = message.fail_with if status == "failed" else None
            self._move(message, status)
        if message.status_callback:
            code = message.error_code
            form = status_fields(
                self.account_sid, message.sid, message.from_, message.to, status, code
            )
            answer = self._webhooks.post(message.status_callback, form)
            with self._changed:
                message.answers.append(answer)
                self._changed.notify_all()
        self._lanes.add(message.sid, partial(self._deliver, message), self._step_s)

    def _next_status(self, message: Message) -> str | None:
        if message.status == "queued":
            return "failed" if message.fail_with else "sent"
        if message.status == "sent":
            return "delivered"
        is_read = message.seen or (self._read_receipts and message.chat not in self._phone_chats)
        return "read" if message.status == "delivered" and is_read else None

    def _read_by_restaurant(self, chat: tuple[str, str]) -> None:
        # Reading one message of a chat reads those before it, as in WhatsApp.
        for message in self._chats[chat]:
            if message.direction == INBOUND and message.status in {"sending", "sent"}:
                self._move(message, "read")

    def _own_medium(self, message_sid: str, attachment: Attachment) -> Medium:
        sid = "ME" + secrets.token_hex(16)
        url = f"{API_URL}/2010-04-01/Accounts/{self.account_sid}/Messages/{message_sid}/Media/{sid}"
        return Medium(sid, message_sid, attachment.content_type, url, attachment.content)

    def _keep(self, message: Message) -> None:
        self._messages[message.sid] = message
        self._chats[message.chat].append(message)
        self._media.update({medium.sid: medium for medium in message.media})
        self._move(message, message.status)

    def _move(self, message: Message, status: str) -> None:
        message.status = status
        message.history.append((status, self._clock()))
        self._revision += 1
        message.revision = self._revision
        self._changed.notify_all()


def _linked_medium(message_sid: str, url: str) -> Medium:
    content_type = mimetypes.guess_type(url.partition("?")[0])[0] or "application/octet-stream"
    return Medium("ME" + secrets.token_hex(16), message_sid, content_type, url)


def _tally(messages: Sequence[Message]) -> dict[str, int]:
    answers = [answer.ok for message in messages for answer in message.answers]
    return {"accepted": sum(answers), "failed": len(answers) - sum(answers)}
