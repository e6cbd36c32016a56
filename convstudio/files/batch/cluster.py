"""Work on many inputs on the workers of a Dask scheduler that runs already.

The bytes of an input are sent to a worker, and the bytes of the files that it becomes are sent back and written here:
the workers need no folder of the user's, and one that dies leaves no half-written file. Dask gives what it had to
another worker. The bits are those of one process where the workers have the same kind of processor.
"""

from __future__ import annotations

import logging
import pickle
import socket
import time
import warnings
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from convstudio import __version__
from convstudio.files.batch.memory import keep_memory
from convstudio.files.batch.tasks import InputTask, Result, Runner, Work, attempt
from convstudio.files.problems import FileProblem, named
from convstudio.ops.threads import limited

MISSING = '--cluster needs the package distributed: install it with “pip install "convstudio[cluster]"”, or use --jobs.'

ANSWER = 10.0
"""Seconds in which a scheduler must answer, and again seconds in which it must have a worker."""
_PATIENCE = 60.0
"""Seconds for which a cluster may have no worker: those that died may be started again."""
_LOOK = 1.0  # seconds after which it is checked again whether there is a worker
_EACH = 3  # bundles of inputs that a thread of a worker has or waits for
_FIRST_BUNDLE, _LARGEST_BUNDLE = 8, 64  # inputs
_BUNDLE_BYTES = 4 * 2**20
_BUNDLE_SECONDS = 1.0
"""Seconds of a worker that a bundle is meant to take: long against a message, short against the end of a run."""


@dataclass(frozen=True, eq=False)
class _Bundle:
    """Inputs that are worked on together, and what Dask gives for their results."""

    tasks: Sequence[InputTask]
    future: Any


class _BundleSize:
    """How many inputs are sent together: to send one takes Dask as long as to work on a small one."""

    def __init__(self, *, is_slow: bool) -> None:
        self.inputs = 1 if is_slow else _FIRST_BUNDLE
        """The number of inputs of the next bundle."""

    def learn(self, count: int, seconds: float) -> None:
        """Fit the next bundles to the time that a worker took for some inputs."""
        self.inputs = round(min(max(count * _BUNDLE_SECONDS / max(seconds, 1e-6), 1), _LARGEST_BUNDLE))


def on_cluster(address: str, answer: float = ANSWER, *, is_slow: bool = False) -> Runner:
    """Return what works on the cluster with the scheduler at an address; raise FileProblem without Dask.

    `answer` is the number of seconds in which the scheduler must answer, and then have a worker. Where each input
    `is_slow`, the first are sent one by one, and results are yielded as soon as they are there, in any order.
    """
    if find_spec("distributed") is None:
        raise FileProblem(MISSING)
    scheduler = _scheduler(address)

    def run(work: Work, tasks: Iterable[InputTask]) -> Generator[Result]:
        with _quiet(), _client(scheduler, answer) as client:
            waiting: deque[_Bundle] = deque()
            try:
                yield from _results(client, work, tasks, waiting, scheduler, is_slow=is_slow)
            finally:
                with suppress(Exception):  # what is still waited for is not wanted any more, if anybody listens
                    client.cancel([bundle.future for bundle in waiting])

    return run


def _scheduler(address: str) -> str:
    """Return an address with its protocol; raise FileProblem where it cannot be one, or its machine is not known.

    Dask would try for as long as a scheduler may take to answer.
    """
    from distributed.comm.addressing import get_address_host_port  # an extra, imported for its door alone

    whole = address if "://" in address else f"tcp://{address}"
    try:
        socket.getaddrinfo(*get_address_host_port(whole, strict=True))
    except (OSError, ValueError):
        raise FileProblem(
            f"{named(address)} is not the address of a scheduler: give one such as tcp://host:8786"
        ) from None
    return whole


def _results(
    client: Any,
    work: Work,
    tasks: Iterable[InputTask],
    waiting: deque[_Bundle],
    address: str,
    *,
    is_slow: bool,
) -> Iterator[Result]:
    """Keep every thread of the workers busy; yield what comes back in the order of the inputs, or what is there."""

    def following() -> _Bundle:
        done = (bundle for bundle in waiting if bundle.future.done()) if is_slow else ()
        return next(iter(done), waiting[0])

    unpacked = client.submit(_unpack, __version__, pickle.dumps(work), pure=False)
    counted, most, size = -_LOOK, 0, _BundleSize(is_slow=is_slow)
    for tied in _tied(tasks, size):
        waiting.append(_Bundle(tied, _submitted(client, unpacked, tied)))
        if time.monotonic() - counted > _LOOK:  # workers come and go, and to ask takes as long as a small input
            counted, most = time.monotonic(), _EACH * max(1, _threads(client))
        while len(waiting) > most or (waiting and following().future.done()):
            bundle = following()
            yield from _answers(client, unpacked, bundle, address, size)
            waiting.remove(bundle)
    while waiting:
        bundle = following()
        yield from _answers(client, unpacked, bundle, address, size)
        waiting.remove(bundle)


def _tied(tasks: Iterable[InputTask], size: _BundleSize) -> Iterator[list[InputTask]]:
    """Tie inputs together, as many as the size is by then, and no more bytes than are good to send."""
    bundle: list[InputTask] = []
    held = 0
    for task in tasks:
        bundle.append(task)
        held += len(task.data or b"")
        if len(bundle) >= size.inputs or held > _BUNDLE_BYTES:
            yield bundle
            bundle, held = [], 0
    if bundle:
        yield bundle


def _answers(client: Any, unpacked: Any, bundle: _Bundle, address: str, size: _BundleSize) -> list[Result]:
    """Wait for the results of inputs; where their workers died, one by one, so that only the deadly one has none."""
    answer = _answer(client, bundle.future, address)
    if answer is not None:
        results, seconds = answer
        size.learn(len(results), seconds)
        return results
    if len(bundle.tasks) > 1:
        alone = (_Bundle([task], _submitted(client, unpacked, [task])) for task in bundle.tasks)
        return [result for one in alone for result in _answers(client, unpacked, one, address, size)]
    return [
        Result(
            None,
            f"{named(bundle.tasks[0].spec)} ended the workers that worked on it, probably for lack of memory: "
            "make it smaller",
            spec=bundle.tasks[0].spec,
        )
    ]


def _answer(client: Any, future: Any, address: str) -> tuple[list[Result], float] | None:
    """Wait for an answer, None where its workers died; raise FileProblem where the cluster cannot give any."""
    from distributed import KilledWorker  # an extra, imported for its door alone

    last_seen = time.monotonic()
    while True:
        try:
            answer: tuple[list[Result], float] = future.result(timeout=_LOOK)
        except TimeoutError:
            last_seen = time.monotonic() if _threads(client) else last_seen
            if time.monotonic() - last_seen > _PATIENCE:
                raise FileProblem(
                    f"the cluster at {named(address)} has no workers any more: start some, and give the command again"
                ) from None
        except KilledWorker:
            return None
        except FileProblem:
            raise
        except (CancelledError, OSError):
            raise FileProblem(
                f"the cluster at {named(address)} is gone: start its scheduler, and give the command again"
            ) from None
        except Exception as fault:  # a worker without this program, or whatever else others' machines bring
            raise FileProblem(
                f"the workers of {named(address)} cannot work ({type(fault).__name__}: {fault}): "
                f"install ConvStudio {__version__} on each of them"
            ) from None
        else:
            return answer


@contextmanager
def _client(address: str, answer: float) -> Iterator[Any]:
    """Connect to a scheduler; raise FileProblem where it does not answer or has no workers."""
    from distributed import Client  # an extra, imported for its door alone

    connect: Any = Client
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about versions of packages that this work does not need
            client = connect(address, timeout=answer, set_as_default=False, name="convstudio")
    except (OSError, ValueError, TimeoutError, TypeError):
        raise FileProblem(
            f"the cluster at {named(address)} does not answer: start its scheduler, or check the address"
        ) from None
    try:
        with suppress(TimeoutError):
            client.wait_for_workers(1, timeout=answer)
        if not _threads(client):
            raise FileProblem(f"the cluster at {named(address)} has no workers: start some with “dask worker”")
        yield client
    finally:
        with suppress(Exception):  # the scheduler may be gone
            client.close(timeout=answer)


def _submitted(client: Any, unpacked: Any, tasks: Sequence[InputTask]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that an input is large is known
        return client.submit(_attempt_all, unpacked, tasks, pure=False)


def _attempt_all(work: Work, tasks: Sequence[InputTask]) -> tuple[list[Result], float]:
    """Work on inputs in one thread of a worker, which for Dask is one core: its other threads have the others.

    The results come with the seconds that they took.
    """
    start = time.perf_counter()
    with limited(1):
        return [attempt(work, task) for task in tasks], time.perf_counter() - start


def _threads(client: Any) -> int:
    """Count the threads of all workers; a scheduler that is gone has none."""
    try:
        workers = client.scheduler_info(n_workers=-1)["workers"]
    except OSError:
        return 0
    return sum(worker["nthreads"] for worker in workers.values())


def _unpack(version: str, packed: bytes) -> Work:
    """Unpack the work on a worker, once; raise FileProblem where the worker's version is another."""
    if version != __version__:
        raise FileProblem(
            f"a worker of the cluster has ConvStudio {__version__}: install {version} there, which is the one here"
        )
    keep_memory()
    work: Work = pickle.loads(packed)  # it comes from the program that asked
    return work


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own reports of lost workers off the terminal: what matters becomes a sentence."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
