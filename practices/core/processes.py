"""Worker processes for long work that needs the processor and no lock, beside a process that writes to the database."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial

from practices.core import worker_process


class Processes:
    """Worker processes, started once there was enough work, as each takes some seconds and 200 MiB to start.

    Without any, as with `number` 0, and until they are started, all is done in this process.
    """

    def __init__(self, number: int, *, after: int) -> None:
        self._number, self._left_here = number, after
        self._pool: ProcessPoolExecutor | None = None

    def map[Task, Given, Made](
        self, function: Callable[[Given], Made], tasks: Iterable[tuple[Task, Given]]
    ) -> Iterator[tuple[Task, Made]]:
        """Yield each task, in order, with what `function` returns for what is given with it.

        Workers must be able to import the function. Tasks are read a few ahead, so that workers always have some.
        """
        waiting: deque[tuple[Task, Callable[[], Made]]] = deque()
        for task, given in tasks:
            if (pool := self._started()) is None:
                yield task, function(given)
                continue
            waiting.append((task, _begun(pool, function, given)))
            if len(waiting) > 2 * self._number:
                first, made = waiting.popleft()
                yield first, made()
        for first, made in waiting:
            yield first, made()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor | None:
        if self._number and self._left_here > 0:
            self._left_here -= 1
        elif self._number and self._pool is None:
            # A copy of this process (fork) would share its connection to the database.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._number, context, initializer=worker_process.begin)
        return self._pool


def _begun[Given, Made](
    pool: ProcessPoolExecutor, function: Callable[[Given], Made], given: Given
) -> Callable[[], Made]:
    """Have a worker begin, and return a function that waits for what it makes."""
    try:
        future = pool.submit(function, given)
    except BrokenProcessPool:
        return partial(function, given)

    def made() -> Made:
        try:
            return future.result()
        except BrokenProcessPool:  # a worker was killed, such as for want of memory
            return function(given)

    return made


@contextmanager
def worker_processes(number: int, *, after: int) -> Iterator[Processes]:
    """Yield worker processes that end with the block. The first `after` tasks are done in this process."""
    processes = Processes(number, after=after)
    try:
        yield processes
    finally:
        processes.close()
