"""One input of many, what becomes of it, and the promise that nothing which goes wrong with one stops the others."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from convstudio.files.batch.memory import keep_memory
from convstudio.files.problems import FileProblem, named, printable


@dataclass(frozen=True)
class InputTask:
    """One input: what the user calls it, where its result goes, and the bytes of its file, None where it has none.

    It holds all that is needed, so that it can be worked on in another process or on another machine. Where the file
    could not be read, `problem` says why.
    """

    spec: str
    target: Path
    data: bytes | None = None
    problem: str = ""


@dataclass(frozen=True)
class Made:
    """What was made of one input: its files with their bytes, and the shape of what they hold.

    `predictions` are lines for standard output that a later run, which finds the files there, prints again; `printed`
    are such lines about this run, and `told` are sentences beside it, each worth telling once in a run.
    """

    files: Iterable[tuple[Path, bytes]]
    shape: tuple[int, ...] = ()
    printed: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    predictions: tuple[str, ...] = ()


Work = Callable[[InputTask], Made]
"""Makes something of an input; raises FileProblem. It writes nothing, so it can be stopped, or done again, any time."""


@dataclass(frozen=True)
class Result:
    """What was made of one input, with the digests of its bytes and its files'; or the sentence that says why not.

    `spec` is that of the input, which tells results apart that do not come in the order of the inputs.
    """

    made: Made | None
    problem: str = ""
    input_digest: str = ""
    digests: tuple[str, ...] = ()
    spec: str = ""


Runner = Callable[[Work, Iterable[InputTask]], "Generator[Result]"]
"""Works on many inputs, which it takes when it needs them, and yields their results in the order of the inputs.

One that is made without that order yields each result when it is there.

Closing the iterator ends the work, and leaves nothing running.
"""


def attempt(work: Work, task: InputTask) -> Result:
    """Work on one input; what goes wrong is a sentence in the result."""
    return replace(_attempted(work, task), spec=task.spec)


def _attempted(work: Work, task: InputTask) -> Result:
    if task.problem:
        return Result(None, task.problem)
    try:
        made = work(task)
        files = tuple(made.files)
    except FileProblem as problem:
        return Result(None, str(problem))
    except MemoryError:
        return Result(None, f"{named(task.spec)} needs more memory than there is: make it smaller, or use fewer --jobs")
    except Exception as fault:  # of the program: the other inputs are not to suffer from it
        return Result(None, f"{named(task.spec)} met a fault of the program ({_told(fault)}): report it to its authors")
    made = replace(made, files=files)
    return Result(made, "", "" if task.data is None else digest(task.data), tuple(digest(data) for _, data in files))


def one_by_one(work: Work, tasks: Iterable[InputTask]) -> Generator[Result]:
    """Work on inputs in this very process."""
    keep_memory()
    for task in tasks:
        yield attempt(work, task)


def digest(data: bytes) -> str:
    """Return the digest that files are told apart by; see `FileStamp`."""
    import hashlib  # here for the reason in FileStamp.of

    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _told(fault: BaseException) -> str:
    return printable(f"{type(fault).__name__}: {fault}"[:200])
