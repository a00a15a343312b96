"""Background work: in order within a lane, lanes beside each other."""

import threading
import time
from functools import partial

import pytest

from sandbox.twilio.lanes import Lanes


def test_the_jobs_of_a_lane_run_in_order_and_lanes_beside_each_other() -> None:
    lanes = Lanes(workers=2)
    gate = threading.Event()
    over = threading.Event()
    done: list[str] = []
    lanes.add("slow", partial(gate.wait, 10))
    lanes.add("slow", partial(done.append, "second"))
    lanes.add("fast", partial(done.append, "first"))
    lanes.add("fast", gate.set)
    lanes.add("slow", over.set)
    assert over.wait(10)
    lanes.close()
    assert done == ["first", "second"]


def test_a_job_that_fails_ends_no_lane(caplog: pytest.LogCaptureFixture) -> None:
    lanes = Lanes(workers=1)
    over = threading.Event()
    lanes.add("lane", partial(int, "not a number"))
    lanes.add("lane", over.set)
    assert over.wait(10)
    lanes.close()
    assert "sandbox.job_failed" in caplog.text


def test_a_job_waits_for_its_time() -> None:
    lanes = Lanes(workers=1)
    over = threading.Event()
    started = time.monotonic()
    lanes.add("lane", over.set, delay_s=0.05)
    assert over.wait(10)
    lanes.close()
    assert time.monotonic() - started >= 0.05
