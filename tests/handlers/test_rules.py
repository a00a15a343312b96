"""Routes whose addresses are built late are built as Werkzeug builds them."""

import pytest
from werkzeug.routing import BaseConverter, Map, Rule

import handlers.rules
import sandbox.rules

LATE = [handlers.rules.RuleBuiltLate, sandbox.rules.RuleBuiltLate]


@pytest.mark.parametrize("rule", LATE)
@pytest.mark.parametrize(
    "values",
    [
        {"slug": "kigali", "number": 7},
        {"slug": "kigali", "number": 7, "before": "2026-01-01", "of": "é &"},
        {"slug": "a/b ü", "number": 0},
    ],
)
def test_an_address_is_built_as_by_werkzeug_each_time(
    rule: type[Rule], values: dict[str, object]
) -> None:
    path = "/<slug>/dishes/<int:number>/"
    late, early = (
        Map([kind(path, endpoint="dish")]).bind("inzozi.example") for kind in (rule, Rule)
    )
    for append_unknown in (True, False, True):
        built = late.build("dish", values, append_unknown=append_unknown)
        assert built == early.build("dish", values, append_unknown=append_unknown)
    assert late.match("/kigali/dishes/7/") == ("dish", {"slug": "kigali", "number": 7})


@pytest.mark.parametrize("rule", LATE)
def test_nothing_is_built_before_it_is_asked_for_and_then_once(rule: type[Rule]) -> None:
    told: list[object] = []

    class Told(BaseConverter):
        def to_url(self, value: object) -> str:
            told.append(value)
            return str(value)

    known = Map(
        [rule("/<told:page>", defaults={"page": 1}, endpoint="page")], converters={"told": Told}
    )
    assert told == []
    pages = known.bind("inzozi.example")
    assert {pages.build("page", {"page": 1}) for _ in range(3)} == {"/1"}
    assert told == [1]
