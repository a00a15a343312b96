"""The way of a message: a diner's to the service's webhook, a restaurant's to the diner.

A restaurant's goes step by step, with a status callback at each; its files are loaded first.
It takes no message in, and keeps none.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sandbox.twilio.chats import Chats
from sandbox.twilio.lanes import Lanes
from sandbox.twilio.media import MediaError, check_caption, load
from sandbox.twilio.messages import Message
from sandbox.twilio.webhooks import Answer, Webhooks, explain, inbound_fields, status_fields

# Between two steps of a delivery. Twilio is no faster either, and a status callback seldom
# overtakes the answer of the REST call.
STEP_S = 0.05


class Delivery:
    """Posts now, or in the background. `webhooks_of`: where what is sent to a number goes.

    There, those of one chat and those about one message of a restaurant's keep their order.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        chats: Chats,
        *,
        webhooks_of: Callable[[str], tuple[str, str | None]],
        read_receipts: bool,
        step_s: float,
    ) -> None:
        self._account_sid = account_sid
        self._chats = chats
        self._webhooks_of = webhooks_of
        self._read_receipts = read_receipts
        self._step_s = step_s
        self._webhooks = Webhooks(auth_token)
        self._lanes = Lanes()

    def to_service(self, message: Message) -> Answer:
        """Post a diner's message, and wait for the answer."""
        form = inbound_fields(
            self._account_sid,
            message.sid,
            message.from_,
            message.to,
            message.body,
            message.profile_name,
            [(medium.url, medium.content_type) for medium in message.media],
        )
        url, fallback_url = self._webhooks_of(message.to)
        answers = self._webhooks.deliver(
            url, fallback_url, {**form, **message.extra_fields}, message.token
        )
        with self._chats.changed:
            message.answers.extend(answers)
            # A fast reply comes before the webhook's own answer: the message is read, and stays so.
            if message.status in {"sending", "failed"}:
                message.error = None if answers[-1].ok else explain(answers[-1])
                self._chats.move(message, "sent" if answers[-1].ok else "failed")
            self._chats.changed.notify_all()
        return answers[-1]

    def to_service_later(self, message: Message) -> None:
        self._lanes.add(message.chat, partial(self.to_service, message))

    def to_diner(self, message: Message) -> None:
        """Begin the way of a restaurant's message."""
        self._lanes.add(message.sid, partial(self._step, message), self._step_s)

    def seen(self, message: Message) -> None:
        """Go on with a message that waited for the diner to look."""
        self._lanes.add(message.sid, partial(self._step, message))

    def close(self) -> None:
        """End the background work; what is not posted by now never is."""
        self._lanes.close()
        self._webhooks.close()

    def _step(self, message: Message) -> None:
        """The next status, its callback, then the step after it."""
        if message.status == "queued" and not message.fail_with:
            self._load_media(message)
        with self._chats.changed:
            status = self._next_status(message)
            if status is None:
                return
            message.error_code = message.fail_with if status == "failed" else None
            self._chats.move(message, status)
        if message.status_callback:
            code = message.error_code
            form = status_fields(
                self._account_sid, message.sid, message.from_, message.to, status, code
            )
            answer = self._webhooks.post(message.status_callback, form)
            with self._chats.changed:
                message.answers.append(answer)
                self._chats.changed.notify_all()
        self.to_diner(message)

    def _load_media(self, message: Message) -> None:
        try:
            loaded = [(medium, *load(medium.url)) for medium in message.media]
            check_caption(message.body, [kind for _, kind, _ in loaded])
        except MediaError as error:
            message.fail_with = error.code
            return
        with self._chats.changed:
            files = (replace(medium, content_type=kind, content=it) for medium, kind, it in loaded)
            self._chats.put_media(message, tuple(files))

    def _next_status(self, message: Message) -> str | None:
        if message.status == "queued":
            return "failed" if message.fail_with else "sent"
        if message.status == "sent":
            return "delivered"
        is_read = message.seen or (self._read_receipts and message.chat not in self._chats.on_phone)
        return "read" if message.status == "delivered" and is_read else None
