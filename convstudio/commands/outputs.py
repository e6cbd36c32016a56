"""Which files the results of `convstudio apply` are written to, and which would be replaced."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path, PurePath

from convstudio.commands.parser import Parser
from convstudio.files.exports.map_formats import (
    CONTACT_SHEET,
    DEEP_PICTURE,
    MAP_FORMATS,
    PICTURE,
    MapFormat,
    map_format,
    map_formats_for,
)
from convstudio.files.exports.pictures import levels_sentence
from convstudio.files.exports.writing import replaced_beside
from convstudio.files.inputs import INPUT_FORMATS
from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.files.problems import FileProblem, named, printable
from convstudio.model.colour.colour_maps import COLOUR_MAP_NAMES
from convstudio.model.panes.exports.arrays import ExportedArray, PictureStyle
from convstudio.model.values.scale import DIVERGING, Scale
from convstudio.model.words.file_kinds import ending_of, kind_of

_MOST_NAMED = 5


DEEP_BITS = 16
"""How many bits a value of a deep picture has; of other pictures it has 8."""


def tell(sentence: str) -> None:
    """Write a sentence about what was read or written beside the results."""
    print(f"convstudio: {printable(sentence)}", file=sys.stderr)


def add_picture_options(parser: Parser) -> None:
    """Add the options that say how maps become pictures."""
    group = parser.add_argument_group(
        "how maps become pictures", "Only where OUT is a picture or a report. Without: shades of grey."
    )
    group.add_argument(
        "--colours",
        nargs="?",
        const=DIVERGING.name,
        choices=COLOUR_MAP_NAMES,
        metavar="MAP",
        help="in colours as the window shows them: diverging, viridis, grey, CET-L3 and others (default: diverging)",
    )
    group.add_argument("--scale-bar", action="store_true", help="with the bar of the colours beside the picture")
    group.add_argument(
        "--sheet", action="store_true", help="all maps in one picture, with their names: a contact sheet"
    )
    group.add_argument("--bits", type=int, choices=(8, DEEP_BITS), default=8, help="of a grey picture (default: 8)")


def picture_style(options: argparse.Namespace) -> PictureStyle:
    """Return how the options want pictures to be; raise FileProblem where they contradict each other."""
    if options.bits == DEEP_BITS and (options.colours or options.scale_bar or options.sheet):
        raise FileProblem("--bits 16 is for plain grey pictures: leave out --colours, --scale-bar and --sheet")
    scale = Scale(load_colour_map(options.colours)) if options.colours else None
    return PictureStyle(scale, options.scale_bar)


def output_format(path: Path, options: argparse.Namespace) -> MapFormat:
    """Return the format of an output: that of its ending, or what the options make of a picture; raise FileProblem."""
    kind = map_format(path)
    wish = next(
        (f"--{name.replace('_', '-')}" for name in ("sheet", "colours", "scale_bar") if getattr(options, name)), ""
    )
    wish = wish or ("--bits 16" if options.bits == DEEP_BITS else "")
    if wish and kind is not PICTURE:
        ending = PICTURE.endings[0]
        raise FileProblem(f"{wish} is for pictures, and {named(path)} is not a picture: end its name in {ending}")
    return CONTACT_SHEET if options.sheet else DEEP_PICTURE if options.bits == DEEP_BITS else kind


def check_free(paths: Sequence[Path], given: str) -> None:
    """Refuse to replace a file under a name that the user did not give: nobody confirmed it."""
    taken = replaced_beside(given, paths)
    if taken:
        names = ", ".join(map(named, taken[:_MOST_NAMED])) + (" and more" if len(taken) > _MOST_NAMED else "")
        raise FileProblem(f"{names} would be replaced: add --force to replace, or name another output")


def fitting_name(output: Path, shape: Sequence[int]) -> Path:
    """Return a name that we chose ourselves, with the ending of a table where a picture became a vector."""
    if len(shape) > 1 or not map_format(output).is_picture:
        return output
    table = next(kind for kind in map_formats_for(tuple(shape)) if not kind.holds_all)
    return output.with_name(f"{output.name}{table.endings[0]}")


def result_place(place: PurePath, ending: str | None) -> PurePath:
    """Return where below the folder the maps of an input go: with this ending, or the one of the input's kind.

    >>> result_place(PurePath("monday/a.jpg"), None), result_place(PurePath("letter-a"), ".csv")
    (PurePosixPath('monday/a.png'), PurePosixPath('letter-a.csv'))
    """
    kind = kind_of(INPUT_FORMATS, ending_of(place))
    if kind is None:
        return place.with_name(place.name + (ending or MAP_FORMATS[0].endings[0]))
    return place.with_name(place.stem + (ending or kind.result))


def levels_lines(paths: Sequence[Path], maps: ExportedArray, style: PictureStyle) -> list[str]:
    """Say which values stand at the ends of the colours of every picture, one line a picture."""
    levels = maps.with_levels(style.scale).levels
    return [
        f"{printable(str(path))}: {levels_sentence(one, is_grey=style.scale is None)}"
        for path, one in zip(paths, levels, strict=True)
    ]
