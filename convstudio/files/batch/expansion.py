"""The inputs that a command's arguments mean: files, folders with all that is in them, and patterns such as `*.png`."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from convstudio.files.problems import FileProblem, named
from convstudio.model.readings.weights.weight_names import file_order
from convstudio.model.words.file_kinds import ending_of


@dataclass(frozen=True)
class FoundInput:
    """One input: a path, or a name such as `sample:NAME`, and its `place`, the relative path below what was named.

    The place of a file in a folder that was named keeps the folders between, that of any other file is its name.
    """

    spec: str
    place: PurePath


@dataclass(frozen=True)
class Expansion:
    """What arguments mean: the inputs, each once, and the other files of the folders that were named.

    `is_many` is true where a folder or a pattern was named: then there may be any number of inputs.
    """

    inputs: tuple[FoundInput, ...]
    others: tuple[str, ...] = ()
    is_many: bool = False


def expand(specs: Sequence[str], endings: Sequence[str], prefix: str, leave_out: Path) -> Expansion:
    """Find the inputs that are meant; raise FileProblem where a folder or a pattern holds none.

    A name that begins with `prefix` is not a path. A folder stands for its files with one of the `endings`, also those
    in folders below; names that begin with a dot are passed over, and so is the folder `leave_out`, into which the
    results go. A pattern is expanded here because the shells of Windows do not: `*`, `?`, `[ab]`, and `**` for any
    folders. Inputs come in the order of the arguments, and those of a folder or pattern in that of people: 2 before 10.
    """
    inputs: dict[str, FoundInput] = {}
    others: list[str] = []
    is_many = False
    for spec in specs:
        if spec.startswith(prefix):
            found = [FoundInput(spec, PurePath(spec.removeprefix(prefix)))]
        elif os.path.isdir(spec):  # noqa: PTH112  for a name with a NUL character, too
            is_many, found = True, list(_in_folder(Path(spec), endings, leave_out, others))
            if not found:
                raise FileProblem(
                    f"{named(spec)} holds no inputs: name a folder with files that end in {', '.join(endings)}"
                )
        elif glob.has_magic(spec) and not os.path.lexists(spec):
            is_many, found = True, list(_matching(spec, endings, leave_out, others))
            if not found:
                raise FileProblem(f"{named(spec)} matches no file: check the pattern and its folder")
        else:
            found = [FoundInput(spec, PurePath(PurePath(spec).name))]
        for one in found:
            inputs.setdefault(os.path.normpath(one.spec), one)
    return Expansion(tuple(inputs.values()), tuple(others), is_many)


def _in_folder(folder: Path, endings: Sequence[str], leave_out: Path, others: list[str]) -> Iterator[FoundInput]:
    for where, folders, files in os.walk(folder):
        inside = Path(where)
        folders[:] = sorted(
            (name for name in folders if not _is_hidden(name) and not _is_same(inside / name, leave_out)),
            key=file_order,
        )
        for path in (inside / name for name in sorted(files, key=file_order) if not _is_hidden(name)):
            if ending_of(path) in endings:
                yield FoundInput(str(path), path.relative_to(folder))
            else:
                others.append(str(path))


def _matching(pattern: str, endings: Sequence[str], leave_out: Path, others: list[str]) -> Iterator[FoundInput]:
    base = _base_of(pattern)
    for path in map(Path, sorted(glob.glob(pattern, recursive=True), key=file_order)):  # noqa: PTH207  a pattern may be absolute
        if not path.is_dir():
            yield FoundInput(str(path), path.relative_to(base))
        elif "**" not in pattern and not _is_same(path, leave_out):  # else what is inside matches by itself
            for one in _in_folder(path, endings, leave_out, others):
                yield FoundInput(one.spec, path.relative_to(base) / one.place)


def _base_of(pattern: str) -> Path:
    """Return the folders ahead of the first sign of a pattern."""
    return Path(*_plain_parts(Path(pattern).parts))


def _plain_parts(parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        if glob.has_magic(part):
            return
        yield part


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _is_same(path: Path, other: Path) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)
