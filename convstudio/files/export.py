"""Writing feature maps for other programs."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from convstudio.files.arrays import encode_npy
from convstudio.files.nested import to_nested
from convstudio.files.packed import encode_json
from convstudio.files.problems import FileProblem, named
from convstudio.files.save import save_bytes
from convstudio.files.tables import encode_table
from convstudio.model.arrays import Floats
from convstudio.model.display import finite_range
from convstudio.model.numbers import format_exact, format_shape
from convstudio.model.wording import PLURALS

if TYPE_CHECKING:
    from PIL import Image

FORMAT = "convstudio-maps"
VERSION = 1


class _MapsFile(msgspec.Struct):
    format: str
    version: int
    axes: list[str]
    maps: object


def write_map(path: str | os.PathLike[str], values: Floats) -> tuple[Path, ...]:
    """Write maps `(rows, columns, filters)`, `(steps, filters)` or a vector in the format of the suffix; return paths.

    `.npy` and `.json` hold all maps. `.csv`, `.tsv`, `.png` and `.tif` hold one: several become `NAME-0.csv`,
    `NAME-1.csv`, and so on; a sequence or a vector is one row, and a vector no picture. Raises FileProblem, or
    WriteProblem when the disk refuses.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    check_map_suffix(path)
    if suffix in _WHOLE:
        save_bytes(target, _WHOLE[suffix](values))
        return (target,)
    if values.ndim == 1:
        return _write_vector(target, values)
    paths = map_paths(target, values.shape[-1])
    for index, part in enumerate(paths):
        save_bytes(part, _SINGLE[suffix](_table_of(values[..., index], path)))
    return paths


def _write_vector(path: Path, values: Floats) -> tuple[Path, ...]:
    suffix = path.suffix.lower()
    if suffix in PICTURE_SUFFIXES:
        raise FileProblem(
            f"{named(path)} would be a picture of a vector of {len(values)} values: end it in .npy, .csv or .json."
        )
    save_bytes(path, _SINGLE[suffix](values[np.newaxis]))
    return (path,)


def check_map_suffix(path: str | os.PathLike[str]) -> None:
    """Raise FileProblem unless the suffix of the name says a format for maps."""
    if Path(path).suffix.lower() not in MAP_SUFFIXES:
        raise FileProblem(
            f"{named(path)} says no format for a feature map: end the name in {', '.join(sorted(MAP_SUFFIXES))}."
        )


def map_paths(path: Path, count: int) -> tuple[Path, ...]:
    """Return where each of `count` maps goes: the path itself for one, else `NAME-0`, `NAME-1`, ..."""
    if count == 1 or path.suffix.lower() in _WHOLE:
        return (path,)
    return tuple(path.with_name(f"{path.stem}-{index}{path.suffix}") for index in range(count))


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
