"""What Twilio posts, parsed: a diner's message, and a status callback. It checks no signature and stores nothing.

Field names: https://www.twilio.com/docs/messaging/guides/webhook-request. Fields are added without notice: unknown ones are kept.
"""

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

MAX_ADDRESS = 128
MAX_PROFILE_NAME = 200

Address = Annotated[str, Field(min_length=1, max_length=MAX_ADDRESS, pattern=r"^\S+$")]
Sid = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\w+$")]
# What a form calls empty is absent.
OptionalInt = Annotated[int | None, BeforeValidator(lambda value: value or None)]


class Form(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def fields(self) -> dict[str, str]:
        """Every field as it came, by Twilio's name."""
        return {str(name): str(value) for name, value in self.model_dump(by_alias=True, exclude_unset=True).items()}


class InboundMessage(Form):
    """A diner's message. `From` is an opaque address: since 2026 it need not hold a phone number."""

    sid: Sid = Field(alias="MessageSid")
    sender: Address = Field(alias="From")
    number: Address = Field(alias="To")
    body: str = Field("", alias="Body")
    profile_name: Annotated[str | None, BeforeValidator(lambda value: value[:MAX_PROFILE_NAME] if value else None)] = Field(
        None, alias="ProfileName"
    )
    message_type: str = Field("text", alias="MessageType")
    button_text: str = Field("", alias="ButtonText")
    list_title: str = Field("", alias="ListTitle")
    latitude: str = Field("", alias="Latitude")
    longitude: str = Field("", alias="Longitude")
    label: str = Field("", alias="Label")
    address: str = Field("", alias="Address")
    media_count: str = Field("0", alias="NumMedia")
    media_type: str = Field("", alias="MediaContentType0")

    @property
    def text(self) -> str:
        """What the diner said, as the model reads it: their words, and in brackets what came without words."""
        words = self.body.strip() or self.button_text.strip() or self.list_title.strip()
        return "\n".join(part for part in (words, self._attachment()) if part) or "[an empty message]"

    def _attachment(self) -> str:
        if self.latitude and self.longitude:
            place = ", ".join(part for part in (self.label, self.address) if part)
            return f"[shared a location: {self.latitude}, {self.longitude}{f' ({place})' if place else ''}]"
        if self.media_count.strip() in ("", "0"):
            return ""
        kind = self.media_type.split("/")[0]
        name = {"audio": "a voice note", "image": "a picture", "video": "a video"}.get(kind, "a file")
        return f"[sent {name}, which can't be opened here]"


class StatusCallback(Form):
    """How far a message of ours has come."""

    sid: Sid = Field(alias="MessageSid")
    status: str = Field(alias="MessageStatus", min_length=1, max_length=16)
    error_code: OptionalInt = Field(None, alias="ErrorCode")


F = TypeVar("F", bound=Form)


class BadFormError(ValueError):
    """A form that Twilio would not send; the message names the field."""


def parse_message(form: dict[str, str]) -> InboundMessage:
    """Raises BadFormError when MessageSid, From or To is missing or malformed."""
    return _parse(InboundMessage, form)


def parse_status(form: dict[str, str]) -> StatusCallback:
    """Raises BadFormError when MessageSid or MessageStatus is missing or malformed."""
    return _parse(StatusCallback, form)


def _parse(model: type[F], form: dict[str, str]) -> F:
    try:
        return model.model_validate(form)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadFormError(f"{first['loc'][0]}: {first['msg']}") from None
