"""One worker a diner, many diners beside each other."""

from threading import Event, Lock

import pytest

from engine.lanes import Lanes

WAIT_S = 5


class Work:
    """Counts who is at work, and lets a test hold a diner's work open."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.most_at_once = 0
        self.began: dict[int, Event] = {}
        self.gates: dict[int, Event] = {}
        self._now = 0
        self._lock = Lock()

    def __call__(self, diner_id: int) -> None:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        self.began.setdefault(diner_id, Event()).set()
        self.gates.setdefault(diner_id, _open_gate()).wait(WAIT_S)
        with self._lock:
            self._now -= 1
            self.done.append(diner_id)

    def hold(self, diner_id: int) -> Event:
        self.began[diner_id] = Event()
        self.gates[diner_id] = Event()
        return self.gates[diner_id]


def _open_gate() -> Event:
    gate = Event()
    gate.set()
    return gate


@pytest.fixture
def work() -> Work:
    return Work()


def test_one_diners_work_never_holds_up_anothers(work: Work) -> None:
    lanes = Lanes("test", work, at_once=2)
    gate = work.hold(1)
    lanes.wake(1)
    assert work.began[1].wait(WAIT_S)
    lanes.wake(2)
    gate_of_two = work.began.setdefault(2, Event())
    assert gate_of_two.wait(WAIT_S)
    gate.set()
    assert lanes.join(WAIT_S)
    assert work.done == [2, 1]


def test_who_is_woken_while_at_work_goes_round_once_more_and_never_twice_at_once(
    work: Work,
) -> None:
    lanes = Lanes("test", work, at_once=5)
    gate = work.hold(1)
    lanes.wake(1)
    assert work.began[1].wait(WAIT_S)
    for _ in range(3):
        lanes.wake(1)
    gate.set()
    assert lanes.join(WAIT_S)
    assert (work.done, work.most_at_once) == ([1, 1], 1)


def test_beyond_the_limit_diners_wait_in_the_order_they_were_woken(work: Work) -> None:
    lanes = Lanes("test", work, at_once=1)
    gate = work.hold(1)
    for diner_id in (1, 2, 3):
        lanes.wake(diner_id)
    assert lanes.is_busy_with(3)
    gate.set()
    assert lanes.join(WAIT_S)
    assert (work.done, work.most_at_once) == ([1, 2, 3], 1)


def test_work_that_fails_leaves_the_lane_alive() -> None:
    calls: list[int] = []

    def failing(diner_id: int) -> None:
        calls.append(diner_id)
        raise ValueError("the database is away")

    lanes = Lanes("test", failing, at_once=1)
    for _ in range(2):
        lanes.wake(1)
        assert lanes.join(WAIT_S)
    assert calls == [1, 1]


def test_after_close_nobody_is_woken(work: Work) -> None:
    lanes = Lanes("test", work, at_once=1)
    lanes.close()
    lanes.wake(1)
    assert lanes.join(WAIT_S)
    assert work.done == []


def test_join_says_when_somebody_is_still_at_work(work: Work) -> None:
    lanes = Lanes("test", work, at_once=1)
    gate = work.hold(1)
    lanes.wake(1)
    assert not lanes.join(0.01)
    gate.set()
    assert lanes.join(WAIT_S)
