"""Work shared among the processor's cores, with the same bits in the result however many there are."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar, copy_context
from typing import TypeVar

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # it brings no types

from convstudio.ops.limits import MOST_WORKERS

Tile = TypeVar("Tile")
Watch = Callable[[float], None]
"""Is told before every tile how much was done since it was told last; it stops the work by raising an error."""


BLAS = ThreadpoolController().limit(limits=1, user_api="blas")
"""BLAS, held to one thread for the whole process.

The tiles keep the cores busy, and a product's bits depend on how many threads share it. It is set once, on
import: OpenBLAS 0.3.31 ignores a change by any thread but the main one once a product has been computed, so
that setting and restoring it around each computation would fail on the worker threads where the window
computes.
"""


_HELPERS = ThreadPoolExecutor(MOST_WORKERS - 1, "convolution")
"""Threads that wait for tiles, started at the first need: waking one takes 20 µs, starting one 130."""


def _unwatched(_amount: float) -> None:
    pass


_WATCH: ContextVar[Watch] = ContextVar("watch", default=_unwatched)


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Let `watch` see, and stop, what is shared in this context; other threads' computations are not concerned.

    >>> amounts = []
    >>> with watched(amounts.append):
    ...     share([1, 2], list, workers=1, worth=10)
    >>> amounts
    [0.0, 5.0, 5.0]
    """
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)


def share(tiles: Sequence[Tile], work: Callable[[Iterable[Tile]], None], workers: int, worth: float = 0) -> None:
    """Let several threads take tiles until none is left.

    `work` is called once per thread with an iterable of the tiles it takes; tiles must not write to the same
    place. The first error stops all threads and is raised here. `worth` is what all tiles together count for
    the watcher, see `watched`. What `work` shares in turn has a part of the cores: threads that wait for each
    other's cores would take longer than one.

    >>> done = []
    >>> share([1, 2, 3], done.extend, workers=2)
    >>> sorted(done)
    [1, 2, 3]
    """
    waiting = deque(tiles)
    errors: list[BaseException] = []
    held = [work]
    each = worth / max(len(tiles), 1)
    threads = max(min(workers, len(tiles)), 1)

    def run() -> None:
        try:
            with limited(max(cores() // threads, 1)) if threads > 1 else nullcontext():
                held[0](_taken(waiting, each))
        except BaseException as error:  # raised again below, in the caller's thread
            waiting.clear()
            errors.append(error)

    helpers = [_HELPERS.submit(copy_context().run, run) for _ in range(threads - 1)]
    run()
    for helper in helpers:
        if not helper.cancel():  # one that is still busy elsewhere has nothing to do here any more
            helper.result()
    held.clear()  # a helper that is slow to forget its task would keep the arrays: the next ones would need more memory
    if errors:
        raise errors[0]


_SHARE: ContextVar[int] = ContextVar("share", default=MOST_WORKERS)


@contextmanager
def limited(most: int) -> Iterator[None]:
    """Let what is computed in this context use at most so many cores: other processes have the rest.

    >>> with limited(1):
    ...     cores()
    1
    """
    token = _SHARE.set(most)
    try:
        yield
    finally:
        _SHARE.reset(token)


def cores() -> int:
    """Count the cores that this process may use, at most `MOST_WORKERS`, and at most what `limited` leaves it.

    >>> 1 <= cores() <= MOST_WORKERS
    True
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_WORKERS, _SHARE.get())


def _taken(waiting: deque[Tile], each: float) -> Iterator[Tile]:
    watch = _WATCH.get()
    watch(0.0)
    while True:
        try:
            tile = waiting.popleft()
        except IndexError:
            return
        yield tile
        watch(each)
