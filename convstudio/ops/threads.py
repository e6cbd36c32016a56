"""Work shared among the processor's cores, with the same bits in the result however many there are."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import copy_context
from threading import Lock, Thread
from types import TracebackType
from typing import TypeVar

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # it brings no types

Tile = TypeVar("Tile")
MOST_WORKERS = 8
"""More threads than this only wait for each other: NumPy's calls are short."""


class _OneBlasThread:
    """Holds BLAS to one thread per call while anyone computes, since the tiles already keep the cores busy.

    BLAS has one setting for the whole process, so that overlapping computations must count who holds it: the
    last one to leave restores what the first one found.
    """

    def __init__(self) -> None:
        self._blas = ThreadpoolController().select(user_api="blas")
        self._lock = Lock()
        self._holders = 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._holders:
                self._limit = self._blas.limit(limits=1)
            self._holders += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._holders -= 1
            if not self._holders:
                self._limit.restore_original_limits()


one_blas_thread = _OneBlasThread()
"""BLAS's setting belongs to the process, and so must the one who counts its holders."""


def share(tiles: Sequence[Tile], work: Callable[[Iterable[Tile]], None], workers: int) -> None:
    """Let several threads take tiles until none is left.

    `work` is called once per thread with an iterable of the tiles it takes; tiles must not write to the same
    place. The first error stops all threads and is raised here.

    >>> done = []
    >>> share([1, 2, 3], done.extend, workers=2)
    >>> sorted(done)
    [1, 2, 3]
    """
    waiting = deque(tiles)
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work(_taken(waiting))
        except BaseException as error:  # raised again below, in the caller's thread
            waiting.clear()
            errors.append(error)

    helpers = [Thread(target=copy_context().run, args=(run,)) for _ in range(min(workers, len(tiles)) - 1)]
    for helper in helpers:
        helper.start()
    run()
    for helper in helpers:
        helper.join()
    if errors:
        raise errors[0]


def cores() -> int:
    """Count the cores that this process may use, at most `MOST_WORKERS`.

    >>> 1 <= cores() <= MOST_WORKERS
    True
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_WORKERS)


def _taken(waiting: deque[Tile]) -> Iterator[Tile]:
    while True:
        try:
            yield waiting.popleft()
        except IndexError:
            return
