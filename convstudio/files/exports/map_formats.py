"""The one table of formats in which maps, kernels and inputs are exported."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from convstudio.files.problems import FileProblem, named
from convstudio.model.words.file_kinds import FileKind, ending_of, kind_of, listed_endings

if TYPE_CHECKING:
    from convstudio.model.panes.exports.arrays import ExportedArray, PictureStyle


@dataclass(frozen=True)
class MapFormat(FileKind):
    """A format of exported arrays: its writer, imported when it is first asked, and how much one file holds.

    One file holds one plane, or all planes of an array (`holds_all`), or several arrays too (`holds_arrays`). A picture
    may take the colours of the screen and a bar of them; `has_levels` are pictures of one map, of which it must be told
    what is black and white. What does not take volumes holds rows and columns.
    """

    writer: str
    holds_all: bool = False
    holds_arrays: bool = False
    is_picture: bool = False
    has_levels: bool = False
    takes_colours: bool = False
    takes_volumes: bool = False

    @property
    def takes_bar(self) -> bool:
        """Whether a bar of the colours can stand beside each map."""
        return self.takes_colours

    def encode(self, arrays: Sequence[ExportedArray], style: PictureStyle) -> bytes:
        """Return the bytes of one file that holds these arrays; of a format that holds one plane, the first one."""
        written: bytes = resolve_name(f"convstudio.files.exports.{self.writer}")(arrays, style)
        return written


MAP_FORMATS = (
    MapFormat(
        "NumPy array", (".npy",), "all maps exactly, channels last", "numbers:as_npy",
        holds_all=True, takes_volumes=True,
    ),
    MapFormat(
        "JSON", (".json",), "all maps exactly, with the names of their axes", "numbers:as_json",
        holds_all=True, holds_arrays=True, takes_volumes=True,
    ),
    MapFormat("Table", (".csv",), "one map exactly", "numbers:as_csv"),
    MapFormat("Tab-separated table", (".tsv",), "one map exactly", "numbers:as_tsv"),
    MapFormat(
        "Picture", (".png",), "one map in 256 shades of grey, or in the colours of the screen", "pictures:as_png",
        is_picture=True, has_levels=True, takes_colours=True,
    ),
    MapFormat(
        "Float picture", (".tif", ".tiff"), "all maps exactly, one page of float32 each", "numbers:as_tiff",
        holds_all=True, holds_arrays=True, is_picture=True,
    ),
    MapFormat(
        "NumPy archive", (".npz",), "all arrays exactly, each under its name", "numbers:as_npz",
        holds_all=True, holds_arrays=True, takes_volumes=True,
    ),
    MapFormat(
        "Workbook", (".xlsx",), "all maps exactly, one sheet each", "workbook:as_workbook",
        holds_all=True, holds_arrays=True,
    ),
    MapFormat(
        "16-bit picture", (".png",), "one map in 65,536 shades of grey", "pictures:as_deep_png",
        is_picture=True, has_levels=True,
    ),
    MapFormat(
        "Contact sheet", (".png",), "all maps in one picture, with their names", "contact_sheet:as_contact_sheet",
        holds_all=True, holds_arrays=True, is_picture=True, takes_colours=True,
    ),
)  # fmt: skip
"""Every format of exported arrays. Of an ending that several have, the first one is meant unless another is named."""

PICTURE, DEEP_PICTURE, CONTACT_SHEET = (
    next(kind for kind in MAP_FORMATS if kind.name == name) for name in ("Picture", "16-bit picture", "Contact sheet")
)


def map_format(path: str | os.PathLike[str]) -> MapFormat:
    """Return the format that the ending of a name stands for; raise FileProblem where there is none."""
    kind = kind_of(MAP_FORMATS, ending_of(path))
    if kind is None:
        raise FileProblem(f"{named(path)} has no known format: use the extension {listed_endings(MAP_FORMATS)}.")
    return kind


def map_formats_for(shape: tuple[int, ...], *, together: bool = False) -> tuple[MapFormat, ...]:
    """Return the formats that an ending stands for and that take maps of a shape; `together` are those that hold all.

    >>> [kind.endings[0] for kind in map_formats_for((8, 8, 3), together=True)]
    ['.npy', '.json', '.tif', '.npz', '.xlsx']
    >>> any(kind.is_picture for kind in map_formats_for((10,)))
    False
    """
    by_ending = [kind for kind in MAP_FORMATS if kind_of(MAP_FORMATS, kind.endings[0]) is kind]
    is_vector = len(shape) == 1
    return tuple(kind for kind in by_ending if not (kind.is_picture and is_vector) and (kind.holds_all or not together))
