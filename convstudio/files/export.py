"""Writing feature maps for other programs."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from convstudio.files.arrays import encode_npy
from convstudio.files.nested import to_nested
from convstudio.files.packed import encode_json
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.save import save_all
from convstudio.files.tables import encode_table
from convstudio.model.arrays import Floats
from convstudio.model.display import finite_range
from convstudio.model.numbers import format_exact, format_shape
from convstudio.model.wording import PLURALS

if TYPE_CHECKING:
    from PIL import Image

FORMAT = "convstudio-maps"
VERSION = 1
_MOST_LISTED = 8
_LONGEST_LABEL = 60


class _MapsFile(msgspec.Struct):
    format: str
    version: int
    axes: list[str]
    maps: object


def write_map(path: str | os.PathLike[str], values: Floats) -> tuple[Path, ...]:
    """Write maps `(rows, columns, filters)`, `(steps, filters)` or a vector in the format of the suffix; return paths.

    `.npy` and `.json` hold all maps. `.csv`, `.tsv`, `.png` and `.tif` hold one: several become `NAME-0.csv`,
    `NAME-1.csv`, and so on, all or none; a sequence or a vector is one row, and a vector no picture. Raises
    FileProblem, or WriteProblem when the disk refuses.
    """
    check_map_suffix(path)
    paths = map_paths(path, values.shape)
    if len(paths) > 1:
        return _write_parts(paths, values)
    return save_all([(Path(path), _encoded(path, values))])


def write_maps_apart(path: str | os.PathLike[str], values: Floats, labels: Sequence[str]) -> tuple[Path, ...]:
    """Write each of several maps `(*spatial, filters)` to the file that `map_paths` names, all or none; return them."""
    check_map_suffix(path)
    return _write_parts(map_paths(path, values.shape, labels), values)


def _write_parts(paths: Sequence[Path], values: Floats) -> tuple[Path, ...]:
    parts = (values[..., index : index + 1] for index in range(len(paths)))
    return save_all((path, _encoded(path, part)) for path, part in zip(paths, parts, strict=True))


def _encoded(path: str | os.PathLike[str], values: Floats) -> bytes:
    """Return the bytes of a file with all of these maps."""
    suffix = Path(path).suffix.lower()
    if suffix in _WHOLE:
        return _WHOLE[suffix](values)
    if values.ndim == 1:
        if suffix in PICTURE_SUFFIXES:
            raise FileProblem(
                f"{named(path)} would be a picture of a vector of {len(values)} values: end it in .npy, .csv or .json."
            )
        return _SINGLE[suffix](values[np.newaxis])
    if values.shape[-1] > 1:
        raise FileProblem(
            f"{named(path)} holds one map, and these are {values.shape[-1]}. End the name in .npy or .json, or export "
            "all maps as files."
        )
    return _SINGLE[suffix](_table_of(values[..., 0], path))


def write_together(path: str | os.PathLike[str], values: Floats) -> tuple[Path, ...]:
    """Write all maps, or the only one, to one file; raise FileProblem where its format holds only one of them."""
    check_map_suffix(path)
    return save_all([(Path(path), _encoded(path, values))])


def check_map_suffix(path: str | os.PathLike[str]) -> None:
    """Raise FileProblem unless the suffix of the name says a format for maps."""
    if Path(path).suffix.lower() not in MAP_SUFFIXES:
        raise FileProblem(
            f"{named(path)} says no format for a feature map: end the name in {', '.join(sorted(MAP_SUFFIXES))}."
        )


def map_paths(
    path: str | os.PathLike[str], shape: tuple[int, ...], labels: Sequence[str] | None = None
) -> tuple[Path, ...]:
    """Return where maps of that shape go: into the file itself where its format holds them, else `NAME-0`, `NAME-1`...

    With `labels`, one for each map, every map has a file of its own, `NAME-LABEL`: the window's labels are the numbers
    and names that stand under its tiles. Without, they are counted from 0: other programs rely on that.

    >>> [path.name for path in map_paths("m.png", (8, 8, 2))]
    ['m-0.png', 'm-1.png']
    >>> [path.name for path in map_paths("m.png", (8, 8, 2), ["1 sobel-x", "2 <any/thing>"])]
    ['m-1-sobel-x.png', 'm-2-any-thing.png']
    """
    target = Path(path)
    if labels is None:
        if target.suffix.lower() in _WHOLE or len(shape) == 1 or shape[-1] == 1:
            return (target,)
        labels = [str(index) for index in range(shape[-1])]
    return tuple(target.with_name(f"{target.stem}-{_for_a_name(label)}{target.suffix}") for label in labels)


def replaced_beside(path: str | os.PathLike[str], paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return which files would be replaced under names other than the one that the user gave."""
    return tuple(one for one in paths if one != Path(path) and os.path.lexists(one))


def written_sentence(paths: Sequence[Path]) -> str:
    """Say which files exist now.

    >>> written_sentence([Path("/tmp/m.npy")])
    'Written to /tmp: m.npy.'
    """
    names = [printable(path.name) for path in paths]
    listed = ", ".join(names) if len(names) <= _MOST_LISTED else f"{names[0]}, {names[1]} … {names[-1]}"
    count = f"{len(names)} files written" if len(names) > 1 else "Written"
    return f"{count} to {printable(str(paths[0].absolute().parent))}: {listed}."


def _for_a_name(label: str) -> str:
    """Return what of a label every file system takes in a name."""
    return re.sub(r"[^\w.-]+", "-", label)[:_LONGEST_LABEL].strip("-. ") or "map"


def levels_sentence(values: Floats) -> str:
    """Say which values a picture shows as black and as white."""
    black, white = finite_range(values)
    return f"black is {format_exact(black)}, white is {format_exact(white)}"


def _table_of(values: Floats, path: str | os.PathLike[str]) -> Floats:
    if values.ndim > 2:
        raise FileProblem(
            f"{named(path)} holds rows and columns, and a map is {format_shape(values.shape)}: end the name in .npy."
        )
    return np.atleast_2d(values)


def _json(values: Floats) -> bytes:
    content = _MapsFile(FORMAT, VERSION, _axes(values.ndim), to_nested(values))
    return encode_json(content)


def _axes(count: int) -> list[str]:
    return [*PLURALS[count - 1], "filters"] if count > 1 else ["units"]


def _csv(values: Floats) -> bytes:
    return encode_table(values, ",").encode()


def _tsv(values: Floats) -> bytes:
    return encode_table(values, "\t").encode()


def _png(values: Floats) -> bytes:
    from PIL import Image, PngImagePlugin  # here, and not above: Pillow would cost every start 20 ms

    notes = PngImagePlugin.PngInfo()
    notes.add_text("Description", f"Feature map: {levels_sentence(values)}")
    return _picture(Image.fromarray(_grey(values)), "PNG", pnginfo=notes)


def _grey(values: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return 0 for the least value to 255 for the greatest; NaN is 0."""
    black, white = finite_range(values)
    with np.errstate(invalid="ignore"):
        unit = (values.astype(np.float64) - black) / ((white - black) or 1.0)
    return np.rint(np.clip(np.nan_to_num(unit), 0, 1) * 255).astype(np.uint8)


def _tiff(values: Floats) -> bytes:
    from PIL import Image  # here for the reason in _png

    return _picture(Image.fromarray(np.ascontiguousarray(values)), "TIFF")


def _picture(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


_WHOLE: Mapping[str, Callable[[Floats], bytes]] = MappingProxyType({".npy": encode_npy, ".json": _json})
_SINGLE: Mapping[str, Callable[[Floats], bytes]] = MappingProxyType(
    {".csv": _csv, ".tsv": _tsv, ".png": _png, ".tif": _tiff, ".tiff": _tiff}
)
PICTURE_SUFFIXES = frozenset({".png", ".tif", ".tiff"})
"""The suffixes that a vector cannot have."""
MAP_SUFFIXES = frozenset({*_WHOLE, *_SINGLE})
"""Every suffix that `write_map` takes."""
