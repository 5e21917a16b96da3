"""Circuit breaker: opens at a failure, lets one caller probe now and then, closes when one succeeds."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from practices.core import breaker
from practices.core.breaker import Breaker


@pytest.fixture
def clock(monkeypatch):
    """Return the time that breakers see; a test adds seconds to its only item."""
    now = [1000.0]
    monkeypatch.setattr(breaker, "monotonic", lambda: now[0])
    return now


def test_breaker_refuses_after_a_failure_until_its_seconds_are_over(clock):
    switch = Breaker("Redis", seconds=30)
    allowed = [switch.allows()]
    switch.failed("timeout")

    for seconds in (0, 29, 2):
        clock[0] += seconds
        allowed.append(switch.allows())

    assert allowed == [True, False, False, True]


def test_breaker_lets_one_of_many_probe(clock):
    switch = Breaker("Redis", seconds=30)
    switch.failed("timeout")
    clock[0] += 31

    with ThreadPoolExecutor(8) as threads:
        allowed = list(threads.map(lambda _number: switch.allows(), range(50)))

    assert allowed.count(True) == 1


def test_breaker_closes_when_a_probe_succeeds(clock):
    switch = Breaker("Redis", seconds=30)
    switch.failed("timeout")
    clock[0] += 31
    switch.allows()

    switch.succeeded()

    assert [switch.allows(), switch.allows(), switch.is_open] == [True, True, False]


def test_probe_that_fails_keeps_the_breaker_open_for_another_span(clock):
    switch = Breaker("Redis", seconds=30)
    switch.failed("timeout")
    clock[0] += 31
    switch.allows()
    switch.failed("timeout")
    clock[0] += 29

    assert not switch.allows()


def test_breaker_says_once_that_it_opens_and_once_that_it_closes(caplog):
    switch = Breaker("Redis", seconds=30)
    for _time in range(3):
        switch.failed("timeout")
    for _time in range(3):
        switch.succeeded()

    assert [record.getMessage() for record in caplog.records] == [
        "Redis does not answer and is left alone, but for a probe every 30 s: timeout",
        "Redis answers again.",
    ]
