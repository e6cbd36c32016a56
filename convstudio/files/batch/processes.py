"""Work on many inputs in several processes of this machine.

`concurrent.futures` has such a pool, but there one killed process takes all pending work with it and does not tell
which input it died of, and its processes outlive a parent that is killed. Here every process has a pipe of its own.
"""

from __future__ import annotations

import queue
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context
from multiprocessing.context import SpawnContext, SpawnProcess

from convstudio.files.batch.memory import keep_memory
from convstudio.files.batch.tasks import InputTask, Result, Runner, Work, attempt
from convstudio.files.problems import FileProblem, named, reason
from convstudio.ops.threads import cores, limited

_AHEAD = 4
"""Inputs that a process has waiting, so that it need not pause while results are written."""

_CHANCES = 2
"""How often an input is tried whose process ends under it: somebody may have killed that one by mistake."""


_LOOK = 0.1  # seconds between two looks whether the results are still wanted


def in_processes(count: int, look: Callable[[], object] | None = None, *, in_order: bool = True) -> Runner:
    """Return what works in so many processes; each is started fresh, whatever this one did before.

    Where there is `look`, it is called several times a second while results are waited for; it stops all by an error.
    Results that are not wanted `in_order` are yielded when they are there.
    """

    def run(work: Work, tasks: Iterable[InputTask]) -> Generator[Result]:
        pool = _ProcessPool(work, count, look, in_order=in_order)
        try:
            yield from pool.results(iter(tasks))
        finally:
            pool.close()

    return run


class _ProcessPool:
    """Hands inputs to processes, and brings what comes back into the order of the inputs, unless that is not wanted."""

    def __init__(self, work: Work, count: int, look: Callable[[], object] | None, *, in_order: bool) -> None:
        self._work, self._count, self._look, self._in_order = work, count, look, in_order
        self._context = get_context("spawn")
        self._workers: list[_WorkerProcess] = []
        self._again: deque[tuple[int, InputTask]] = deque()
        self._deaths: dict[int, int] = {}
        self._done: dict[int, Result] = {}

    def results(self, tasks: Iterator[InputTask]) -> Iterator[Result]:
        numbered, place, given = enumerate(tasks), 0, None
        while True:
            while self._has_room() and (given := self._following(numbered)) is not None:
                self._free_worker().give(*given)
            while self._done and (place in self._done or not self._in_order):
                yield self._done.pop(place if self._in_order else next(iter(self._done)))
                place += 1
            if not self._collect() and given is None:
                return

    def close(self) -> None:
        """End every process at once: they write nothing."""
        for worker in self._workers:
            worker.end()

    def _following(self, numbered: Iterator[tuple[int, InputTask]]) -> tuple[int, InputTask] | None:
        return self._again.popleft() if self._again else next(numbered, None)

    def _has_room(self) -> bool:
        """Return whether another input may be begun: results that come early are kept until their turn."""
        held = sum(len(worker.tasks) for worker in self._workers) + len(self._done)
        return bool(self._again) or held < self._count * _AHEAD

    def _free_worker(self) -> _WorkerProcess:
        """Return the process with the least to do; one is started where all others are busy and there may be more."""
        least = min(self._workers, key=lambda worker: len(worker.tasks), default=None)
        if least is None or (least.tasks and len(self._workers) < self._count):
            least = _WorkerProcess(self._work, self._context, max(1, cores() // self._count))
            self._workers.append(least)
        return least

    def _collect(self) -> bool:
        """Wait for results, and take all that are there; return False where nothing is under way."""
        busy = {worker.pipe: worker for worker in self._workers if worker.tasks}
        if not busy:
            return False
        if self._look is not None:
            self._look()
        for ready in connection.wait(list(busy), None if self._look is None else _LOOK):
            worker = busy[ready]  # type: ignore[index]  # only pipes were asked for
            try:
                number, result = worker.pipe.recv()
            except (EOFError, OSError):
                self._bury(worker)
            else:
                del worker.tasks[number]
                self._done[number] = result
        return True

    def _bury(self, worker: _WorkerProcess) -> None:
        """Give what a dead process had to others; what it died of twice has no result."""
        self._workers.remove(worker)
        worker.end()
        (number, task), *waiting = worker.tasks.items()
        self._again.extendleft(reversed(waiting))
        self._deaths[number] = self._deaths.get(number, 0) + 1
        if self._deaths[number] < _CHANCES:
            self._again.appendleft((number, task))
        else:
            self._done[number] = Result(
                None,
                f"{named(task.spec)} ended the process that worked on it, probably for lack of memory: "
                "make it smaller, or use fewer --jobs",
                spec=task.spec,
            )


class _WorkerProcess:
    """One process, and the inputs that it was given and has not answered yet, in their order."""

    def __init__(self, work: Work, context: SpawnContext, most_cores: int) -> None:
        self.tasks: dict[int, InputTask] = {}
        self.pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, work, most_cores), daemon=True)
        try:
            with _deaf_to_ctrl_c():
                self._process.start()
        except OSError as error:
            raise FileProblem(
                f"the system did not start another process ({reason(error)}): close other programs, or use fewer --jobs"
            ) from None
        finally:
            theirs.close()  # else the pipe would not end with the process

    def give(self, number: int, task: InputTask) -> None:
        self.tasks[number] = task
        with suppress(OSError):  # it has just died, and the pipe's other end will tell
            self.pipe.send((number, task))

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _serve(pipe: connection.Connection[object, object], work: Work, most_cores: int) -> None:
    """Answer until the other end is gone, also where that was killed; the other processes have the other cores."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches every process of a terminal: the parent ends this one
    keep_memory()
    waiting: queue.SimpleQueue[tuple[int, InputTask] | None] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(pipe, waiting), daemon=True).start()
    with suppress(OSError), limited(most_cores):
        while (given := waiting.get()) is not None:
            number, task = given
            pipe.send((number, attempt(work, task)))


def _receive(
    pipe: connection.Connection[object, object], waiting: queue.SimpleQueue[tuple[int, InputTask] | None]
) -> None:
    """Take inputs out of the pipe as they come: if both ends only sent, both would wait for ever."""
    with suppress(EOFError, OSError):
        while True:
            waiting.put(pipe.recv())  # type: ignore[arg-type]  # the parent sends nothing else
    waiting.put(None)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Let a process that is started here ignore Ctrl+C from its first moment on, which Windows cannot."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
