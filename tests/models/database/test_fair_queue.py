"""The fair queue for connections."""

from threading import Thread

from models.database.fair_queue import FairQueue

WAIT_S = 5


def test_places_go_to_whoever_has_waited_longest() -> None:
    places, came = FairQueue(1), []
    assert places.take(0)
    waiters = []
    for number in range(5):
        waiters.append(
            Thread(
                target=lambda number=number: came.append(number) if places.take(WAIT_S) else None
            )
        )
        waiters[-1].start()
        while len(places._waiting) <= number:
            pass
    for waiter in waiters:
        places.give_back()
        waiter.join(WAIT_S)
    assert came == [0, 1, 2, 3, 4]


def test_who_waits_in_vain_leaves_no_trace() -> None:
    places = FairQueue(1)
    assert places.take(0)
    assert not places.take(0.01)
    places.give_back()
    assert places.take(0)


def test_a_place_given_back_can_be_taken_again() -> None:
    places = FairQueue(2)
    assert [places.take(0.01) for _ in range(3)] == [True, True, False]
    places.give_back()
    assert places.take(0.01)
