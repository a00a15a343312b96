"""What Twilio posts, parsed: a diner's message, and a status callback.

It checks no signature and stores nothing. Fields are added without notice: unknown ones are kept.
Their names: https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from models import diners
from models.database.columns import storable
from models.inbox import Incoming

MAX_ADDRESS = 128
MAX_PROFILE_NAME = 200
MAX_ERROR_CODE = 2**31 - 1  # what an INTEGER column holds; Twilio's have five digits

Address = Annotated[str, Field(min_length=1, max_length=MAX_ADDRESS, pattern=r"^\S+$")]
Sid = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\w+$")]
ErrorCode = Annotated[int, Field(ge=0, le=MAX_ERROR_CODE)]


class Form(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class InboundMessage(Form):
    """A diner's message.

    `From` is an opaque address: since 2026 it need not hold a phone number.
    """

    sid: Sid = Field(alias="MessageSid")
    sender: Address = Field(alias="From")
    number: Address = Field(alias="To")
    body: str = Field("", alias="Body")
    whole_profile_name: str = Field("", alias="ProfileName")
    button_text: str = Field("", alias="ButtonText")
    list_title: str = Field("", alias="ListTitle")
    latitude: str = Field("", alias="Latitude")
    longitude: str = Field("", alias="Longitude")
    label: str = Field("", alias="Label")
    address: str = Field("", alias="Address")
    media_count: str = Field("0", alias="NumMedia")
    media_type: str = Field("", alias="MediaContentType0")

    @property
    def profile_name(self) -> str | None:
        """What the diner calls themselves, as far as there is room for it."""
        return self.whole_profile_name.strip()[:MAX_PROFILE_NAME] or None

    @property
    def text(self) -> str:
        """What the diner said, as the model reads it: their words; in brackets what has none."""
        words = self.body.strip() or self.button_text.strip() or self.list_title.strip()
        parts = (words, self._attachment())
        return "\n".join(part for part in parts if part) or "[an empty message]"

    def _attachment(self) -> str:
        if self.latitude and self.longitude:
            where = f"{self.latitude}, {self.longitude}"
            if place := ", ".join(part for part in (self.label, self.address) if part):
                where = f"{where} ({place})"
            return f"[shared a location: {where}]"
        if self.media_count.strip() in ("", "0"):
            return ""
        kind = self.media_type.strip().lower().split("/")[0]
        names = {"audio": "a voice note", "image": "a picture", "video": "a video"}
        return f"[sent {names.get(kind, 'a file')}, which can't be opened here]"


class StatusCallback(Form):
    """How far a message of ours has come."""

    sid: Sid = Field(alias="MessageSid")
    status: str = Field(alias="MessageStatus", min_length=1, max_length=64)
    # What a form calls empty is absent.
    error_code: Annotated[
        ErrorCode | None, BeforeValidator(lambda value: value.strip() or None)
    ] = Field(None, alias="ErrorCode")


F = TypeVar("F", bound=Form)


class BadFormError(ValueError):
    """A form that Twilio would not send; the message names the field."""


def parse_message(form: Mapping[str, str]) -> Incoming:
    """Raises BadFormError when MessageSid, From or To is missing or malformed."""
    fields = _storable(form)
    message = _parse(InboundMessage, fields)
    return Incoming(
        channel=diners.WHATSAPP,
        address=message.sender,
        number=message.number,
        sid=message.sid,
        text=message.text,
        profile_name=message.profile_name,
        form=fields,
    )


def parse_status(form: Mapping[str, str]) -> StatusCallback:
    """Raises BadFormError when MessageSid or MessageStatus is missing or malformed."""
    return _parse(StatusCallback, _storable(form))


def _storable(form: Mapping[str, str]) -> dict[str, str]:
    return {storable(name): storable(value) for name, value in form.items()}


def _parse(model: type[F], fields: Mapping[str, str]) -> F:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadFormError(f"{first['loc'][0]}: {first['msg']}") from None
