"""What Twilio posts, parsed: a diner's message, and a status callback.

It checks no signature and stores nothing. Fields are added without notice: unknown ones are kept.
Their names: https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from addresses import spelled
from knowledge.choosing import tapped
from knowledge.opting import START, STOP, asked
from models import diners
from models.database.columns import ADDRESS_LENGTH, MAX_INTEGER, storable
from models.inbox import Incoming
from whatsapp import enclosures, unsaid, wordless
from whatsapp.senders import read_sender

MAX_PROFILE_NAME = 200
# MessageType of what a diner did not say.
NO_MESSAGES = frozenset({"system", "request_welcome"})
WORDS = frozenset({"", "text"})
# All fields of a form that has nothing beside its words, as nearly every one.
WORDS_ALONE = frozenset(
    [
        *("MessageSid", "SmsMessageSid", "SmsSid", "AccountSid", "MessagingServiceSid"),
        *("From", "To", "WaId", "ExternalUserId", "ProfileName", "ChannelMetadata", "OptOutType"),
        *("Body", "MessageType", "SmsStatus", "NumSegments", "NumMedia", "ReferralNumMedia"),
        "ApiVersion",
    ]
)
EMPTY = "[an empty message]"
UNREADABLE = "[a message of a kind that can't be read here]"
# The status of a message that came in; a form without any tells of none that went out.
ARRIVED = frozenset({"", "receiving", "received"})

Address = Annotated[
    str,
    BeforeValidator(spelled),
    Field(
        min_length=1,
        max_length=ADDRESS_LENGTH,
        pattern=r"^\S+$",
        json_schema_extra={"pattern": "^[!-~]+$"},  # Twilio's own
    ),
]
Sid = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\w+$")]
ErrorCode = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class Form(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class InboundMessage(Form):
    """A diner's message.

    `From` is an opaque address: since 2026 it need not hold a phone number.
    """

    sid: Sid = Field(alias="MessageSid")
    sender: Address = Field(alias="From")
    number: Address = Field(alias="To")
    wa_id: str = Field("", alias="WaId")
    external_user_id: str = Field("", alias="ExternalUserId")
    body: str = Field("", alias="Body")
    whole_profile_name: str = Field("", alias="ProfileName")
    button_text: str = Field("", alias="ButtonText")
    button_payload: str = Field("", alias="ButtonPayload")
    list_title: str = Field("", alias="ListTitle")
    list_id: str = Field("", alias="ListId")
    message_type: str = Field("", alias="MessageType")
    opt_out_type: str = Field("", alias="OptOutType")

    @property
    def profile_name(self) -> str | None:
        """What the diner calls themselves, as far as there is room for it."""
        return self.whole_profile_name.strip()[:MAX_PROFILE_NAME] or None

    @property
    def kind(self) -> str:
        """What WhatsApp calls it: `text`, `sticker`, `reaction`; empty where nobody says."""
        return self.message_type.strip().lower()

    @property
    def words(self) -> str:
        """What the diner wrote, or what they say by what they chose.

        What Twilio has taken for STOP or START, in whatever words, is that.
        """
        opts = self.opt_out_type.strip().lower()
        if opts in (STOP, START) and asked(self.body) is None:
            return opts
        shown = self.body.strip() or self.button_text.strip() or self.list_title.strip()
        choice_id = self.button_payload.strip() or self.list_id.strip()
        return tapped(choice_id, shown)


class StatusCallback(Form):
    """How far a message of ours has come."""

    sid: Sid = Field(alias="MessageSid")
    status: str = Field(alias="MessageStatus", min_length=1, max_length=64)
    # What a form calls empty is absent.
    error_code: Annotated[
        ErrorCode | None,
        BeforeValidator(lambda value: value.strip() or None),
        WithJsonSchema({"type": "string", "pattern": "^[0-9]{0,9}$"}),
    ] = Field(None, alias="ErrorCode")


F = TypeVar("F", bound=Form)


class BadFormError(ValueError):
    """A form that Twilio would not send; the message names the field."""


def parse_message(form: Mapping[str, str]) -> Incoming | None:
    """A diner's message; None for what is none, as that somebody changed their number.

    Its text is what the model reads: their words; in brackets what has none. Raises BadFormError
    when MessageSid, From or To is missing or malformed.
    """
    fields = _storable(form)
    message = _parse(InboundMessage, fields)
    kind, words = message.kind, message.words
    is_words_alone = (
        kind in WORDS and fields.get("NumMedia", "0") == "0" and fields.keys() <= WORDS_ALONE
    )
    about = None if is_words_alone else unsaid.about(fields)
    if kind in NO_MESSAGES or (about is None and unsaid.is_about_another(kind)):
        return None
    if is_words_alone:
        text = words
    else:
        text = unsaid.told(fields, kind, words) or _with_notes(words, kind, fields)
    is_readable = bool(text) or kind in WORDS
    sender = read_sender(message.sender, message.wa_id, message.external_user_id)
    return Incoming(
        channel=diners.WHATSAPP,
        address=sender.address,
        number=message.number,
        sid=message.sid,
        text=text or (EMPTY if is_readable else UNREADABLE),
        profile_name=message.profile_name,
        form=fields,
        is_readable=is_readable,
        reply_to=sender.reply_to,
        user_id=sender.user_id,
        other_spelling=sender.other_spelling,
        quoted_sid=about,
        media=() if is_words_alone else enclosures.media(fields, kind),
    )


def _with_notes(words: str, kind: str, fields: Mapping[str, str]) -> str:
    if name := wordless.named_file(fields, kind):
        fields, words = {**fields, "Filename": name}, ""
    told = [words, *wordless.notes(fields, kind, has_words=bool(words))]
    if not words.startswith("/"):  # a keyword stands alone
        told.append(wordless.referral(fields))
        told.append(wordless.forwarded(fields) if any(told) else "")
    return "\n".join(filter(None, told))


def is_status(form: Mapping[str, str]) -> bool:
    """Whether a form tells of a message of ours, whichever address it was posted to.

    A diner's message is `received`, and has no MessageStatus; a status has no Body.
    """
    status = form.get("MessageStatus") or ("" if form.get("Body") else form.get("SmsStatus", ""))
    return status.strip().lower() not in ARRIVED


def is_message(form: Mapping[str, str]) -> bool:
    """Whether a form is a diner's message, whichever address it was posted to."""
    status = form.get("MessageStatus") or form.get("SmsStatus", "")
    return status.strip().lower() in ARRIVED - {""}


def parse_status(form: Mapping[str, str]) -> StatusCallback:
    """Raises BadFormError when MessageSid or MessageStatus is missing or malformed."""
    fields = _storable(form)
    fields.setdefault("MessageStatus", fields.get("SmsStatus", ""))
    fields.setdefault("MessageSid", fields.get("SmsSid", ""))
    return _parse(StatusCallback, fields)


def parsed(model: type[F], form: Mapping[str, str]) -> F:
    """A form as it came. Raises BadFormError, which names the field."""
    return _parse(model, _storable(form))


def _storable(form: Mapping[str, str]) -> dict[str, str]:
    return {storable(name): storable(value) for name, value in form.items()}


def _parse(model: type[F], fields: Mapping[str, str]) -> F:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadFormError(f"{first['loc'][0]}: {first['msg']}") from None
