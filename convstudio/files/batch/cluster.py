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
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any

from convstudio import __version__
from convstudio.files.batch.tasks import InputTask, Result, Runner, Work, attempt
from convstudio.files.problems import FileProblem, named

MISSING = "--cluster needs the package distributed: install it with “pip install convstudio[cluster]”, or use --jobs."

_ANSWER = 10.0
"""Seconds in which a scheduler must answer."""
_PATIENCE = 60.0
"""Seconds for which a cluster may have no worker: those that died may be started again."""
_LOOK = 1.0  # seconds after which it is checked again whether there is a worker
_EACH = 3  # inputs that a thread of a worker has or waits for


def on_cluster(address: str) -> Runner:
    """Return what works on the cluster with the scheduler at an address; raise FileProblem without Dask."""
    if find_spec("distributed") is None:
        raise FileProblem(MISSING)
    scheduler = _scheduler(address)

    def run(work: Work, tasks: Iterable[InputTask]) -> Iterator[Result]:
        with _quiet(), _client(scheduler) as client:
            waiting: deque[Any] = deque()
            try:
                yield from _results(client, work, tasks, waiting, scheduler)
            finally:
                with suppress(Exception):  # what is still waited for is not wanted any more, if anybody listens
                    client.cancel(list(waiting))

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
    client: Any, work: Work, tasks: Iterable[InputTask], waiting: deque[Any], address: str
) -> Iterator[Result]:
    """Keep every thread of the workers busy; yield what comes back in the order of the inputs."""
    unpacked = client.submit(_unpack, __version__, pickle.dumps(work), pure=False)
    for task in tasks:
        waiting.append(_submitted(client, unpacked, task))
        while len(waiting) > _EACH * max(1, _threads(client)) or (waiting and waiting[0].done()):
            yield _answer(client, waiting[0], waiting[0].convstudio_task, address)
            waiting.popleft()
    while waiting:
        yield _answer(client, waiting[0], waiting[0].convstudio_task, address)
        waiting.popleft()


def _answer(client: Any, future: Any, task: InputTask, address: str) -> Result:
    """Wait for a result; raise FileProblem where the cluster cannot give any."""
    from distributed import KilledWorker  # an extra, imported for its door alone

    last_seen = time.monotonic()
    while True:
        try:
            result: Result = future.result(timeout=_LOOK)
        except TimeoutError:
            last_seen = time.monotonic() if _threads(client) else last_seen
            if time.monotonic() - last_seen > _PATIENCE:
                raise FileProblem(
                    f"the cluster at {named(address)} has no workers any more: start some, and give the command again"
                ) from None
        except KilledWorker:
            return Result(
                None,
                f"{named(task.spec)} ended the workers that worked on it, probably for lack of memory: make it smaller",
            )
        except FileProblem:
            raise
        except CancelledError:
            raise FileProblem(
                f"the cluster at {named(address)} is gone: start its scheduler, and give the command again"
            ) from None
        except Exception as fault:  # a worker without this program, or whatever else others' machines bring
            raise FileProblem(
                f"the workers of {named(address)} cannot work ({type(fault).__name__}: {fault}): "
                f"install ConvStudio {__version__} on each of them"
            ) from None
        else:
            return result


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """Connect to a scheduler; raise FileProblem where it does not answer or has no workers."""
    from distributed import Client  # an extra, imported for its door alone

    connect: Any = Client
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about versions of packages that this work does not need
            client = connect(address, timeout=_ANSWER, set_as_default=False, name="convstudio")
    except (OSError, ValueError, TimeoutError, TypeError):
        raise FileProblem(
            f"the cluster at {named(address)} does not answer: start its scheduler, or check the address"
        ) from None
    try:
        if not _threads(client):
            raise FileProblem(f"the cluster at {named(address)} has no workers: start some with “dask worker”")
        yield client
    finally:
        with suppress(Exception):  # the scheduler may be gone
            client.close(timeout=_ANSWER)


def _submitted(client: Any, unpacked: Any, task: InputTask) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that an input is large is known
        future = client.submit(attempt, unpacked, task, pure=False)
    future.convstudio_task = task
    return future


def _threads(client: Any) -> int:
    """Count the threads of all workers, as far as the scheduler has told."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    return sum(worker["nthreads"] for worker in workers.values())


def _unpack(version: str, packed: bytes) -> Work:
    """Unpack the work on a worker, once; raise FileProblem where the worker's version is another."""
    if version != __version__:
        raise FileProblem(
            f"a worker of the cluster has ConvStudio {__version__}: install {version} there, which is the one here"
        )
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
