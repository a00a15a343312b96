"""A turn is judged by what was called, what the reply says and what it offers."""

from decimal import Decimal
from typing import Any

import pytest

from evaluation.case import Exchange
from evaluation.judging import Called, Played, faults_of, matches
from models.menu import ALLERGENS, MenuItem

LOOKED_UP = Called(
    "lookup_menu",
    {"query": "Café", "dietary": ["vegan", "halal"]},
    {"found": 0, "understood": {"excluded_allergens": ["nuts", "peanuts"]}},
)


def _faults(expected: dict[str, Any], reply: str = "", *calls: Called, **played: Any) -> list[str]:
    exchange = Exchange(says="...", **expected)
    told = Played(reply, calls, **({"persona": "waiter"} | played))
    return [each for each in faults_of(exchange, told, _menu()) if not each.startswith("reply: ")]


@pytest.mark.parametrize(
    ("expected", "actual", "is_there"),
    [
        ("cafe", "Un CAFÉ crème", True),
        ("tea|cafe", "Café", True),
        ("tea", "Café", False),
        (["nuts"], ["nuts", "milk"], True),
        (["nuts", "eggs"], ["nuts", "milk"], False),
        (["nuts"], "nuts and milk", True),
        ([], ["nuts"], True),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ({"a": {"b": 1}}, {"a": {}}, False),
        ({"a": 1}, "a", False),
        (0, 0, True),
        (0, 10, False),
        (True, True, True),
        (True, "True", False),
        (None, None, True),
    ],
)
def test_a_value_has_what_is_expected_of_it(expected: Any, actual: Any, is_there: bool) -> None:
    assert matches(expected, actual) is is_there


def test_a_call_that_is_missing_or_forbidden_is_a_fault() -> None:
    expected = {"tool": "lookup_menu", "arguments": {"query": "cafe", "dietary": ["halal"]}}
    assert not _faults({"calls": [expected]}, "", LOOKED_UP)
    assert not _faults(
        {
            "calls": [
                {"tool": "lookup_menu", "answer": {"understood": {"excluded_allergens": ["nuts"]}}}
            ]
        },
        "",
        LOOKED_UP,
    )
    assert _faults({"calls": [expected | {"arguments": {"query": "tea"}}]}, "", LOOKED_UP) == [
        "no call of lookup_menu(query=tea)"
    ]
    assert _faults({"never": ["lookup_menu"]}, "", LOOKED_UP) == ["called lookup_menu"]
    # Some of one call and some of another is neither.
    other = Called("lookup_menu", {"query": "tea"}, {})
    both = {"arguments": {"query": "tea"}, "answer": {"found": 0}}
    assert _faults({"calls": [{"tool": "lookup_menu"} | both]}, "", LOOKED_UP, other)


def test_what_a_reply_must_and_must_not_say() -> None:
    assert not _faults({"must": ["espresso|tea", "RWF"], "must_not": ["free of"]}, "Tea, RWF 500")
    assert _faults({"must": ["coffee"], "must_not": ["tea"]}, "Tea") == [
        "says nothing of 'coffee'",
        "says 'tea'",
    ]


@pytest.mark.parametrize(
    ("unwanted", "offered"),
    [
        (["peanuts"], ["Isombe"]),
        (["nuts"], ["Cake"]),  # it may contain them
        (["vegan"], ["Cake", "Isombe", "Tea"]),
        (["pescatarian"], ["Cake", "Isombe", "Tea"]),  # a vegan dish is one
        (["milk"], ["Tea"]),  # its row does not say
        ([], []),
    ],
)
def test_a_dish_that_a_diner_must_not_have_is_not_to_be_offered(
    unwanted: list[str], offered: list[str]
) -> None:
    faults = _faults({"offers_none_with": unwanted}, "*Cake*, *Isombe*, *Salad*, *Tea*; no Soup")
    assert faults == [f"offers {name}" for name in offered]


@pytest.mark.parametrize(
    ("reply", "is_offered"),
    [
        ("Try *Isombe*!", True),
        ("Try **Isombe**!", True),
        ("*Isombe* – RWF 9,000", True),
        ("*Isombe – RWF 9,000*", True),
        ("Here:\n*Isombe:* cassava leaves", True),
        ("1. *Isombe, RWF 9000*", True),
        ("We have\n- Isombe – RWF 9,000", True),
        ("We have\n2) _Isombe_", True),
        ("I can't offer Isombe.", False),
        ("*Isombes*", False),
        ("*Isombe of the house*", False),  # a dish of its own
        ("*Tea* - Isombe has peanuts", False),
    ],
)
def test_an_offer_is_seen_however_it_is_written(reply: str, is_offered: bool) -> None:
    menu = [*_menu(), _dish("Isombe of the house")]
    exchange = Exchange(says="...", offers_none_with=["peanuts"])
    faults = faults_of(exchange, Played(reply, (), "waiter"), menu)
    assert bool(faults) is is_offered


def test_an_apology_is_no_answer_and_the_wrong_persona_is_a_fault() -> None:
    assert _faults({}, "Sorry", cause="timeout") == ["no answer: timeout"]
    assert _faults({"persona": "cfo"}) == ["the diner talks to the waiter, not the cfo"]


def _menu() -> list[MenuItem]:
    return [
        _dish("Cake", may_contain=["nuts"]),
        _dish("Isombe", allergens=["peanuts"]),
        _dish("Salad", dietary=["vegan"]),
        _dish("Tea", free_of=["peanuts", "nuts"]),
        _dish("Soup", allergens=["peanuts"]),
    ]


def _dish(name: str, **facts: list[str]) -> MenuItem:
    lists = {key: facts.get(key, []) for key in ("allergens", "may_contain", "dietary", "keywords")}
    rest = [each for each in ALLERGENS if each not in (*lists["allergens"], *lists["may_contain"])]
    return MenuItem(
        name=name,
        slug=name.lower(),
        price=Decimal(1),
        category="Food",
        description="",
        free_of=facts.get("free_of", rest),
        **lists,
    )


def test_whether_a_picture_goes_with_a_reply_is_judged() -> None:
    tea = {"name": "Tea", "image_url": "https://x.rw/tea.jpg"}
    found = Called("lookup_menu", {}, {"items": [tea, {"name": "Isombe", "image_url": ""}]})
    assert not _faults({"picture": True}, "*Tea* is hot.", found)
    assert not _faults({"picture": False}, "*Tea* or *Isombe*?", found)
    assert not _faults({"picture": False}, "*Isombe* is warm.", found)
    assert _faults({"picture": True}, "*Tea* or *Isombe*?", found) == ["no picture goes with it"]
    assert _faults({"picture": False}, "*Tea* is hot.", found) == ["a picture goes with it"]
    assert not _faults({}, "*Tea* is hot.", found)
