"""`convstudio info`: what a file holds, of any kind that the program knows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from convstudio.commands.parser import DONE, Parser
from convstudio.files.arrays.foreign import refuse_foreign
from convstudio.files.formats import DOORS, PROJECT_FORMATS
from convstudio.files.inputs import INPUT_FORMATS, read_input
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS, is_kernel_text, read_kernel
from convstudio.files.kernels.reading import SeveralKernels
from convstudio.files.networks.foreign_formats import FOREIGN_NETWORK_FORMATS, is_foreign_network, is_state_dict_file
from convstudio.files.presets.exchange import ARCHIVE_FORMAT, read_presets
from convstudio.files.problems import FileProblem, named, printable, tried
from convstudio.files.projects.examples import read_project_spec
from convstudio.files.projects.names import EXAMPLE_PREFIX, PROJECT_SUFFIX
from convstudio.files.weights import WEIGHTS_FORMATS, open_weights
from convstudio.model.readings.weights.array_facts import SHARES, ArrayFacts, array_facts
from convstudio.model.readings.weights.kernel_banks import told_order
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number, format_shape, percent
from convstudio.model.words.file_kinds import FileKind, ending_among, endings_of, kind_of
from convstudio.model.words.summary import summary_text

_HEADS = ("Array", "Shape", "Type", "Minimum", "Maximum", "Mean", "Std", "Zeros", "Order")


@dataclass(frozen=True)
class _FileArray:
    """One array of a file: its name, shape, type, in which orders its axes can stand, and what its numbers are like.

    `problem` says why there are no numbers.
    """

    name: str
    shape: tuple[int, ...]
    type_name: str
    order: str
    facts: ArrayFacts | None
    problem: str = ""


@dataclass(frozen=True)
class _FileFacts:
    """What a file holds: its format, sentences, arrays, and a text of layers."""

    format: str
    notes: tuple[str, ...] = ()
    arrays: tuple[_FileArray, ...] = ()
    layers: str = ""


def info(arguments: list[str]) -> int:
    """Run `convstudio info` with its arguments; return the exit status."""
    parser = Parser("convstudio info", "Tell what a file holds: its format, its shapes, its order of axes, its ranges.")
    endings = ", ".join(endings_of(kind for door in DOORS for kind in door.kinds if door.is_read))
    parser.add_argument("file", metavar="FILE", help=f"a file that ends in {endings}")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    report = _report(options.file)
    print(_as_json(options.file, report) if options.json else _as_text(options.file, report), end="")
    return DONE


def _report(path: str) -> _FileFacts:
    """Ask every door that takes the ending; tell what those find that can read the file, and why the others cannot."""
    refuse_foreign(path)
    doors = [door for door in _DOORS if door.takes(path)]
    if not doors and not Path(path).exists():
        raise FileProblem(f"{named(path)} does not exist: check its name and its folder")
    if not doors:
        raise FileProblem(f"{named(path)} has no known format: see “convstudio info --help” for those that are known")
    asked = {door.what: tried(partial(door.describe, path)) for door in doors}
    problems = {what: one for what, one in asked.items() if isinstance(one, FileProblem)}
    found = [one for one in asked.values() if isinstance(one, _FileFacts)]
    if not found:
        raise next(iter(problems.values()))
    refusals = (f"Not read as {what}: {problem}" for what, problem in problems.items())
    return _FileFacts(
        found[0].format,
        (*(note for one in found for note in one.notes), *refusals),
        next((one.arrays for one in found if one.arrays), ()),
        next((one.layers for one in found if one.layers), ""),
    )


# --- one door after the other --------------------------------------------------------------------------------------


def _of_network(path: str) -> _FileFacts:
    notes: list[str] = []
    document = read_project_spec(path, notes.append)[0]
    sample = document.sample.values.shape
    first = f"A network of {counted(len(document.layers), 'layer')} for an input of {format_shape(sample)}."
    kinds = WEIGHTS_FORMATS if is_state_dict_file(path) else (*PROJECT_FORMATS, *FOREIGN_NETWORK_FORMATS)
    return _FileFacts(_format_among(kinds, path), (first, *notes), layers=summary_text(document))


def _of_weights(path: str) -> _FileFacts:
    file = open_weights(path)
    facts = {name: _facts(values) for name, values in file.each(file.entries, LIMITS.layer_values)}
    arrays = tuple(
        _FileArray(name, one.shape, one.type_name, told_order(name, one.shape, file.suffix), *facts[name])
        for name, one in file.entries.items()
    )
    notes = (f"{counted(len(arrays), 'array')} of weights.", *map(str, file.problems.values()))
    return _FileFacts(_format_among(WEIGHTS_FORMATS, path), notes, arrays)


def _of_input(path: str) -> _FileFacts:
    reading = read_input(path)
    values = reading.sample.values.to_array()
    array = _FileArray(reading.sample.name, values.shape, values.dtype.name, "", *_facts(values))
    notes = (f"As an input: {reading.sentence}", *_left_out(array))
    return _FileFacts(_format_among(INPUT_FORMATS, path), notes, (array,))


def _of_kernel(path: str) -> _FileFacts:
    name = printable(Path(path).name)
    try:
        reading = read_kernel(path)
    except SeveralKernels as several:
        lines = (f"Kernel {text}" for text in several.texts)
        return _FileFacts(_format_among(KERNEL_FORMATS, path), (f"As a kernel: {several}", *lines))
    array = _FileArray(name, reading.kernel.shape, reading.kernel.dtype.name, "", *_facts(reading.kernel))
    return _FileFacts(reading.format, (f"As a kernel: {reading.sentence(name)}",), (array,))


def _of_presets(path: str) -> _FileFacts:
    found = read_presets([path])
    if found.problems and not found.presets:
        raise FileProblem(found.problems[0])
    names = ", ".join(one.name for one in found.presets)
    notes = (f"{counted(len(found.presets), 'preset')}: {names}.", *found.problems)
    return _FileFacts(ARCHIVE_FORMAT.name, notes)


def _format_among(kinds: Sequence[FileKind], path: str) -> str:
    kind = kind_of(kinds, ending_among(kinds, path))
    return "ConvStudio example" if kind is None else kind.name


def _facts(values: Floats | FileProblem) -> tuple[ArrayFacts | None, str]:
    if isinstance(values, FileProblem):
        return None, str(values)
    try:
        return array_facts(values), ""
    except ValueError as error:
        return None, str(error)


def _left_out(array: _FileArray) -> Iterator[str]:
    """Say how many numbers are not among the facts; files of weights and kernels with such numbers are refused."""
    if array.facts is not None and array.facts.left_out:
        is_or_are = counted(array.facts.left_out, "number is", "numbers are")
        yield f"{is_or_are} NaN or infinity: the facts below are of the others."


def _ends_in(*endings: str) -> Callable[[str], bool]:
    return lambda path: path.lower().endswith(endings)


def _is_network(path: str) -> bool:
    is_ours = path.startswith(EXAMPLE_PREFIX) or _ends_in(PROJECT_SUFFIX)(path)
    return is_ours or is_foreign_network(path) or is_state_dict_file(path)


def _is_input(path: str) -> bool:
    return _ends_in(*endings_of(INPUT_FORMATS))(path) and not is_kernel_text(path)


@dataclass(frozen=True)
class _Reading:
    """What a file can be read as, which files are meant by their name, and what describes one."""

    what: str
    takes: Callable[[str], bool]
    describe: Callable[[str], _FileFacts]


_DOORS = (
    _Reading("a network", _is_network, _of_network),
    _Reading("weights", _ends_in(*endings_of(WEIGHTS_FORMATS)), _of_weights),
    _Reading("an input", _is_input, _of_input),
    _Reading("a kernel", _ends_in(*endings_of(KERNEL_FORMATS)), _of_kernel),
    _Reading("presets", _ends_in(*ARCHIVE_FORMAT.endings), _of_presets),
)


# --- text and JSON -------------------------------------------------------------------------------------------------


def _as_text(path: str, report: _FileFacts) -> str:
    lines = [f"{printable(path)}: {report.format}", *map(printable, report.notes)]
    if report.layers:
        lines += ["", report.layers.rstrip("\n")]
    if report.arrays:
        lines += ["", *_table([_HEADS, *map(_row, report.arrays)])]
        told = ", ".join(percent(share) for share in SHARES)
        quantiled = [one for one in report.arrays if one.facts is not None]
        lines += ["", f"Quantiles ({told})"] if quantiled else []
        lines += _table([(printable(one.name), *_quantiles(one)) for one in quantiled])
    return "\n".join(lines) + "\n"


def _row(one: _FileArray) -> tuple[str, ...]:
    facts = one.facts
    numbers = (
        ("", "", "", "", "")
        if facts is None
        else (*map(format_number, (facts.minimum, facts.maximum, facts.mean, facts.deviation)), percent(facts.zeros))
    )
    shape = format_shape(one.shape) or "1"
    return (printable(one.name), shape, one.type_name, *numbers, one.problem or one.order)


def _quantiles(one: _FileArray) -> Iterator[str]:
    return map(format_number, one.facts.quantiles if one.facts else ())


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """Write rows with their columns one under the other; the last is as long as it is."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _as_json(path: str, report: _FileFacts) -> str:
    content: Mapping[str, Any] = {
        "file": os.fspath(path),
        "format": report.format,
        "notes": report.notes,
        "arrays": [_array_content(one) for one in report.arrays],
        "layers": report.layers.splitlines(),
    }
    return msgspec.json.encode(content).decode() + "\n"


def _array_content(one: _FileArray) -> Mapping[str, Any]:
    facts = {} if one.facts is None else asdict(one.facts)
    return {
        "name": printable(one.name),
        "shape": one.shape,
        "type": one.type_name,
        "order": one.order,
        **({"problem": one.problem} if one.problem else {}),
        **facts,
    }
