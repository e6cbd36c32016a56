"""`convstudio apply`: a layer or a project on inputs, without a window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TextIO

from convstudio.commands.detectors import detectors_for
from convstudio.commands.layers import layer_maps, network_maps
from convstudio.commands.options import (
    add_layer_options,
    add_reading_options,
    read_options,
    reading_line,
    with_negative_bias,
)
from convstudio.commands.outputs import (
    add_picture_options,
    check_different,
    check_free,
    fitting_name,
    levels_lines,
    output_format,
    outputs_of,
    picture_style,
    tell,
)
from convstudio.commands.parser import DONE, Parser
from convstudio.files.disk.save import save_all
from convstudio.files.exports.map_formats import MAP_FORMATS
from convstudio.files.exports.writing import encoded_files, file_paths
from convstudio.files.inputs import (
    INPUT_FORMATS,
    ReadOptions,
    read_input_spec,
)
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS
from convstudio.files.problems import FileProblem, named
from convstudio.files.projects.examples import read_project_spec
from convstudio.files.resources import load_detectors
from convstudio.model.panes.exports.arrays import ExportedArray, Part, PictureStyle
from convstudio.model.panes.gallery import map_labels, map_title
from convstudio.model.values.sample import Sample
from convstudio.model.words.file_kinds import listed_endings

_READ_OPTIONS = frozenset(part.name for part in fields(ReadOptions))

_OF_NO_LAYER = _READ_OPTIONS | {"force", "colours", "scale_bar", "sheet", "bits"}


# --- apply -------------------------------------------------------------------------------------------------------


def _apply_parser() -> Parser:
    parser = Parser("convstudio apply", "Apply a convolution layer or a project to inputs, and write the maps.")
    parser.add_argument(
        "inputs", nargs="+", metavar="INPUT", help=f"sample:NAME, or a file: {listed_endings(INPUT_FORMATS)}"
    )
    network = parser.add_mutually_exclusive_group(required=True)
    network.add_argument(
        "--kernel",
        action="append",
        metavar="SPEC",
        help=f"a detector's or preset's id, or a file: {listed_endings(KERNEL_FORMATS)}; one filter for each",
    )
    network.add_argument(
        "--project",
        metavar="P",
        help="run a whole network instead of one layer: a saved project's, or example:NAME",
    )
    add_layer_options(parser)
    add_reading_options(parser)
    add_picture_options(parser)
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUT",
        help=f"a name that ends in {listed_endings(MAP_FORMATS)}, replaced if it exists; "
        "a folder when there are several inputs",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace files under other names too: NAME-0.csv, or those in a folder"
    )
    return parser


def apply(arguments: list[str]) -> int:
    """Run `convstudio apply` with its arguments; return the exit status."""
    options = _apply_parser().parse_intermixed_args(with_negative_bias(arguments))
    style = picture_style(options)
    news: list[tuple[str, TextIO]] = []
    maps_of = _project_maps(options) if options.project else _layer_maps(options, news)
    outputs = outputs_of(options.inputs, options.output)
    if not options.force:
        check_free([output for _, output in outputs], options.output)
    save_all(_results(outputs, maps_of, options, style, news))
    for line, stream in news:
        print(line, file=stream)
    return DONE


def _results(
    outputs: Sequence[tuple[str, Path]],
    maps_of: Callable[[Sample], ExportedArray],
    options: argparse.Namespace,
    style: PictureStyle,
    news: list[tuple[str, TextIO]],
) -> Iterator[tuple[Path, bytes]]:
    """Yield each file of all inputs with its content, and add to `news` what is to be told once they are written.

    How many files a map becomes is known only when it is computed. So all are written under temporary names first
    (`save_all`): a name that is taken is found before any file is replaced.
    """
    paths: set[Path] = set()
    for spec, output in outputs:
        reading = read_input_spec(spec, read_options(options))
        maps = maps_of(reading.sample)
        target = output if output == Path(options.output) else fitting_name(output, maps.values)
        kind = output_format(target, options)
        targets = file_paths(target, [maps.part], kind, is_counted=True)
        check_different([*paths, *targets])
        paths.update(targets)
        if not options.force:
            check_free(targets, options.output)
        yield from encoded_files(target, [maps], kind, style, is_counted=True)
        if kind.has_levels:
            news += [(line, sys.stdout) for line in levels_lines(targets, maps, style)]
        if reading.is_decided:
            news.append((f"convstudio: {reading_line(reading)}", sys.stderr))


def _layer_maps(options: argparse.Namespace, news: list[tuple[str, TextIO]]) -> Callable[[Sample], ExportedArray]:
    """Return what makes the maps of one layer; how its kernels were read is added to `news` once."""
    detectors = detectors_for(options.kernel)

    def tell(sentence: str) -> None:
        line = (f"convstudio: {sentence}", sys.stderr)
        if line not in news:
            news.append(line)

    def maps_of(sample: Sample) -> ExportedArray:
        maps = layer_maps(sample, options, detectors, tell)
        names = [map_title(index, Path(spec).stem) for index, spec in enumerate(options.kernel)]
        return ExportedArray(Part.of_maps(maps.shape, names), maps)

    return maps_of


def _project_maps(options: argparse.Namespace) -> Callable[[Sample], ExportedArray]:
    """Run a saved network on a sample; settings of a layer beside it are refused, because they could contradict it."""
    alone = _apply_parser().parse_args([*options.inputs, "--project", options.project, "-o", options.output])
    others = {name: value for name, value in vars(options).items() if name not in _OF_NO_LAYER}
    doubled = next((name for name, value in others.items() if value != getattr(alone, name)), None)
    if doubled is not None:
        raise FileProblem(f"--project brings its own layers: leave out --{doubled.replace('_', '-')}")
    document, detectors = read_project_spec(options.project, tell)[0], load_detectors()

    def maps_of(sample: Sample) -> ExportedArray:
        blame = f"{named(sample.name)} does not run through the project: "
        maps = network_maps(document.with_sample(sample), blame)
        titles = map_labels(document.layers[-1], maps.shape[-1], detectors) if maps.ndim > 1 else None
        return ExportedArray(Part.of_maps(maps.shape, titles), maps)

    return maps_of
