"""`convstudio apply`: a layer or a project on inputs, without a window."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import msgspec

from convstudio.commands.apply_work import ApplyWork, LayerMaps, ProjectMaps
from convstudio.commands.detectors import detectors_for
from convstudio.commands.layers import LayerKernels
from convstudio.commands.many import (
    OF_THE_RUN,
    add_many_options,
    check_for_one,
    goes_into_a_folder,
    run_many,
    tell_of_others,
)
from convstudio.commands.options import add_layer_options, add_reading_options, with_negative_bias
from convstudio.commands.outputs import (
    add_picture_options,
    check_free,
    picture_style,
    result_place,
    tell,
)
from convstudio.commands.parser import DONE, Parser
from convstudio.files.batch.expansion import FoundInput, expand
from convstudio.files.batch.running import PlannedInput
from convstudio.files.batch.tasks import InputTask
from convstudio.files.class_names import read_class_names
from convstudio.files.disk.save import save_all
from convstudio.files.exports.map_formats import MAP_FORMATS, map_format
from convstudio.files.inputs import INPUT_FORMATS, SAMPLE_PREFIX, ReadOptions, input_bytes
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS
from convstudio.files.problems import FileProblem, named
from convstudio.files.projects.examples import read_project_spec
from convstudio.model.readings.class_names import class_names_of
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.document import Document
from convstudio.model.words.file_kinds import endings_of, listed_endings
from convstudio.ops import OVER_CHANNELS

_READ_OPTIONS = frozenset(part.name for part in fields(ReadOptions))

_OF_NO_RESULT = OF_THE_RUN | {"inputs", "output"}

_OF_NO_LAYER = _READ_OPTIONS | _OF_NO_RESULT | {"project", "classes", "colours", "scale_bar", "sheet", "bits", "format"}


# --- apply -------------------------------------------------------------------------------------------------------


def _apply_parser() -> Parser:
    parser = Parser("convstudio apply", "Apply a convolution layer or a project to inputs, and write the maps.")
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help=f"sample:NAME, a folder, a pattern such as '*.png', or a file: {listed_endings(INPUT_FORMATS)}",
    )
    network = parser.add_mutually_exclusive_group(required=True)
    network.add_argument(
        "--kernel",
        action="append",
        metavar="SPEC",
        help=f"a detector's or preset's id, or a file: {listed_endings(KERNEL_FORMATS)}; one filter for each. "
        "One of several kernels in a file, or one array of a file of weights, is FILE#NAME; an array of all kernels of "
        "a layer makes all its filters",
    )
    network.add_argument(
        "--project",
        metavar="P",
        help="run a whole network instead of one layer: a saved project's, or example:NAME",
    )
    parser.add_argument(
        "--classes",
        metavar="FILE",
        help="with --project: a text with the name of one class in each line, for what the network predicts",
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
    add_many_options(parser, MAP_FORMATS, "tables of tables, pictures of pictures")
    parser.add_argument(
        "--force", action="store_true", help="replace files under other names too: NAME-0.csv, or those in a folder"
    )
    return parser


def apply(arguments: list[str]) -> int:
    """Run `convstudio apply` with its arguments; return the exit status."""
    parser = _apply_parser()
    options = parser.parse_intermixed_args(with_negative_bias(arguments))
    style, maps = picture_style(options), _project_maps(options, parser) if options.project else _layer_maps(options)
    work = ApplyWork(options, style, maps)
    found = expand(options.inputs, endings_of(INPUT_FORMATS), SAMPLE_PREFIX, Path(options.output))
    if not goes_into_a_folder(found, options.output):
        return _apply_one(found.inputs[0].spec, work)
    tell_of_others(found.others)
    folder = Path(options.output)
    settings = {name: value for name, value in vars(options).items() if name not in _OF_NO_RESULT}
    settings["content"] = maps.digest()
    plan = [_planned(one, folder / result_place(one.place, options.format), work) for one in found.inputs]
    return run_many(folder, plan, work, msgspec.to_builtins(settings), _read, options)


def _apply_one(spec: str, work: ApplyWork) -> int:
    """Write the maps of one input under the name that was given, and whatever stands there is replaced."""
    options, target = work.options, Path(work.options.output)
    map_format(target)
    check_for_one(options)
    made = work(InputTask(spec, target, _read(spec)))
    save_all(_free(made.files, options))
    for line in (*made.predictions, *made.printed):
        print(line)
    for sentence in dict.fromkeys(made.told):
        tell(sentence)
    return DONE


def _free(files: Iterable[tuple[Path, bytes]], options: argparse.Namespace) -> Iterator[tuple[Path, bytes]]:
    """Yield files; how many a map becomes is known only now, and none is replaced before all are there."""
    for path, data in files:
        if not options.force:
            check_free([path], options.output)
        yield path, data


def _read(spec: str) -> bytes | None:
    return None if spec.startswith(SAMPLE_PREFIX) else input_bytes(spec)


def _planned(found: FoundInput, target: Path, work: ApplyWork) -> PlannedInput:
    return PlannedInput(found.spec, target, work.expected(target))


def _layer_maps(options: argparse.Namespace) -> LayerMaps:
    if options.classes is not None:
        raise FileProblem("--classes names what a network predicts: give the network as --project, or leave it out")
    return LayerMaps(options, LayerKernels.of(options.kernel, detectors_for(options.kernel)))


def _project_maps(options: argparse.Namespace, parser: Parser) -> ProjectMaps:
    """Read a saved network; settings of a layer beside it are refused, because they could contradict it."""
    others = {name: value for name, value in vars(options).items() if name not in _OF_NO_LAYER}
    doubled = next((name for name, value in others.items() if value != parser.get_default(name)), None)
    if doubled is not None:
        raise FileProblem(f"--project brings its own layers: leave out --{doubled.replace('_', '-')}")
    document = read_project_spec(options.project, tell)[0]
    return ProjectMaps(document if options.classes is None else _with_classes(document, options.classes))


def _with_classes(document: Document, path: str) -> Document:
    """Return the network with the class names of a file; tell where they are not as many as its outputs."""
    try:
        names = class_names_of(read_class_names(path))
    except ValueError as reason:
        raise FileProblem(f"{named(path)}: {reason}") from None
    output = document.network.shapes(document.sample.values.shape)[-1]
    if document.layers[-1].ends_in not in OVER_CHANNELS or output is None or len(output) != 1:
        tell("The network does not end in a softmax of one vector, so it predicts no class, and no class name is used.")
    elif len(names) != output[0]:
        tell(f"{named(path)} has {counted(len(names), 'class name')}, and the network has {output[0]} outputs.")
    return replace(document, class_names=names)
