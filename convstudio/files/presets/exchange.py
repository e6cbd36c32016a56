"""Presets from elsewhere and for others: single kernel files, folders of them, and `.zip` archives."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from convstudio.files.arrays.archives import open_archive, unpacked
from convstudio.files.disk.save import save_bytes
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS, read_kernel, write_kernel
from convstudio.files.presets.documents import decode_preset, encode_preset
from convstudio.files.presets.folder import PresetFolder
from convstudio.files.presets.names import PRESET_SUFFIX, free_name, id_of, is_preset_file, stem_of
from convstudio.files.problems import FileProblem, named, printable, reason
from convstudio.files.reading import read_bytes
from convstudio.model.values.detectors import PRESET_PREFIX, Detector, detector_from
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.progress import Progress
from convstudio.model.words.file_kinds import FileKind, ending_among, ending_of, listed_endings

ARCHIVE_SUFFIX = ".zip"
ARCHIVE_FORMAT = FileKind("Archive of presets", (ARCHIVE_SUFFIX,), "presets, one kernel file each")
PRESET_FORMATS = (*KERNEL_FORMATS, ARCHIVE_FORMAT)
"""What one preset can be read from and written to; several go into an archive."""
_BAD = "{file} is not a .zip archive, or a damaged one: pack the presets again."
_ADVICE = "pack the presets again"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same presets give the same archive


@dataclass(frozen=True)
class ReadPresets:
    """What was read of files that were given: presets, and a sentence about each file that is none."""

    presets: tuple[Detector, ...]
    problems: tuple[str, ...]


def read_presets(paths: Sequence[str | os.PathLike[str]], progress: Progress | None = None) -> ReadPresets:
    """Read presets out of kernel files, folders and archives; what cannot be read is a sentence, and the rest is read.

    A kernel in another format than our own becomes a preset that is named for its file.
    """
    count = progress or Progress()
    presets: list[Detector] = []
    problems: list[str] = []
    for one in _found(paths, problems):
        count(1)
        try:
            presets.extend(_presets_in(one, problems))
        except FileProblem as problem:
            problems.append(str(problem))
    if len(presets) > LIMITS.presets:
        raise FileProblem(f"These are {len(presets)} presets: import at most {LIMITS.presets} at a time.")
    return ReadPresets(tuple(presets), tuple(problems))


def export_preset(path: str | os.PathLike[str], preset: Detector) -> None:
    """Write one preset or detector in the format of the ending; raise FileProblem or WriteProblem.

    Our own format keeps what is written about it; the others hold the weights, and some the bias.
    """
    if ending_of(path) == ARCHIVE_SUFFIX:
        export_archive(path, [preset])
    elif ending_among(KERNEL_FORMATS, path) == ending_of(PRESET_SUFFIX):
        save_bytes(path, encode_preset(preset))
    else:
        write_kernel(path, preset.kernel, preset.name, preset.bias)


def export_archive(path: str | os.PathLike[str], presets: Sequence[Detector]) -> None:
    """Write presets into one `.zip` archive, each a kernel file; the same ones give the same bytes.

    Raises WriteProblem.
    """
    packed, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for preset in presets:
            name = free_name(preset.name, taken)
            taken.add(name)
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, encode_preset(preset))
    save_bytes(path, packed.getvalue())


def export_folder(path: str | os.PathLike[str], presets: Sequence[Detector]) -> int:
    """Write presets into a folder, a kernel file each; return how many were new. Nothing there is overwritten.

    Raises WriteProblem.
    """
    return len(PresetFolder(Path(path)).add_missing(presets).made)


def _found(paths: Sequence[str | os.PathLike[str]], problems: list[str]) -> Iterator[Path]:
    """Yield the files that were named, and of the folders the presets inside."""
    for path in map(Path, paths):
        try:
            is_folder = path.is_dir()
            inside = sorted(one for one in path.iterdir() if is_preset_file(one.name)) if is_folder else [path]
        except (OSError, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else "its name is not valid"
            problems.append(f"{named(path)} cannot be read ({why}): choose another file or folder.")
            continue
        if not inside:
            problems.append(f"{named(path)} holds no presets: choose a folder with files that end in {PRESET_SUFFIX}.")
        yield from inside[: LIMITS.presets]


def _presets_in(path: Path, problems: list[str]) -> list[Detector]:
    ending = ending_among(PRESET_FORMATS, path)
    if ending == ARCHIVE_SUFFIX:
        return _presets_of_archive(read_bytes(path, LIMITS.preset_archive_bytes), named(path), problems)
    if ending == ending_of(PRESET_SUFFIX):
        stem = stem_of(path.name) if is_preset_file(path.name) else path.stem
        return [decode_preset(read_bytes(path, LIMITS.kernel_bytes), named(path), f"{PRESET_PREFIX}{stem}", stem)]
    if not any(ending in kind.endings for kind in KERNEL_FORMATS):
        raise FileProblem(
            f"{named(path)} is not a preset: choose a folder, or a file that ends in {listed_endings(PRESET_FORMATS)}."
        )
    reading = read_kernel(path)
    made = detector_from(printable(path.stem)[: LIMITS.filter_name], reading.kernel, min(2, reading.kernel.ndim))
    return [replace(made, bias=reading.bias)]


def _presets_of_archive(data: bytes, where: str, problems: list[str]) -> list[Detector]:
    """Read the presets of an archive; the folders that its members name are never made, or looked into."""
    found: list[Detector] = []
    left, has_any = LIMITS.preset_archive_bytes, False
    with open_archive(data, where, _BAD) as archive:
        for entry in archive.infolist():
            name = PurePosixPath(entry.filename.replace("\\", "/")).name
            if entry.filename.endswith("/") or not is_preset_file(name):
                continue
            content = unpacked(archive, entry, min(LIMITS.kernel_bytes, left) + 1, where, _ADVICE)
            left -= len(content)
            if len(content) > LIMITS.kernel_bytes or left < 0:
                raise FileProblem(
                    f"{where} unpacks to more than {LIMITS.preset_archive_bytes >> 20} MiB, or to a preset of more "
                    f"than {LIMITS.kernel_bytes >> 20} MiB: import fewer or smaller presets."
                )
            member = f"{where}, “{printable(name)[:60]}”,"
            has_any = True
            try:
                found.append(decode_preset(content, member, id_of(name), printable(stem_of(name))))
            except FileProblem as problem:
                problems.append(str(problem))
    if not has_any:
        raise FileProblem(f"{where} holds no presets: choose an archive with files that end in {PRESET_SUFFIX}.")
    return found
