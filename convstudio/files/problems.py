"""What can be wrong with the user's files, said in one sentence."""

from __future__ import annotations

import os


class FileProblem(Exception):  # noqa: N818  a problem of the user's file, not an error of the program
    """What is wrong with a file; its message is one sentence for the user: what, where, and what to do.

    A sentence may quote the file, so whatever a terminal or a label could not print is replaced here, once.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(printable(sentence))


class WriteProblem(FileProblem):
    """Why a file was not written; what was there before is still there."""


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
