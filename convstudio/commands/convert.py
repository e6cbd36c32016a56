"""`convstudio convert`: kernels from one format to another."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import TypeAlias

from convstudio.commands.detectors import detectors_for
from convstudio.commands.layers import check_kernel_file
from convstudio.commands.many import add_many_options, check_for_one, goes_into_a_folder, run_many, tell_of_others
from convstudio.commands.parser import DONE, Parser
from convstudio.files.batch.expansion import expand
from convstudio.files.batch.running import PlannedInput
from convstudio.files.batch.tasks import InputTask, Made, digest
from convstudio.files.disk.save import save_all
from convstudio.files.kernels.document import write_document
from convstudio.files.kernels.kernel_files import (
    KERNEL_FORMATS,
    encoded_kernel,
    kernel_bytes,
    read_kernel_of,
)
from convstudio.files.kernels.reading import KernelContent, KernelReading, check_kernel_shape
from convstudio.files.problems import named, printable
from convstudio.files.weights import WEIGHTS_FORMATS, open_array
from convstudio.model.values.detectors import PRESET_PREFIX, Detector, find_detector
from convstudio.model.words.file_kinds import ending_among, endings_of, listed_endings


def _convert_parser() -> Parser:
    parser = Parser(
        "convstudio convert",
        "Write kernels in another format, and tell how each was read and written.",
        epilog="; ".join(f"{kind.endings[0]}: {kind.holds}" for kind in KERNEL_FORMATS) + ".",
    )
    parser.add_argument(
        "kernels",
        nargs="+",
        metavar="KERNEL",
        help=f"a detector's or preset's id, a folder, a pattern such as '*.csv', or a file: "
        f"{listed_endings(KERNEL_FORMATS)}. FILE#NAME is one of several kernels in a file, or one array of a file of "
        f"weights: {listed_endings(WEIGHTS_FORMATS)}",
    )
    parser.add_argument(
        "output",
        metavar="OUT",
        help=f"a name that ends in {listed_endings(KERNEL_FORMATS)}, replaced if it exists; "
        "a folder when there are several kernels",
    )
    parser.add_argument(
        "--rank", type=int, choices=(1, 2), help="what one row of numbers is: a sequence (1), or a row of an image (2)"
    )
    add_many_options(parser, KERNEL_FORMATS, KERNEL_FORMATS[0].endings[0])
    parser.add_argument("--force", action="store_true", help="replace files in a folder too")
    return parser


_Known: TypeAlias = tuple[KernelContent, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class ConvertWork:
    """Reads a kernel and encodes it in the format of the result.

    `known` are the detectors and arrays that are meant by their names, each with what is to be told of it.
    """

    rank: int | None
    known: Mapping[str, _Known]

    def __call__(self, task: InputTask) -> Made:
        """Return the file of one kernel; raise FileProblem."""
        content, told = self._read(task)
        data, written = encoded_kernel(task.target, content.kernel, content.name, content.bias)
        return Made([(task.target, data)], content.kernel.shape, (*told, written))

    def _read(self, task: InputTask) -> tuple[KernelContent, tuple[str, ...]]:
        if task.data is None:
            return self.known[task.spec]
        reading = read_kernel_of(task.spec, task.data, self.rank)
        return KernelContent(reading.kernel, "", reading.bias), (reading.sentence(named(task.spec)),)


def convert(arguments: list[str]) -> int:
    """Run `convstudio convert` with its arguments; return the exit status."""
    options = _convert_parser().parse_intermixed_args(arguments)
    detectors = detectors_for(options.kernels)
    work = ConvertWork(options.rank, dict(_meant(options.kernels, detectors)))
    read = partial(_read, work, detectors)
    folder = Path(options.output)
    found = expand(options.kernels, endings_of(KERNEL_FORMATS), PRESET_PREFIX, folder)
    if not goes_into_a_folder(found, options.output):
        check_for_one(options)
        return _convert_one(options, work, read(found.inputs[0].spec))
    tell_of_others(found.others)
    ending = options.format or KERNEL_FORMATS[0].endings[0]
    plan = [_planned(one.spec, folder / _place(one.place, ending)) for one in found.inputs]
    return run_many(folder, plan, work, _settings(options, work), read, options)


def _convert_one(options: argparse.Namespace, work: ConvertWork, data: bytes | None) -> int:
    made = work(InputTask(options.kernels[0], Path(options.output), data))
    save_all(made.files)
    for line in made.printed:
        print(line)
    return DONE


def _meant(specs: Sequence[str], detectors: Sequence[Detector]) -> Iterator[tuple[str, _Known]]:
    """Yield the detectors, presets and arrays of files of weights that are meant; raise FileProblem."""
    for spec in specs:
        detector = find_detector(detectors, spec)
        opened = open_array(spec) if detector is None else None
        if detector is not None:
            yield spec, (KernelContent(detector.kernel, printable(detector.name), detector.bias), ())
        elif opened is not None:
            file, name = opened
            check_kernel_shape(file.entries[name].shape, named(spec))
            reading = KernelReading(file.array(name), format="one array of weights")
            yield spec, (KernelContent(reading.kernel, printable(name)), (reading.sentence(named(spec)),))


def _read(work: ConvertWork, detectors: Sequence[Detector], spec: str) -> bytes | None:
    """Return the bytes of a kernel's file, None of what is known by its name; raise FileProblem."""
    if spec in work.known:
        return None
    check_kernel_file(spec, detectors)
    return kernel_bytes(spec)


def _planned(spec: str, target: Path) -> PlannedInput:
    return PlannedInput(spec, target, (target,))


def _place(place: PurePath, ending: str) -> PurePath:
    """Return where below the folder a kernel goes.

    >>> _place(PurePath("mine/edge.opencv.json"), ".csv"), _place(PurePath("sobel-x"), ".csv")
    (PurePosixPath('mine/edge.csv'), PurePosixPath('sobel-x.csv'))
    """
    known = ending_among(KERNEL_FORMATS, place)
    stem = place.name[: -len(known)] if known in endings_of(KERNEL_FORMATS) else place.name
    return place.with_name(f"{stem}{ending}")


def _settings(options: argparse.Namespace, work: ConvertWork) -> dict[str, object]:
    """Return all that decides, beside the files, what is made."""
    contents = b"".join(spec.encode() + write_document(work.known[spec][0]) for spec in sorted(work.known))
    return {"command": "convert", "rank": options.rank, "format": options.format, "content": digest(contents)}
