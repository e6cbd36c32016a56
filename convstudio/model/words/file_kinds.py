"""Kinds of file as people are told of them: a name, the endings, and what such a file holds."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar


@dataclass(frozen=True)
class FileKind:
    """One format of files.

    `name` is what people call it, `endings` are those of its files' names, in small letters, the usual one first, and
    `holds` tells what such a file holds, as the rest of a line in a list.
    """

    name: str
    endings: tuple[str, ...]
    holds: str


Kind = TypeVar("Kind", bound=FileKind)


def ending_of(path: str | os.PathLike[str]) -> str:
    """Return the ending of a name in small letters, such as `.png`.

    >>> ending_of("PHOTO.PNG")
    '.png'
    """
    return Path(path).suffix.lower()


def kind_of(kinds: Iterable[Kind], ending: str) -> Kind | None:
    """Return the first of several kinds whose files end so, or None.

    >>> kind_of([FileKind("Table", (".csv", ".tsv"), "numbers")], ".tsv").name
    'Table'
    """
    return next((kind for kind in kinds if ending in kind.endings), None)


def kinds_of(kinds: Iterable[Kind], ending: str) -> tuple[Kind, ...]:
    """Return all of several kinds whose files end so, in their order.

    >>> [kind.name for kind in kinds_of([FileKind("Table", (".txt",), ""), FileKind("Notes", (".txt",), "")], ".txt")]
    ['Table', 'Notes']
    """
    return tuple(kind for kind in kinds if ending in kind.endings)


def ending_among(kinds: Iterable[FileKind], path: str | os.PathLike[str]) -> str:
    """Return the longest ending of several kinds that a name has, in small letters; else its usual ending.

    >>> ending_among([FileKind("Matrix", (".opencv.json", ".json"), "numbers")], "K.OpenCV.json")
    '.opencv.json'
    """
    name = Path(path).name.lower()
    return max((ending for ending in endings_of(kinds) if name.endswith(ending)), key=len, default=ending_of(path))


def file_and_name(kinds: Iterable[FileKind], spec: str) -> tuple[str, str] | None:
    """Return the file and the name in it that `FILE#NAME` means, by the ending of the file; None where it means none.

    >>> file_and_name([FileKind("Array", (".npz",), "numbers")], "a.npz#conv#1")
    ('a.npz', 'conv#1')
    """
    known, parts = tuple(kinds), spec.split("#")
    splits = (("#".join(parts[:count]), "#".join(parts[count:])) for count in range(1, len(parts)))
    return next(((path, name) for path, name in splits if kind_of(known, ending_among(known, path)) is not None), None)


def endings_of(kinds: Iterable[FileKind]) -> tuple[str, ...]:
    """Return every ending of several kinds once, in their order.

    >>> endings_of([FileKind("Array", (".npy",), "numbers"), FileKind("Table", (".csv", ".npy"), "numbers")])
    ('.npy', '.csv')
    """
    return tuple(dict.fromkeys(ending for kind in kinds for ending in kind.endings))


def listed_endings(kinds: Iterable[FileKind]) -> str:
    """Return every ending of several kinds as a sentence lists them.

    >>> listed_endings([FileKind("Table", (".csv", ".tsv"), "numbers")])
    '.csv, .tsv'
    """
    return ", ".join(endings_of(kinds))
