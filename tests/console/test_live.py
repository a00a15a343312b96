"""A page that changes by itself: what is new is sent, to whoever may still see it."""

from collections.abc import Iterator
from itertools import islice
from threading import Event, Thread

import pytest

from handlers.console.live import MOST_OF_ONE, Live, mark_of, watching
from models.database.absence import DatabaseUnavailableError
from tests.models.desk import eventually

LOOK_S = 0.01


class Table:
    """What a page shows, and how often it was looked at."""

    def __init__(self) -> None:
        self.row = "one"
        self.looks = 0
        self.is_away = False

    def render(self) -> str:
        self.looks += 1
        if self.is_away:
            raise DatabaseUnavailableError("unreachable")
        return f"<p>{self.row}</p>\n<p>a second line</p>"


@pytest.fixture
def stopping() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


@pytest.fixture
def table() -> Table:
    return Table()


def watch(live: Live, table: Table, seen: str = "", may: bool = True) -> Iterator[str]:
    return live.events("key", "rows", table.render, seen=seen, may_go_on=lambda: may)


def test_who_has_not_seen_it_gets_it_and_then_each_that_is_new(
    stopping: Event, table: Table
) -> None:
    events = watch(Live(stopping, LOOK_S), table)
    assert next(events).startswith("retry:")
    first = next(events)
    assert first.startswith("event: rows\nid: ")
    assert first.endswith("data: <p>one</p>\ndata: <p>a second line</p>\n\n")
    table.row = "two"
    assert "two" in next(events)
    events.close()  # type: ignore[attr-defined]


def test_who_has_seen_it_waits_for_the_next(stopping: Event, table: Table) -> None:
    events = watch(Live(stopping, LOOK_S), table, seen=mark_of(table.render()))
    next(events)

    def changes() -> None:
        assert eventually(lambda: table.looks > 3)
        table.row = "two"

    Thread(target=changes).start()
    assert "two" in next(events)


def test_where_nothing_is_written_nothing_is_rendered(stopping: Event, table: Table) -> None:
    marks = [0]
    looks: list[int] = []

    def written() -> int:
        looks.append(marks[-1])
        return marks[-1]

    events = watch(Live(stopping, LOOK_S, written), table)
    list(islice(events, 2))

    def changes() -> None:
        assert eventually(lambda: len(looks) > 5)
        rendered.append(table.looks)
        table.row = "two"
        marks.append(1)

    rendered: list[int] = []
    Thread(target=changes).start()
    assert "two" in next(events)
    assert rendered == [1]


def test_what_time_alone_changes_is_seen_too(stopping: Event, table: Table) -> None:
    live = Live(stopping, LOOK_S, lambda: "never written to")
    events = live.events(
        "key", "rows", table.render, seen="", may_go_on=lambda: True, render_s=3 * LOOK_S
    )
    list(islice(events, 2))
    table.row = "two"
    assert "two" in next(events)


def test_many_who_watch_the_same_are_one_look(stopping: Event, table: Table) -> None:
    live = Live(stopping, look_s=60)
    readers = [watch(live, table) for _ in range(5)]
    assert all("one" in list(islice(each, 2))[1] for each in readers)
    assert (table.looks, live.streams) == (1, 5)
    for each in readers:
        each.close()  # type: ignore[attr-defined]
    assert live.streams == 0


def test_all_ends_at_once_when_the_process_stops(stopping: Event, table: Table) -> None:
    events = watch(Live(stopping, look_s=60), table)
    list(islice(events, 2))
    Thread(target=stopping.set).start()
    assert list(events) == []


def test_who_is_let_in_no_longer_sees_nothing_new(stopping: Event, table: Table) -> None:
    told = list(watch(Live(stopping, LOOK_S), table, may=False))
    assert told[1:] == ["event: over\ndata: \n\n"]


def test_while_the_database_is_away_the_page_stays_as_it_was(stopping: Event, table: Table) -> None:
    events = watch(Live(stopping, LOOK_S), table)
    list(islice(events, 2))
    table.is_away = True
    looks = table.looks

    def comes_back() -> None:
        assert eventually(lambda: table.looks > looks + 2)
        table.row = "back"
        table.is_away = False

    Thread(target=comes_back).start()
    assert "back" in next(events)


def test_a_page_that_has_just_begun_waits_for_the_database(stopping: Event, table: Table) -> None:
    table.is_away = True
    events = watch(Live(stopping, LOOK_S), table)
    next(events)

    def comes_back() -> None:
        assert eventually(lambda: table.looks > 2)
        table.is_away = False

    Thread(target=comes_back).start()
    assert "one" in next(events)


def test_what_is_new_waits_until_it_is_known_who_may_see_it(stopping: Event, table: Table) -> None:
    known = iter((False, False, True))

    def may_go_on() -> bool:
        if not next(known):
            raise DatabaseUnavailableError("unreachable")
        return True

    events = Live(stopping, LOOK_S).events(
        "key", "rows", table.render, seen="", may_go_on=may_go_on
    )
    told = list(islice(events, 4))
    assert told[1:3] == [": still here\n\n"] * 2
    assert "one" in told[3]


def test_a_fragment_on_its_page_says_which_one_it_is() -> None:
    shown = watching("/console/kigali/x/live?a=1", "rows", "<p>&amp;</p>")
    mark = mark_of("<p>&amp;</p>")
    assert f'sse-connect="/console/kigali/x/live?a=1&amp;seen={mark}"' in shown
    assert shown.endswith('sse-swap="rows" sse-close="over"><p>&amp;</p></div>')


def test_of_too_many_pages_of_ones_own_the_oldest_ends(stopping: Event, table: Table) -> None:
    live = Live(stopping, LOOK_S)

    def begun(whose: str) -> Iterator[str]:
        return live.events(
            "key", "rows", table.render, seen="", may_go_on=lambda: True, whose=whose
        )

    anothers = begun("ben")
    oldest, *others = (begun("anna") for _ in range(MOST_OF_ONE + 1))
    for each in (anothers, oldest, *others):
        next(each)
    assert list(oldest) == []
    assert live.streams == MOST_OF_ONE + 1
    assert all("one" in next(each) for each in (anothers, *others))
