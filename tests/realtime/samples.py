"""A valid sample of every event that `openai.types.realtime` knows, and texts of all kinds."""

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel

SERVER_EVENTS: tuple[type[BaseModel], ...] = get_args(get_args(RealtimeServerEvent)[0])
LETTERS_AND_HALVES = st.text(st.sampled_from('a"\\\n\0ħ🍞\ud83c\udf5e'))


def event_type(event: type[BaseModel]) -> str:
    name: str = get_args(event.model_fields["type"].annotation)[0]
    return name


def sample(event: type[BaseModel], *, optional: bool) -> dict[str, Any]:
    """As it goes over the wire, with every optional field or with none."""
    return {
        field.alias or name: _value(field.annotation, optional=optional)
        for name, field in event.model_fields.items()
        if field.is_required() or optional
    }


def _value(kind: Any, *, optional: bool) -> Any:
    origin = get_origin(kind)
    inner = get_args(kind)
    if origin is Annotated:
        return _value(inner[0], optional=optional)
    if origin is Literal:
        return inner[0]
    if origin in (Union, UnionType):
        return _value(next(each for each in inner if each is not NoneType), optional=optional)
    if origin is list:
        return [_value(inner[0], optional=optional)]
    if origin is dict:
        return {"key": _value(inner[1], optional=optional)}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return sample(kind, optional=optional)
    return {str: "words", int: 1, float: 1.5, bool: True}.get(kind, "words")
