"""`convstudio export`: the maps and kernels of a project as files, as the window's dialog writes them."""

from __future__ import annotations

import sys
from pathlib import Path

from convstudio.commands.outputs import add_picture_options, check_free, levels_lines, output_format, picture_style
from convstudio.commands.parser import DONE, Parser
from convstudio.files.disk.save import save_all
from convstudio.files.exports.map_formats import MAP_FORMATS
from convstudio.files.exports.writing import encoded_files, file_paths
from convstudio.files.problems import FileProblem
from convstudio.files.projects.examples import read_project_spec
from convstudio.files.resources import load_detectors
from convstudio.model.panes.exports.sources import EVERYTHING, KERNELS, MAPS, export_sources
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.file_kinds import listed_endings

_CONTENTS = (MAPS, KERNELS, EVERYTHING)


def _export_parser() -> Parser:
    parser = Parser("convstudio export", "Write the maps of a layer, its kernels, or everything that a project holds.")
    parser.add_argument("project", metavar="P", help="a saved project, or example:NAME")
    parser.add_argument(
        "output", metavar="OUT", help=f"a name that ends in {listed_endings(MAP_FORMATS)}, replaced if it exists"
    )
    parser.add_argument("--what", choices=_CONTENTS, default=MAPS, help=f"what is written (default: {MAPS})")
    parser.add_argument("--layer", type=int, metavar="N", help="the layer, counted from 1 (default: the last one)")
    parser.add_argument("--apart", action="store_true", help="one file for each map, whatever the format")
    add_picture_options(parser)
    parser.add_argument("--force", action="store_true", help="replace files under other names too: NAME-TITLE.png")
    return parser


def export(arguments: list[str]) -> int:
    """Run `convstudio export` with its arguments; return the exit status."""
    options = _export_parser().parse_args(arguments)
    style, kind = picture_style(options), output_format(Path(options.output), options)
    document = read_project_spec(options.project)[0]
    view = ViewState(layer=_layer(document, options.layer))
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


def _layer(document: Document, number: int | None) -> int:
    count = len(document.layers)
    if number is None:
        return count - 1
    if not 1 <= number <= count:
        raise FileProblem(f"--layer {number} does not exist: give a number from 1 to {count}")
    return number - 1
