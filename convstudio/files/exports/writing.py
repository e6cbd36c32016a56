"""Writing exported arrays: which files they become, all of them or none, and what is said about them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from convstudio.files.disk.save import save_all
from convstudio.files.exports.map_formats import MapFormat, map_format, map_formats_for
from convstudio.files.problems import FileProblem, named, printable
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import format_shape
from convstudio.model.words.file_kinds import listed_endings

if TYPE_CHECKING:
    from convstudio.model.panes.exports.arrays import ExportedArray, Part, PictureStyle

_MOST_LISTED = 8
_LONGEST_LABEL = 60


def write_map(path: str | os.PathLike[str], values: Floats) -> tuple[Path, ...]:
    """Write maps `(rows, columns, filters)`, `(steps, filters)` or a vector in the format of the ending; return paths.

    Where a file of `MAP_FORMATS` holds one map, several become `NAME-0.csv`, `NAME-1.csv`, and so on, all or none; a
    sequence or a vector is one row, and a vector no picture. Raises FileProblem, or WriteProblem when the disk refuses.
    """
    from convstudio.model.panes.exports.arrays import ExportedArray, Part, PictureStyle  # here: no start needs them

    maps = ExportedArray(Part.of_maps(values.shape), values)
    return save_all(encoded_files(path, [maps], map_format(path), PictureStyle(), is_counted=True))


def encoded_files(
    path: str | os.PathLike[str],
    arrays: Sequence[ExportedArray],
    kind: MapFormat,
    style: PictureStyle,
    *,
    is_apart: bool = False,
    is_counted: bool = False,
) -> Iterator[tuple[Path, bytes]]:
    """Yield each file that `file_paths` names, with its bytes; raise FileProblem."""
    for array in arrays:
        _check_fits(array.part, kind, path)
    paths = file_paths(path, [array.part for array in arrays], kind, is_apart=is_apart, is_counted=is_counted)
    if kind.is_picture:
        arrays = [array.with_levels(style.scale) for array in arrays]
    return (
        (where, kind.encode(held, style)) for where, held in zip(paths, _shares(arrays, kind, is_apart), strict=True)
    )


def file_paths(
    path: str | os.PathLike[str],
    parts: Sequence[Part],
    kind: MapFormat,
    *,
    is_apart: bool = False,
    is_counted: bool = False,
) -> tuple[Path, ...]:
    """Return where the parts go: into the file itself where one holds them, else into several of its name.

    Those are `NAME-TITLE`; with `is_counted` their planes are counted from 0, on which other programs rely. Of several
    parts the name of the part comes first. With `is_apart` every plane has its own file whatever the format.

    >>> png = map_format("m.png")
    >>> [path.name for path in file_paths("m.png", [Part.of_maps((8, 8, 2))], png, is_counted=True)]
    ['m-0.png', 'm-1.png']
    >>> titled = Part.of_maps((8, 8, 2), ["1 sobel-x", "2 <any/thing>"])
    >>> [path.name for path in file_paths("m.png", [titled], png)]
    ['m-1-sobel-x.png', 'm-2-any-thing.png']
    """
    target = Path(path)
    names = [_for_a_name(label) for label in _labels(parts, kind, is_apart=is_apart, is_counted=is_counted)]
    if len(names) == 1:
        return (target,)
    return tuple(target.with_name(f"{target.stem}-{name}{target.suffix}") for name in names)


def replaced(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return which files are there already and would be replaced."""
    return tuple(one for one in paths if os.path.lexists(one))


def replaced_beside(path: str | os.PathLike[str], paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return which files would be replaced under names other than the one that the user gave."""
    return replaced(one for one in paths if one != Path(path))


def written_sentence(paths: Sequence[Path]) -> str:
    """Say which files exist now.

    >>> written_sentence([Path("/tmp/m.npy")])
    'Written to /tmp: m.npy.'
    """
    names = [printable(path.name) for path in paths]
    listed = ", ".join(names) if len(names) <= _MOST_LISTED else f"{names[0]}, {names[1]} … {names[-1]}"
    count = f"{len(names)} files written" if len(names) > 1 else "Written"
    return f"{count} to {printable(str(paths[0].absolute().parent))}: {listed}."


def _labels(parts: Sequence[Part], kind: MapFormat, *, is_apart: bool, is_counted: bool) -> list[str]:
    """Return what tells each file from the others."""
    if kind.holds_all and not is_apart:
        return [""] if kind.holds_arrays else [part.name for part in parts]
    if is_counted:
        parts = [replace(part, titles=tuple(str(index) for index in range(len(part.titles)))) for part in parts]
    from convstudio.model.panes.exports.arrays import told_apart  # here: no start needs it

    return [title for titles in told_apart(parts) for title in titles]


def _shares(arrays: Sequence[ExportedArray], kind: MapFormat, is_apart: bool) -> Iterator[Sequence[ExportedArray]]:
    """Yield what goes into each file."""
    if kind.holds_all and not is_apart:
        yield from [arrays] if kind.holds_arrays else ([array] for array in arrays)
    else:
        yield from ([array.some([index])] for array in arrays for index in range(len(array.part.titles)))


def _check_fits(part: Part, kind: MapFormat, path: str | os.PathLike[str]) -> None:
    fitting = listed_endings(map_formats_for(part.shape))
    if kind.is_picture and len(part.shape) == 1:
        raise FileProblem(
            f"{named(path)} would be a picture of a vector of {part.shape[0]} values: use the extension {fitting}."
        )
    if part.rank > 2 and not kind.takes_volumes:
        raise FileProblem(
            f"{named(path)} holds rows and columns, and a map is {format_shape(part.spatial)}: use the extension .npy."
        )


def _for_a_name(label: str) -> str:
    """Return what of a label every file system takes in a name."""
    return re.sub(r"[^\w.-]+", "-", label)[:_LONGEST_LABEL].strip("-. ") or "map"
