"""What can be wrong with the user's files, said in one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from convstudio.model.values.progress import CancelledError

Result = TypeVar("Result")

DAMAGED = "{file} is damaged, or has the wrong extension: open another copy."
"""The sentence about a file that its decoder refuses, where nothing better is known; `{file}` stands for its name."""


class FileProblem(Exception):  # noqa: N818  a problem of the user's file, not an error of the program
    """What is wrong with a file; its message is one sentence for the user: what, where, and what to do.

    A sentence may quote the file, so whatever a terminal or a label could not print is replaced here, once.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(printable(sentence))


class WriteProblem(FileProblem):
    """Why a file was not written; what was there before is still there."""


@contextmanager
def decoding(where: str, sentence: str | Callable[[BaseException], str] = DAMAGED) -> Iterator[None]:
    """Run somebody else's decoder on a file's bytes: whatever it raises becomes one FileProblem.

    Its text is the `sentence`, or what `sentence` returns for the exception, in which `{file}` becomes `where`, the
    name of the file as `named` writes it. Too little memory has its own sentence. A FileProblem and a request to stop
    pass through.

    Decoders raise dozens of types on damaged files and list none; a Rust one that panics is not even an Exception.

    >>> with decoding(named("a.npz"), "{file} is damaged."):
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
        text = sentence if isinstance(sentence, str) else sentence(error)
        raise FileProblem(text.replace("{file}", where)) from error


def tried(read: Callable[[], Result]) -> Result | FileProblem:
    """Return what is read, or the problem with it, where others are to be read all the same."""
    try:
        return read()
    except FileProblem as problem:
        return problem


def named(path: str | os.PathLike[str]) -> str:
    """Return a path between quotes, on one line and printable whatever it holds.

    >>> named("photo.png")
    '“photo.png”'
    """
    return f"“{printable(os.fspath(path))}”"


def printable(text: str) -> str:
    """Return the text with every control character and unpaired surrogate replaced by a question mark.

    Spaces of every kind stay: those of numbers keep their parts together.

    >>> printable("92\\u00a0%\\n") == "92\\u00a0%?"
    True
    """
    if text.isprintable():
        return text
    from unicodedata import category  # here, and not above: no start needs it

    return "".join(one if one.isprintable() or category(one) == "Zs" else "?" for one in text)


def reason(error: OSError) -> str:
    """Return the system's reason for an error, in lower case and without its number.

    >>> reason(OSError(28, "No space left on device"))
    'no space left on device'
    """
    words = error.strerror or type(error).__name__
    return words[:1].lower() + words[1:]
