"""`convstudio export`: maps, kernels and pages of a project as files, as the window's dialog writes them."""

from __future__ import annotations

import sys
from pathlib import Path

from convstudio.commands.outputs import (
    add_picture_options,
    check_free,
    levels_lines,
    output_format,
    picture_style,
    tell,
)
from convstudio.commands.pages import SHOWN, WRITTEN, add_page_options, check_options, export_curves, export_page
from convstudio.commands.parser import DONE, Parser
from convstudio.files.disk.save import save_all
from convstudio.files.exports.animation_formats import ANIMATION_FORMATS
from convstudio.files.exports.map_formats import MAP_FORMATS
from convstudio.files.exports.page_formats import PAGE_FORMATS
from convstudio.files.exports.writing import encoded_files, file_paths
from convstudio.files.problems import FileProblem, named
from convstudio.files.projects.examples import read_project_spec
from convstudio.files.resources import load_detectors
from convstudio.model.panes.exports.sources import export_sources
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.export_contents import ANIMATION, CURVES, MAPS
from convstudio.model.words.file_kinds import ending_of, kind_of, listed_endings


def export_parser() -> Parser:
    """Return what reads the arguments of `convstudio export`."""
    parser = Parser(
        "convstudio export", "Write maps, kernels, everything, a report, a figure, weights or an animation."
    )
    parser.add_argument(
        "project", metavar="P", help="a saved project, or example:NAME; for curves the log of a training"
    )
    pages = listed_endings(kind for kinds in (*PAGE_FORMATS.values(), ANIMATION_FORMATS) for kind in kinds)
    parser.add_argument(
        "output",
        metavar="OUT",
        help=f"ends in {listed_endings(MAP_FORMATS)}; pages and animations in {pages}. Replaced if it exists.",
    )
    parser.add_argument("--what", choices=(*WRITTEN, *SHOWN), default=MAPS, help=f"default: {MAPS}")
    parser.add_argument(
        "--layer",
        type=int,
        metavar="N",
        help="counted from 1 (default: the last one; for pages the selected one)",
    )
    parser.add_argument("--apart", action="store_true", help="one file for each map, whatever the format")
    add_picture_options(parser)
    add_page_options(parser)
    parser.add_argument("--force", action="store_true", help="replace files under other names too: NAME-TITLE.png")
    return parser


def export(arguments: list[str]) -> int:
    """Run `convstudio export` with its arguments; return the exit status."""
    parser = export_parser()
    options = parser.parse_args(arguments)
    check_options(options, parser)
    if options.what == CURVES:
        export_curves(options.project, options)
        return DONE
    if options.what in SHOWN:
        document, held = read_project_spec(options.project, tell)
        export_page(document, held, _layer(document, options.layer), options)
        return DONE
    _check_ending(options.output, options.what)
    style, kind = picture_style(options), output_format(Path(options.output), options)
    document = read_project_spec(options.project, tell)[0]
    layer = _layer(document, options.layer)
    view = ViewState(layer=len(document.layers) - 1 if layer is None else layer)
    try:
        sources = export_sources(document, view, options.what, (), load_detectors())
        if kind.is_picture and options.what != MAPS:
            sources = tuple(source for source in sources if len(source.part.shape) > 1)  # a bias is not a picture
        parts = [source.exported for source in sources]
        paths = file_paths(options.output, parts, kind, is_apart=options.apart)
        if not options.force:
            check_free(paths, options.output)
        result = forward(document)
        arrays = [source.read(result) for source in sources]
    except ValueError as refusal:
        raise FileProblem(str(refusal)) from None
    save_all(encoded_files(options.output, arrays, kind, style, is_apart=options.apart))
    if kind.has_levels:
        remaining = iter(paths)
        for array in arrays:
            for line in levels_lines([next(remaining) for _ in array.part.titles], array, style):
                print(line)
    if len(paths) > 1:
        print(f"convstudio: {len(paths)} files written", file=sys.stderr)
    return DONE


def _check_ending(output: str, what: str) -> None:
    """Raise FileProblem for an ending that only other contents have: it names them."""
    ending = ending_of(output)
    pages = {**PAGE_FORMATS, ANIMATION: ANIMATION_FORMATS}
    others = [one for one in SHOWN if kind_of(pages[one], ending) is not None]
    if others and kind_of(MAP_FORMATS, ending) is None:
        raise FileProblem(
            f"{named(output)} cannot hold {what}: add --what {' or '.join(others)}, or use the extension "
            f"{listed_endings(MAP_FORMATS)}"
        )


def _layer(document: Document, number: int | None) -> int | None:
    count = len(document.layers)
    if number is None:
        return None
    if not 1 <= number <= count:
        raise FileProblem(f"--layer {number} does not exist: give a number from 1 to {count}")
    return number - 1
