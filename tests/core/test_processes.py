"""Worker processes."""

import os
import signal

import pytest

from practices.core.processes import worker_processes


def squared_where(number):
    """Return a square and the process that has computed it."""
    return number**2, os.getpid()


def squared_by_a_survivor(number):
    """Return a square, unless this is a worker, which is killed as by a system that is out of memory."""
    if os.getpid() != number.parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


class Number(int):
    def __new__(cls, value, parent):
        number = super().__new__(cls, value)
        number.parent = parent
        return number

    def __getnewargs__(self):
        return int(self), self.parent


@pytest.mark.parametrize(("number", "here"), [(0, 12), (2, 3)])
def test_work_is_done_in_order_and_after_the_first_by_workers(number, here):
    with worker_processes(number, after=3) as processes:
        found = list(processes.map(squared_where, [(f"task {given}", given) for given in range(12)]))

    assert [(task, square) for task, (square, _where) in found] == [
        (f"task {given}", given**2) for given in range(12)
    ]
    assert [where == os.getpid() for _task, (_square, where) in found] == [True] * here + [False] * (
        12 - here
    )


def test_work_of_a_worker_that_was_killed_is_done_here():
    tasks = [(given, Number(given, os.getpid())) for given in range(6)]

    with worker_processes(1, after=0) as processes:
        found = list(processes.map(squared_by_a_survivor, tasks))

    assert found == [(given, given**2) for given in range(6)]


def test_no_more_is_read_ahead_than_workers_need():
    read = []
    tasks = ((read.append(given), given) for given in range(100))

    with worker_processes(1, after=0) as processes:
        next(processes.map(squared_where, tasks))

    assert len(read) == 3
