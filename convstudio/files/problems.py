"""What can be wrong with the user's files, said in one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from convstudio.model.progress import CancelledError

DAMAGED = "is damaged, or is not what its name says: open another copy"
"""What is said of a file that its decoder does not take, where nothing better is known."""


class FileProblem(Exception):  # noqa: N818  a problem of the user's file, not an error of the program
    """What is wrong with a file; its message is one sentence for the user: what, where, and what to do.

    A sentence may quote the file, so whatever a terminal or a label could not print is replaced here, once.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(printable(sentence))


class WriteProblem(FileProblem):
    """Why a file was not written; what was there before is still there."""


@contextmanager
def decoding(where: str, fault: str | Callable[[BaseException], str] = DAMAGED) -> Iterator[None]:
    """Run somebody else's decoder on a file's bytes: whatever it raises is one FileProblem, “`where` `fault`.”

    `where` names the file as `named` does; `fault`, or what it returns for the exception, is the rest of the sentence
    without its full stop. Too little memory has a sentence of its own. A FileProblem, and the wish to stop, pass.

    Decoders raise dozens of types on damaged files and list none; a Rust one that panics is not even an Exception.

    >>> with decoding(named("a.npz"), "is damaged"):
    ...     raise EOFError
    Traceback (most recent call last):
    convstudio.files.problems.FileProblem: “a.npz” is damaged.
    """
    try:
        yield
    except (FileProblem, CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except MemoryError as error:
        raise FileProblem(f"{where} needs more memory than there is: make it smaller.") from error
    except BaseException as error:
        raise FileProblem(f"{where} {fault if isinstance(fault, str) else fault(error)}.") from error


def named(path: str | os.PathLike[str]) -> str:
    """Return a path between quotes, on one line and printable whatever it holds.

    >>> named("photo.png")
    '“photo.png”'
    """
    return f"“{printable(os.fspath(path))}”"


def printable(text: str) -> str:
    """Return the text with every control character and unpaired surrogate replaced by a question mark."""
    return "".join(character if character.isprintable() else "?" for character in text)


def reason(error: OSError) -> str:
    """Return the system's reason for an error, in lower case and without its number.

    >>> reason(OSError(28, "No space left on device"))
    'no space left on device'
    """
    words = error.strerror or type(error).__name__
    return words[:1].lower() + words[1:]
