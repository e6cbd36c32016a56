"""`convstudio detectors`: list, show, import, export and delete what is in the library and among the presets."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import msgspec

from convstudio.commands.outputs import tell
from convstudio.commands.parser import DONE, REFUSED, Parser
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS
from convstudio.files.nested import to_nested
from convstudio.files.presets.exchange import (
    ARCHIVE_FORMAT,
    ARCHIVE_SUFFIX,
    export_archive,
    export_folder,
    export_preset,
    read_presets,
)
from convstudio.files.presets.folder import PresetFolder
from convstudio.files.presets.names import file_name_of, id_of
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.resources import load_detectors
from convstudio.files.settings import load_settings, settings_path
from convstudio.model.library.detector_facts import told_alike
from convstudio.model.panes.kernel_facts import kernel_sum
from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.detectors import PRESET_PREFIX, Detector, find_detector, matching
from convstudio.model.values.numbers import format_number, format_shape, format_weight
from convstudio.model.values.sample import channel_names
from convstudio.model.words.file_kinds import ending_of, listed_endings

# --- detectors ---------------------------------------------------------------------------------------------------


def detectors_command(arguments: list[str]) -> int:
    """Run `convstudio detectors` with its arguments; return the exit status."""
    command = _DETECTOR_COMMANDS.get(arguments[0]) if arguments else None
    return _list(arguments) if command is None else command(arguments[1:])


def _list(arguments: list[str]) -> int:
    parser = Parser(
        "convstudio detectors",
        "List the detectors: the named kernels of the library, and your own presets.",
        epilog="Also: " + ", ".join(f"“convstudio detectors {usage}”" for usage in _USAGES) + ".",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, with the weights")
    parser.add_argument("--search", metavar="WORDS", default="", help="those with these words in any of their texts")
    parser.add_argument("--presets", action="store_true", help="your own presets alone")
    options = parser.parse_args(arguments)
    listing = preset_folder().read()
    detectors = matching([*(() if options.presets else load_detectors()), *listing.presets], options.search)
    if options.json:
        print(_as_json(detectors))
    else:
        width = max((len(detector.id) for detector in detectors), default=0)
        for detector in detectors:
            print(f"{printable(detector.id):{width}}  {format_shape(detector.kernel.shape):7}  {_line(detector)}")
    if options.search and not detectors:
        tell(f"no detector has all of the words {named(options.search)}: give fewer, or only parts of them")
    for sentence in (listing.problem, *(damaged.reason for damaged in listing.damaged)):
        if sentence:
            tell(sentence)
    return DONE


def _line(detector: Detector) -> str:
    """Return what stands after a detector in the list: of a preset its name, tags and what it detects."""
    if not detector.is_preset:
        return detector.detects
    tags = " ".join(f"#{tag}" for tag in detector.tags)
    return printable(" · ".join(filter(None, (detector.name, " ".join(detector.detects.split()), tags))))


def _show(arguments: list[str]) -> int:
    parser = Parser(
        "convstudio detectors show",
        "Show a detector's weights, what it detects, what it does not tell apart, and where it is from.",
    )
    parser.add_argument("id", metavar="ID")
    detector = _named_detectors([parser.parse_args(arguments).id])[0]
    bias = "" if detector.bias is None else f", bias {format_number(detector.bias)}"
    shape, total = format_shape(detector.kernel.shape), kernel_sum(detector.kernel)
    print(printable(f"{detector.name} ({detector.id}), {shape}, sum {total}{bias}"))
    print("\n".join(_weight_lines(detector)))
    if detector.detects:
        print(f"detects: {_printed(detector.detects)}")
    if detector.source:
        print(f"source:  {_printed(detector.source)}")
    if detector.tags:
        print(f"tags:    {printable(', '.join(detector.tags))}")
    if detector.note:
        print(f"note:    {_printed(detector.note)}")
    if detector.made_by is not None:
        numbers = ", ".join(f"{name} {format_number(number)}" for name, number in detector.made_by.parameters.items())
        print(printable(f"made by: {detector.made_by.rule} {numbers}".rstrip()))
    print("\n".join(f"alike:   {sentence}" for sentence in told_alike(detector)))
    return DONE


def _export(arguments: list[str]) -> int:
    parser = Parser(
        "convstudio detectors export",
        "Write detectors or presets: one to a file, several to a .zip archive or into a folder.",
    )
    parser.add_argument("ids", metavar="ID", nargs="*", help="what to write; see convstudio detectors")
    parser.add_argument("--presets", action="store_true", help="all your own presets")
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUT",
        help=f"a file that ends in {listed_endings((*KERNEL_FORMATS, ARCHIVE_FORMAT))}, or a folder",
    )
    options = parser.parse_args(arguments)
    if not options.ids and not options.presets:
        raise FileProblem("the following arguments are required: ID or --presets: see convstudio detectors --help")
    chosen = _named_detectors(options.ids) if options.ids else []
    chosen += _all_presets() if options.presets else []
    ending = ending_of(options.output)
    if ending == ARCHIVE_SUFFIX:
        export_archive(options.output, chosen)
    elif len(chosen) == 1 and not options.presets and not Path(options.output).is_dir():
        export_preset(options.output, chosen[0])
    elif ending:
        raise FileProblem(f"{named(options.output)} is one file for {len(chosen)} kernels: name a .zip or a folder")
    else:
        new = export_folder(options.output, chosen)
        print(
            f"{counted(new, 'preset')} of {len(chosen)} written to {printable(options.output)}; the others were there"
        )
    return DONE


def _import(arguments: list[str]) -> int:
    parser = Parser("convstudio detectors import", "Copy kernels into the folder of your presets.")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help=f"a folder of presets, or a file that ends in {listed_endings((*KERNEL_FORMATS, ARCHIVE_FORMAT))}",
    )
    parser.add_argument("--tag", action="append", default=[], metavar="TAG", help="add a tag to each of them")
    options = parser.parse_args(arguments)
    folder, read = preset_folder(), read_presets(options.files)
    if read.problems and not read.presets:
        raise FileProblem(read.problems[0])
    presets = [replace(one, tags=tuple(dict.fromkeys((*one.tags, *options.tag)))) for one in read.presets]
    made = folder.add_missing(presets).made
    for path in made:
        print(printable(id_of(path.name)))
    there = len(presets) - len(made)
    if there:
        tell(f"{one_or_many(there, '1 preset was', f'{there} presets were')} there already")
    for sentence in read.problems:
        tell(sentence)
    return REFUSED if read.problems else DONE


def _delete(arguments: list[str]) -> int:
    parser = Parser("convstudio detectors delete", "Move presets into the folder of deleted ones.")
    parser.add_argument("ids", metavar="ID", nargs="+", help=f"a preset's id, such as {PRESET_PREFIX}my-edge")
    ids = list(dict.fromkeys(parser.parse_args(arguments).ids))
    ours = find_detector(load_detectors(), ids[0])
    if ours is not None:
        raise FileProblem(f"{ours.id} is a detector of the program and stays: give the id of a preset")
    folder = preset_folder()
    missing = next((one for one in ids if not (folder.path / file_name_of(one)).is_file()), None)
    if missing is not None:
        listing = folder.read()
        there = [*(one.id for one in listing.presets), *(id_of(one.file) for one in listing.damaged)]
        raise FileProblem(listing.problem or f"there is no preset {_advised(missing, there)}")
    for one in folder.delete(ids).removed:
        print(f"kept as {printable(str(one.kept))}: import it to have it back")
    return DONE


def preset_folder() -> PresetFolder:
    """Return the folder of presets that the window uses, too."""
    return PresetFolder.of_user(os.environ, load_settings(settings_path(os.environ)).presets_folder)


def detectors_for(ids: Iterable[str]) -> tuple[Detector, ...]:
    """Return all detectors, and the presets where one of these ids is that of a preset."""
    ours = load_detectors()
    has_presets = any(one.startswith(PRESET_PREFIX) for one in ids)
    return (*ours, *preset_folder().read().presets) if has_presets else ours


def _all_presets() -> list[Detector]:
    listing = preset_folder().read()
    if not listing.presets:
        raise FileProblem(listing.problem or f"the folder {named(listing.folder)} holds no presets: import some first")
    return list(listing.presets)


def _named_detectors(ids: Sequence[str]) -> list[Detector]:
    detectors = detectors_for(ids)
    found = [(one, find_detector(detectors, one)) for one in ids]
    missing = next((one for one, detector in found if detector is None), None)
    if missing is not None:
        raise FileProblem(f"there is no detector {_advised(missing, [one.id for one in detectors])}")
    return [detector for _, detector in found if detector is not None]


def _printed(text: str) -> str:
    """Write a text that may have several lines; what a terminal could not print is replaced."""
    return "\n         ".join(printable(line) for line in text.splitlines())


def no_kernel_sentence(spec: str, detectors: Sequence[Detector]) -> str:
    """Say that what is meant as a kernel is neither a detector nor a file, and name the nearest detectors."""
    return f"there is no kernel file and no detector {_advised(spec, [one.id for one in detectors])}"


def _advised(wrong: str, ids: Sequence[str]) -> str:
    """Name an id that is not there, and the nearest of those that are."""
    near = [printable(one) for one in get_close_matches(wrong, ids, n=3)]
    advice = f"did you mean {' or '.join(near)}?" if near else "see convstudio detectors for the list"
    return f"{named(wrong[:60])}: {advice}"


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
        "tags": detector.tags,
        "note": detector.note,
        "bias": detector.bias,
        "alike": told_alike(detector),
    }


def _weight_lines(detector: Detector) -> list[str]:
    rows = [list(map(format_weight, row)) for row in detector.kernel.reshape(-1, detector.kernel.shape[-1]).tolist()]
    width = max(len(text) for row in rows for text in row)
    heads = [[name.rjust(width) for name in channel_names(len(rows[0]))]] if detector.mixes_channels else []
    return ["  " + "  ".join(text.rjust(width) for text in row) for row in [*heads, *rows]]


_DETECTOR_COMMANDS = {"list": _list, "show": _show, "export": _export, "import": _import, "delete": _delete}
_USAGES = ("show ID", "export ID… -o OUT", "import FILE…", "delete ID…")
