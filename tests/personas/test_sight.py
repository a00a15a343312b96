"""What of conversations somebody's rights let them read."""

from models.console.sight import EVERYTHING
from models.templates import BUDGET, STAFF_NOTICE
from personas.catalogue import PERSONAS
from personas.rights import RIGHTS_OF
from personas.sight import sight_of


def test_who_sees_the_books_reads_everything() -> None:
    assert sight_of(RIGHTS_OF["owner"], PERSONAS) is EVERYTHING


def test_the_others_read_no_result_and_no_reply_that_may_tell_of_them() -> None:
    sight = sight_of(RIGHTS_OF["manager"], PERSONAS)
    assert sight.tools is not None
    assert not {"fetch_financials", "list_accounts"} & sight.tools
    assert "lookup_menu" in sight.tools
    assert not sight.has_persona("cfo")
    assert not sight.has_purpose(BUDGET)
    for key in ("waiter", None):
        assert sight.has_persona(key)
    assert sight.has_purpose(STAFF_NOTICE)


def test_each_tool_that_needs_a_right_is_closed_to_who_has_none() -> None:
    sight = sight_of(frozenset(), PERSONAS)
    closed = {tool.name for each in PERSONAS.values() for tool in each.tools if tool.needs}
    assert closed
    assert sight.tools is not None
    assert not closed & sight.tools
