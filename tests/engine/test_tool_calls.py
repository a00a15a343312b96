"""What a turn's tools were asked and told is kept with it, whatever the turn came to."""

import json

from sqlalchemy import select

from models.tool_calls import ToolCall
from realtime.client import RealtimeError
from tests.engine.outside import calls
from tests.engine.world import House


def kept(house: House) -> list[ToolCall]:
    with house.eye.transaction() as session:
        return list(session.scalars(select(ToolCall).order_by(ToolCall.turn_id, ToolCall.place)))


def test_an_answer_keeps_what_its_tools_told(house: House) -> None:
    house.model.will(calls("lookup_menu", query="sushi"), calls("nothing"), "We have none.")
    house.hears("Sushi?")
    assert house.sweeps_until(lambda: house.read() == ["We have none."])
    looked_up, unknown = kept(house)
    assert json.loads(looked_up.arguments) == {"query": "sushi"}
    assert "items" in json.loads(looked_up.result)
    assert not looked_up.is_error
    assert (unknown.tool, unknown.is_error, unknown.place) == ("nothing", True, 2)


def test_an_apology_keeps_them_too(house: House) -> None:
    house.model.will(calls("lookup_menu", query="sushi"), RealtimeError("timeout"))
    house.hears("Sushi?")
    assert house.sweeps_until(lambda: kept(house))
    assert [each.state for each in house.turns()] == ["failed"]


def test_a_turn_without_tools_keeps_none(house: House) -> None:
    house.model.will("Hello!")
    house.hears("Hi")
    assert house.sweeps_until(lambda: house.read() == ["Hello!"])
    assert kept(house) == []
