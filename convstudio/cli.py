"""The command line: runs without a window, and opens one on request."""

from __future__ import annotations

import argparse
import gc
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import NoReturn

import msgspec
import numpy as np

from convstudio import __version__
from convstudio.files.code import TARGETS, code_for
from convstudio.files.examples import EXAMPLE_PREFIX, read_project_spec
from convstudio.files.export import (
    PICTURE_SUFFIXES,
    check_map_suffix,
    levels_sentence,
    map_paths,
    replaced_beside,
    write_map,
)
from convstudio.files.inputs import (
    ARRAY_SUFFIXES,
    IMAGE_SUFFIXES,
    INPUT_SUFFIXES,
    SAMPLE_PREFIX,
    TABLE_SUFFIXES,
    InputReading,
    ReadOptions,
    read_input_spec,
)
from convstudio.files.kernels import KERNEL_SUFFIXES, read_kernel, write_kernel
from convstudio.files.limits import LIMITS, check_output_shape
from convstudio.files.nested import to_nested
from convstudio.files.problems import FileProblem, WriteProblem, named, printable, reason
from convstudio.files.resources import load_detectors
from convstudio.files.save import save_bytes
from convstudio.files.screen import ScreenProblem, check_screen, import_problem
from convstudio.model.arrays import Floats, frozen
from convstudio.model.detectors import Detector, find_detector
from convstudio.model.document import Document
from convstudio.model.forward import forward
from convstudio.model.kernel_facts import kernel_sum
from convstudio.model.kinds import Pool
from convstudio.model.layers import Conv, Layer
from convstudio.model.layers import Padding as LayerPadding
from convstudio.model.network import Network
from convstudio.model.numbers import format_shape, format_weight, parse_number
from convstudio.model.sample import Sample, channel_names
from convstudio.model.summary import summary_rows, summary_text
from convstudio.ops import ACTIVATIONS, PADDING_MODES, PADDINGS, POOLS, Padding, per_axis, resolve_padding

DONE, FAILED, REFUSED = 0, 1, 2
INTERRUPTED, PIPE_CLOSED = 130, 141  # what a shell reports of a process ended by these signals

_YES_OR_NO = ("no", "yes")
_MOST_NAMED = 5
_READ_OPTIONS = frozenset(part.name for part in fields(ReadOptions))
_OF_NO_LAYER = _READ_OPTIONS | {"force"}
_FLOAT_SUFFIXES = frozenset({".tif", ".tiff"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments, or the process's own; return its exit status."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    _let_every_character_print()
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except (WriteProblem, ScreenProblem) as problem:
        return _refuse(problem, FAILED)
    except FileProblem as problem:
        return _refuse(problem, REFUSED)
    except MemoryError:
        return _refuse("there is not enough memory for this: use a smaller input or fewer filters", REFUSED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence_output()
        return PIPE_CLOSED
    except OSError as error:
        _silence_output()
        return _refuse(f"the output was not written ({reason(error)}): send it to another place", FAILED)
    return status


def _silence_output() -> None:
    """Send what is still to be printed nowhere, for the interpreter flushes once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    command = _COMMANDS.get(arguments[0]) if arguments else None
    try:
        return _open_window(arguments) if command is None else command(arguments[1:])
    except SystemExit as stop:  # argparse's way to end after --help and --version
        return int(stop.code or DONE)


def _refuse(problem: Exception | str, status: int) -> int:
    sentence = printable(" ".join(str(problem).split())).removesuffix(".")
    print(f"convstudio: error: {sentence[:1].lower()}{sentence[1:]}", file=sys.stderr)
    return status


def _let_every_character_print() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other part of the program does."""

    def __init__(self, prog: str, description: str, **options: str) -> None:
        super().__init__(prog, description=description, allow_abbrev=False, **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments."""
        raise FileProblem(f"{message}: see {self.prog} --help")


# --- the window --------------------------------------------------------------------------------------------------


def _window_parser() -> _Parser:
    parser = _Parser(
        "convstudio",
        "Show, on real numbers, how a convolutional layer turns an input into feature maps.",
        epilog="Without a window: " + ", ".join(f"“convstudio {name} --help”" for name in _COMMANDS) + ".",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="a project, an image, a kernel or an array to open")
    parser.add_argument("--version", action="version", version=f"convstudio {__version__}")
    return parser


def _open_window(arguments: list[str]) -> int:
    files: list[str] = _window_parser().parse_args(arguments).files
    for file in files:
        if not file.startswith((SAMPLE_PREFIX, EXAMPLE_PREFIX)) and not os.path.lexists(file):
            raise FileProblem(f"{named(file)} is no command and no file: check its name, or see convstudio --help")
    check_screen(os.environ, sys.platform)
    gc.disable()  # what is imported stays: to look for garbage in it takes a tenth of the start, and later of a frame
    try:
        from convstudio.app import run  # Qt is loaded only to open the window
    except ImportError as error:
        problem = import_problem(error)
        if problem is None:
            raise
        raise problem from error
    finally:
        gc.freeze()
        gc.enable()
    return run(files)


# --- apply -------------------------------------------------------------------------------------------------------


def _apply_parser() -> _Parser:
    parser = _Parser("convstudio apply", "Apply a convolution layer or a project to inputs, and write the maps.")
    parser.add_argument(
        "inputs", nargs="+", metavar="INPUT", help=f"sample:NAME, or a file: {' '.join(sorted(INPUT_SUFFIXES))}"
    )
    network = parser.add_mutually_exclusive_group(required=True)
    network.add_argument(
        "--kernel",
        action="append",
        metavar="SPEC",
        help=f"a detector's id, or a file: {' '.join(sorted(KERNEL_SUFFIXES))}; one filter for each --kernel",
    )
    network.add_argument(
        "--project",
        metavar="P",
        help="run a whole network instead of one layer: a saved project's, or example:NAME",
    )
    _add_layer_options(parser)
    _add_reading_options(parser)
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUT",
        help="NAME.npy .json .csv .tsv .png .tif, replaced if it exists; a folder when there are several inputs",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace files under other names too: NAME-0.csv, or those in a folder"
    )
    return parser


def _add_layer_options(parser: _Parser) -> None:
    parser.add_argument("--bias", type=_numbers, metavar="0,1", help="one number for each filter (default: 0)")
    parser.add_argument("--stride", type=partial(_per_axis, "stride", LIMITS.stride), default=1, metavar="N|N,N")
    parser.add_argument(
        "--padding",
        type=_padding,
        default="valid",
        metavar="P",
        help=f"{', '.join(PADDINGS)}, cells such as 1 or 1,2, or cells before and after such as 0:1,2:3",
    )
    parser.add_argument("--padding-mode", choices=PADDING_MODES, default="zeros")
    parser.add_argument("--dilation", type=partial(_per_axis, "dilation", LIMITS.dilation), default=1, metavar="N|N,N")
    parser.add_argument("--groups", type=_groups, default=1, metavar="N")
    parser.add_argument("--flip", action="store_true", help="turn the kernels first: true convolution")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="linear")
    parser.add_argument("--pool", type=_pooling, metavar="max:2", help="max or average, and cells such as 2 or 2,3")


def _apply(arguments: list[str]) -> int:
    options = _apply_parser().parse_intermixed_args(_with_negative_bias(arguments))
    maps_of = _project_maps(options) if options.project else _layer_maps(options)
    outputs = _outputs(options.inputs, options.output)
    if not options.force:
        _check_free([output for _, output in outputs], options.output)
    for spec, output in outputs:
        reading = read_input_spec(spec, _read_options(options))
        maps = maps_of(reading.sample)
        target = output if output == Path(options.output) else _fitting(output, maps)
        if not options.force:
            _check_free(map_paths(target, maps.shape), options.output)
        _report(write_map(target, maps), maps)
        if reading.is_decided:
            print(f"convstudio: {_reading_line(reading)}", file=sys.stderr)
    return DONE


def _add_reading_options(parser: _Parser) -> None:
    group = parser.add_argument_group(
        "how inputs are read", "What is not said is decided by the evidence in each file."
    )
    group.add_argument(
        "--page",
        type=partial(_count, name="page", least=1, most=10**9),
        metavar="N",
        help="the page or frame of a picture, the plane of a volume or the sample of a batch, counted from 1",
    )
    group.add_argument("--channels", choices=("first", "last"), help="the axis of channels of an array")
    group.add_argument("--header", choices=_YES_OR_NO, help="whether the first row of a table holds names")
    group.add_argument("--index", choices=_YES_OR_NO, help="whether the first column of a table holds names")
    group.add_argument("--decimal", choices=("point", "comma"), help="the decimal sign of a table")


def _read_options(options: argparse.Namespace) -> ReadOptions:
    header, index = (None if said is None else said == "yes" for said in (options.header, options.index))
    return ReadOptions(options.page, options.channels, header, index, options.decimal)


def _reading_line(reading: InputReading) -> str:
    """Say what was read, and where another reading is about as likely, the option that leads to it."""
    name = reading.sample.name
    line = reading.sentence if name in reading.sentence else f"{name}: {reading.sentence}"
    if not reading.is_doubtful:
        return line
    other = reading.others[0]
    wishes = [
        f"--{part.name} {_as_option(getattr(other.options, part.name))}"
        for part in fields(ReadOptions)
        if getattr(other.options, part.name) != getattr(reading.options, part.name)
    ]
    return f"{line} For {other.text}, add {' '.join(wishes)}."


def _as_option(value: object) -> str:
    return _YES_OR_NO[value] if isinstance(value, bool) else str(value)


def _check_free(paths: Sequence[Path], given: str) -> None:
    """Refuse to replace a file under a name that the user did not give: nobody confirmed it."""
    taken = replaced_beside(given, paths)
    if taken:
        names = ", ".join(map(named, taken[:_MOST_NAMED])) + (" and more" if len(taken) > _MOST_NAMED else "")
        raise FileProblem(f"{names} would be replaced: add --force to replace, or name another output")


def _fitting(output: Path, maps: Floats) -> Path:
    """Return a name that we chose ourselves, with the suffix of a table where a picture became a vector."""
    is_fitting = maps.ndim > 1 or output.suffix not in PICTURE_SUFFIXES
    return output if is_fitting else output.with_name(f"{output.name}.csv")


def _layer_maps(options: argparse.Namespace) -> Callable[[Sample], Floats]:
    return partial(_maps, options=options, detectors=load_detectors())


def _project_maps(options: argparse.Namespace) -> Callable[[Sample], Floats]:
    """Return what a saved network makes of a sample; settings of a layer beside it would say two things at once."""
    alone = _apply_parser().parse_args([*options.inputs, "--project", options.project, "-o", options.output])
    others = {name: value for name, value in vars(options).items() if name not in _OF_NO_LAYER}
    doubled = next((name for name, value in others.items() if value != getattr(alone, name)), None)
    if doubled is not None:
        raise FileProblem(f"--project brings its own layers: leave out --{doubled.replace('_', '-')}")
    document = read_project_spec(options.project)[0]
    return lambda sample: _network_maps(
        document.with_sample(sample), f"{named(sample.name)} does not run through the project: "
    )


def _network_maps(document: Document, blame: str = "") -> Floats:
    """Return what the last layer makes; every layer's maps are checked to fit before the first one runs."""
    for shape in document.network.shapes(document.sample.values.shape):
        if shape is not None:
            check_output_shape(shape, named(document.sample.name))
    results = forward(document).layers
    maps = results[-1].maps
    if maps is None:
        raise FileProblem(blame + next(result.problem for result in results if result.problem))
    return maps


def _with_negative_bias(arguments: list[str]) -> list[str]:
    """Join `--bias -1,2` into one argument, for argparse takes a list that begins with a minus for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--bias" and re.match(r"[-−][\d.,s√]", argument):
            joined[-1] = f"--bias={argument}"
        else:
            joined.append(argument)
    return joined


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(map(parse_number, text.split(",")))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _per_axis(name: str, most: int, text: str) -> int | tuple[int, ...]:
    numbers = tuple(_count(part, name, 1, most) for part in text.split(","))
    return numbers[0] if len(numbers) == 1 else numbers


def _groups(text: str) -> int:
    return _count(text, "groups", 1, LIMITS.input_channels)


def _pooling(text: str) -> tuple[str, tuple[int, ...]]:
    kind, _, cells = text.partition(":")
    if kind not in POOLS:
        raise argparse.ArgumentTypeError(f"“{printable(text)[:40]}” is no pooling: give one such as max:2")
    return kind, tuple(_count(part, "pooling", 1, LIMITS.stride) for part in cells.split(","))


def _padding(text: str) -> Padding:
    if text in PADDINGS:
        return text
    parts = [part.split(":") for part in text.split(",")]
    cells = [[_count(number, "padding", 0, LIMITS.padding) for number in part] for part in parts]
    if any(len(part) > 1 for part in cells):
        return tuple((part[0], part[-1]) for part in cells)
    return cells[0][0] if len(cells) == 1 else tuple(part[0] for part in cells)


def _count(text: str, name: str, least: int, most: int) -> int:
    if not re.fullmatch(r"\s*\d{1,9}\s*", text, re.ASCII) or not least <= int(text) <= most:
        names = f" or one of {', '.join(PADDINGS)}" if name == "padding" else ""
        raise argparse.ArgumentTypeError(
            f"“{printable(text)[:40]}” is no {name}: give a whole number from {least} to {most}{names}"
        )
    return int(text)


def _outputs(specs: Sequence[str], output: str) -> list[tuple[str, Path]]:
    """Pair every input with where its maps go: the output itself, or a file of the input's kind in that folder."""
    target = Path(output)
    if len(specs) == 1 and not target.is_dir() and not output.endswith(("/", os.sep)):
        check_map_suffix(target)
        return [(specs[0], target)]
    paths = [target / _result_name(spec) for spec in specs]
    double = next((path for path in paths if paths.count(path) > 1), None)
    if double is not None:
        raise FileProblem(f"two inputs would both become {named(double)}: apply them one at a time")
    _make_folder(target)
    return list(zip(specs, paths, strict=True))


def _result_name(spec: str) -> str:
    path = Path(spec.removeprefix(SAMPLE_PREFIX))
    suffix = path.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        return path.stem + (".tsv" if suffix == ".tsv" else ".csv")
    if suffix in IMAGE_SUFFIXES:
        return path.stem + (".tif" if suffix in _FLOAT_SUFFIXES else ".png")
    return (path.stem if suffix in ARRAY_SUFFIXES else path.name) + ".npy"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:
        raise FileProblem(f"{named(folder)} is a file, and several inputs need a folder: name another one") from None
    except OSError as error:
        raise WriteProblem(f"{named(folder)} was not made ({reason(error)}): make the folder first") from None


def _maps(sample: Sample, options: argparse.Namespace, detectors: Sequence[Detector]) -> Floats:
    filters = [_filter(spec, sample, options.groups, detectors) for spec in options.kernel]
    for spec, kernels in zip(options.kernel, filters, strict=True):
        if kernels.shape != filters[0].shape:
            raise FileProblem(
                f"the kernels {named(options.kernel[0])} ({format_shape(filters[0].shape[:-1])}) and {named(spec)} "
                f"({format_shape(kernels.shape[:-1])}) differ in size: apply them one at a time"
            )
    try:
        layers = _layers(sample, np.stack(filters, axis=-1), options)
    except ValueError as error:
        raise FileProblem(str(error)) from error
    return _network_maps(Document(sample, Network(layers)))


def _layers(sample: Sample, weights: Floats, options: argparse.Namespace) -> tuple[Layer, ...]:
    """Return the convolution, and the pooling if there is one, that the options describe."""
    stride = per_axis(options.stride, sample.rank, "stride")
    dilation = per_axis(options.dilation, sample.rank, "dilation")
    layer = Conv(
        weights=frozen(weights),
        bias=_bias([0] * len(options.kernel) if options.bias is None else options.bias, weights.shape[-1]),
        stride=stride,
        dilation=dilation,
        padding=_layer_padding(options.padding, sample, weights.shape[:-2]),
        padding_mode=options.padding_mode,
        groups=options.groups,
        flip=options.flip,
        activation=options.activation,
    )
    made = layer.made_shape(sample.values.shape)
    return (layer,) if options.pool is None else (layer, _pool_layer(options.pool, made[:-1]))


def _layer_padding(padding: Padding, sample: Sample, kernel: Sequence[int]) -> LayerPadding:
    if isinstance(padding, str):
        return padding
    return resolve_padding(sample.spatial, tuple(kernel), padding=padding)


def _pool_layer(wanted: tuple[str, tuple[int, ...]], maps: tuple[int, ...]) -> Pool:
    kind, size = wanted
    if len(size) not in (1, len(maps)):
        raise FileProblem(f"--pool has {len(size)} numbers for {len(maps)} axes: give 1 or {len(maps)}")
    cells = size if len(size) == len(maps) else size * len(maps)
    if any(cell > side for cell, side in zip(cells, maps, strict=True)):
        raise FileProblem(f"--pool {format_shape(cells)} is larger than the maps {format_shape(maps)}: use fewer cells")
    return Pool(kind, cells)


def _bias(numbers: Sequence[float], filters: int) -> Floats:
    if len(numbers) != filters:
        raise FileProblem(f"--bias has {len(numbers)} numbers for {filters} filters: give one for each --kernel")
    return frozen(numbers)


def _filter(spec: str, sample: Sample, groups: int, detectors: Sequence[Detector]) -> Floats:
    """Return the kernels of one filter, `(*kernel, channels / groups)`."""
    detector = find_detector(detectors, spec)
    kernel = detector.kernel if detector else _kernel_file(spec, sample.rank, detectors)
    has_channels = detector.mixes_channels if detector else kernel.ndim > sample.rank
    channels = max(1, sample.channels // groups)
    if kernel.ndim - has_channels != sample.rank or (has_channels and kernel.shape[-1] != channels):
        axes = "columns" if sample.rank == 1 else "rows × columns"
        raise FileProblem(
            f"the kernel {named(spec)} ({format_shape(kernel.shape)}) does not fit the input {named(sample.name)} "
            f"({format_shape(sample.values.shape)}): use one of {axes}, or of {axes} × {channels} channels"
        )
    return kernel if has_channels else np.repeat(kernel[..., np.newaxis], channels, axis=-1)


def _kernel_file(spec: str, rank: int, detectors: Sequence[Detector]) -> Floats:
    if Path(spec).suffix.lower() not in KERNEL_SUFFIXES and not os.path.lexists(spec):
        raise FileProblem(_no_detector(spec, detectors))
    return read_kernel(spec, rank)


def _report(paths: Sequence[Path], maps: Floats) -> None:
    """Say which values a picture shows as black and white, for the picture itself cannot."""
    for index, path in enumerate(paths):
        if path.suffix.lower() == ".png":
            print(f"{printable(str(path))}: {levels_sentence(maps[..., index])}")


# --- projects as text --------------------------------------------------------------------------------------------


def _summary(arguments: list[str]) -> int:
    parser = _Parser("convstudio summary", "List a project's layers: what each makes, learns, computes and sees.")
    parser.add_argument("project", metavar="P.convstudio")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    document = read_project_spec(options.project)[0]
    print(_summary_json(document) if options.json else summary_text(document), end="")
    return DONE


def _summary_json(document: Document) -> str:
    rows = summary_rows(document)
    content = {
        "input": document.sample.values.shape,
        "layers": [asdict(row) | {"field": row.field and row.field._asdict()} for row in rows],
        "parameters": sum(row.parameters for row in rows),
        "measured": sum(row.measured for row in rows),
        "multiplications": sum(row.multiplications for row in rows),
    }
    return msgspec.json.encode(content).decode() + "\n"


def _code(arguments: list[str]) -> int:
    parser = _Parser(
        "convstudio code", "Write a project's network as a program of another library, which checks its own output."
    )
    parser.add_argument("project", metavar="P.convstudio")
    parser.add_argument("--for", dest="target", required=True, choices=tuple(TARGETS))
    parser.add_argument("-o", "--output", metavar="FILE", help="a file for the program (default: the standard output)")
    options = parser.parse_args(arguments)
    text = code_for(read_project_spec(options.project)[0], options.target)
    if options.output is None:
        print(text, end="")
    else:
        save_bytes(options.output, text.encode())
    return DONE


# --- detectors ---------------------------------------------------------------------------------------------------


def _detectors(arguments: list[str]) -> int:
    command = _DETECTOR_COMMANDS.get(arguments[0]) if arguments else None
    return _list(arguments) if command is None else command(arguments[1:])


def _list(arguments: list[str]) -> int:
    parser = _Parser(
        "convstudio detectors",
        "List the detectors: the named kernels of the library.",
        epilog="Also: “convstudio detectors show ID” and “convstudio detectors export ID -o FILE”.",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, with the weights")
    detectors = load_detectors()
    if parser.parse_args(arguments).json:
        print(_as_json(detectors))
        return DONE
    width = max(len(detector.id) for detector in detectors)
    for detector in detectors:
        print(f"{detector.id:{width}}  {format_shape(detector.kernel.shape):7}  {detector.detects}")
    return DONE


def _show(arguments: list[str]) -> int:
    parser = _Parser("convstudio detectors show", "Show a detector's weights, what it detects, and where it is from.")
    parser.add_argument("id", metavar="ID")
    detector = _named_detector(parser.parse_args(arguments).id)
    print(f"{detector.name} ({detector.id}), {format_shape(detector.kernel.shape)}, sum {kernel_sum(detector.kernel)}")
    print("\n".join(_weight_lines(detector)))
    print(f"detects: {detector.detects}\nsource:  {detector.source}")
    return DONE


def _export(arguments: list[str]) -> int:
    parser = _Parser("convstudio detectors export", "Write a detector's kernel to a file.")
    parser.add_argument("id", metavar="ID")
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help=f"a name that ends in {' '.join(sorted(KERNEL_SUFFIXES))}"
    )
    options = parser.parse_args(arguments)
    detector = _named_detector(options.id)
    write_kernel(options.output, detector.kernel, detector.name)
    return DONE


def _named_detector(detector_id: str) -> Detector:
    detectors = load_detectors()
    detector = find_detector(detectors, detector_id)
    if detector is None:
        raise FileProblem(_no_detector(detector_id, detectors))
    return detector


def _no_detector(detector_id: str, detectors: Sequence[Detector]) -> str:
    near = get_close_matches(detector_id, [detector.id for detector in detectors], n=3)
    advice = f"did you mean {' or '.join(near)}?" if near else "see convstudio detectors for the list"
    return f"there is no detector “{detector_id[:60]}” and no kernel file of that name: {advice}"


def _as_json(detectors: Sequence[Detector]) -> str:
    return "[" + ",\n ".join(msgspec.json.encode(_entry(detector)).decode() for detector in detectors) + "]"


def _entry(detector: Detector) -> dict[str, object]:
    return {
        "id": detector.id,
        "name": detector.name,
        "rank": detector.rank,
        "shape": detector.kernel.shape,
        "mixes_channels": detector.mixes_channels,
        "weights": to_nested(detector.kernel),
        "detects": detector.detects,
        "source": detector.source,
    }


def _weight_lines(detector: Detector) -> list[str]:
    rows = [list(map(format_weight, row)) for row in detector.kernel.reshape(-1, detector.kernel.shape[-1]).tolist()]
    width = max(len(text) for row in rows for text in row)
    heads = [[name.rjust(width) for name in channel_names(len(rows[0]))]] if detector.mixes_channels else []
    return ["  " + "  ".join(text.rjust(width) for text in row) for row in [*heads, *rows]]


_DETECTOR_COMMANDS = {"list": _list, "show": _show, "export": _export}
_COMMANDS = {"apply": _apply, "summary": _summary, "code": _code, "detectors": _detectors}
