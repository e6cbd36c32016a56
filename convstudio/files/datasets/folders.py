"""Data sets in folders named after classes: every picture in a folder is a sample of its class."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convstudio.files.datasets.loaded import AS_STORED, DataOptions, LoadedData, check_class_names, check_memory, scaled
from convstudio.files.inputs import PICTURE_FORMATS, read_input
from convstudio.files.pictures.folder import gone
from convstudio.files.pictures.page import TooLargePicture
from convstudio.files.problems import FileProblem, named, printable, reason
from convstudio.model.readings.inputs import BY_EVIDENCE
from convstudio.model.readings.weights.weight_names import file_order
from convstudio.model.values.answers.counted import counted, enumerated, one_or_many
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.progress import Progress
from convstudio.model.words.file_kinds import ending_of, endings_of, listed_endings

USUAL_SIDE = 64
"""The longest side of pictures where nothing asks for a size, and the first picture is larger."""

_NAMED = 5
"""So many of the pictures that cannot be read are named in a sentence; a folder may hold thousands."""

_TRAINING, _TESTING = ("train", "training"), ("test", "testing", "val", "valid", "validation", "held-out", "held_out")
_ENDINGS = frozenset(endings_of(PICTURE_FORMATS))
_GREY_PARTS = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow and Keras make grey


@dataclass(frozen=True)
class _Listing:
    """The pictures of a data set: their paths, classes, which are held out, and the folders without any."""

    paths: tuple[str, ...]
    labels: tuple[int, ...]
    class_names: tuple[str, ...]
    held_out: tuple[bool, ...] | None
    empty: tuple[str, ...]


def load_folder(path: str, options: DataOptions = AS_STORED, progress: Progress | None = None) -> LoadedData:
    """Read the pictures of a folder whose folders are named after classes; raise FileProblem.

    Two folders such as `train` and `test` may hold those of the classes; then the pictures in the second are held out.
    Pictures become of one size, that of the options or of the first picture, and of one kind, grey or RGB. One that
    cannot be read is left out and named. Nothing is read before the memory for all was found to suffice.
    """
    where, check = named(path), progress or Progress()
    listing = _listed(path, where, check)
    shape = _shape_for(listing, options, where, check)
    check_memory((len(listing.paths), *shape), where)
    check.expect(len(listing.paths))
    reader = _Reader(path, shape, check)
    values, kept = reader.read(listing.paths)
    if not len(kept):
        raise FileProblem(f"{where} holds no picture that can be read. {reader.problems[0]}")
    labels = np.array(listing.labels)[kept]
    present = sorted(set(labels.tolist()))
    names = tuple(printable(listing.class_names[label]) for label in present)
    check_class_names(names, where)
    if options.input_shape is None and reader.is_grey:
        values = values[..., :1]
    unread = [name for place, name in enumerate(listing.class_names) if place not in present]
    notes = _notes(listing, shape[:2], reader, unread)
    if options.is_scaled:
        notes.append(scaled(values))
    held_out = None if listing.held_out is None else np.flatnonzero(np.array(listing.held_out)[kept])
    data = Dataset(
        printable(Path(path).absolute().name),
        frozen(values),
        np.searchsorted(present, labels),
        None,
        names,
        tuple(printable(os.path.relpath(listing.paths[place], path)) for place in kept),
        held_out,
    )
    return LoadedData(data, tuple(filter(None, notes)), tuple(reader.problems), reader.left_out)


# --- what there is ------------------------------------------------------------------------------------------------


def _listed(path: str, where: str, check: Progress) -> _Listing:
    """List the pictures of every class without opening any."""
    parts = _parts(path)
    folders = [(folder, is_held_out) for part, is_held_out in parts for folder in _folders(part)]
    seen = {_identity(folder) for folder in (path, *(part for part, _ in parts), *(folder for folder, _ in folders))}
    found: list[tuple[str, str, bool]] = []
    classes: dict[str, int] = {}
    for folder, is_held_out in folders:
        name = Path(folder).name
        classes.setdefault(name, 0)
        for picture in _pictures(folder, seen, check):
            found.append((picture, name, is_held_out))
            classes[name] += 1
            if len(found) > LIMITS.data_samples:
                raise FileProblem(
                    f"{where} holds more than {LIMITS.data_samples} pictures. Move those that you need "
                    "into another folder."
                )
    if not found:
        raise FileProblem(_nothing(path, where, bool(classes)))
    names = tuple(sorted((name for name, count in classes.items() if count), key=file_order))
    places = {name: place for place, name in enumerate(names)}
    return _Listing(
        tuple(picture for picture, _, _ in found),
        tuple(places[name] for _, name, _ in found),
        names,
        tuple(is_held_out for _, _, is_held_out in found) if len(parts) > 1 else None,
        tuple(sorted((name for name, count in classes.items() if not count), key=file_order)),
    )


def _parts(path: str) -> list[tuple[str, bool]]:
    """Return the folders that hold the classes, and whether their pictures are held out."""
    folders = {Path(folder).name.lower(): folder for folder in _folders(path)}
    training = next((folders[name] for name in _TRAINING if name in folders), None)
    testing = next((folders[name] for name in _TESTING if name in folders), None)
    if training is None or testing is None or not folders.keys() <= {*_TRAINING, *_TESTING}:
        return [(path, False)]
    return [(training, False), (testing, True)]


def _folders(path: str) -> list[str]:
    """Return the folders in a folder, in the order of people; hidden ones are left out."""
    entries = [entry.name for entry in _entries(path) if _is_folder(entry)]
    return [str(Path(path, name)) for name in sorted(entries, key=file_order)]


def _pictures(folder: str, seen: set[tuple[int, int]], check: Progress, level: int = 1) -> Iterator[str]:
    """Yield the pictures in a folder, and in folders inside it that were not seen yet, however links lead to them."""
    check(0)
    if level > LIMITS.data_levels:
        raise FileProblem(
            f"{named(folder)} is a folder inside {LIMITS.data_levels} others. Put pictures higher up, into the folder "
            "of their class."
        )
    entries = sorted(_entries(folder), key=lambda entry: file_order(entry.name))
    yield from (entry.path for entry in entries if _is_picture(entry))
    for entry in filter(_is_folder, entries):
        identity = _identity(entry.path)
        if identity not in seen:
            seen.add(identity)
            yield from _pictures(entry.path, seen, check, level + 1)


def _is_picture(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):  # a link that leads to itself
        return ending_of(entry.name) in _ENDINGS and not entry.name.startswith(".") and entry.is_file()
    return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):  # a link that leads to itself
        return entry.is_dir() and not entry.name.startswith(".")
    return False


def _entries(path: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            return list(entries)
    except FileNotFoundError:
        raise gone(path) from None
    except OSError as error:
        raise FileProblem(f"The folder {named(path)} cannot be listed ({reason(error)}). Choose another one.") from None


def _identity(path: str) -> tuple[int, int]:
    """Return what tells a folder from all others, whatever links lead to it."""
    try:
        status = Path(path).stat()
    except OSError:
        raise gone(path) from None
    return status.st_dev, status.st_ino


def _nothing(path: str, where: str, has_folders: bool) -> str:
    if has_folders:
        return f"The folders in {where} hold no pictures that end in {listed_endings(PICTURE_FORMATS)}. Add some."
    is_flat = any(ending_of(entry.name) in _ENDINGS for entry in _entries(path))
    held = "pictures, but no folders" if is_flat else "no folders"
    return f"{where} holds {held}. Put the pictures of each class into a folder that is named after it."


# --- reading ------------------------------------------------------------------------------------------------------


def _shape_for(listing: _Listing, options: DataOptions, where: str, check: Progress) -> tuple[int, ...]:
    """Return the shape that every picture gets: that which is asked for, or that of the first that can be read."""
    if options.input_shape is not None:
        if len(options.input_shape) != 3 or options.input_shape[2] not in (1, 3):
            raise FileProblem(
                f"{where} holds pictures, and the network reads {format_shape(options.input_shape)}. "
                "Use a network that reads pictures of 1 or 3 channels."
            )
        return options.input_shape
    for path in listing.paths:
        check(0)
        with suppress(FileProblem):
            return (*_usual_size(path, check), 3)
    return (USUAL_SIDE, USUAL_SIDE, 3)


def _usual_size(path: str, check: Progress) -> tuple[int, int]:
    try:
        rows, columns = read_input(path, BY_EVIDENCE, check).sample.spatial
    except TooLargePicture as large:
        rows, columns = large.shape[:2]
    longest = max(rows, columns)
    if longest <= USUAL_SIDE:
        return rows, columns
    return max(1, round(rows * USUAL_SIDE / longest)), max(1, round(columns * USUAL_SIDE / longest))


class _Reader:
    """Reads pictures into one array, and takes note of those that cannot be read."""

    def __init__(self, root: str, shape: tuple[int, ...], check: Progress) -> None:
        self._root, self._shape, self._check = root, shape, check
        self.problems: list[str] = []
        self.broken: list[str] = []
        self.left_out = 0
        self.resized = 0
        self.is_grey = True

    def read(self, paths: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the pictures that could be read, and their places among the paths."""
        values = np.empty((len(paths), *self._shape), np.float32)
        kept: list[int] = []
        for place, path in enumerate(paths):
            self._check(1)
            try:
                values[len(kept)] = self._picture(path)
            except FileProblem as problem:
                self._leave_out(path, problem)
            else:
                kept.append(place)
        return values[: len(kept)], np.array(kept, np.int64)

    def _picture(self, path: str) -> Floats:
        rows, columns, channels = self._shape
        reading = read_input(path, replace(BY_EVIDENCE, size=(rows, columns)), self._check)
        values = reading.sample.values.to_array()
        if values.shape[2] not in (1, 3):
            raise FileProblem(f"{named(path)} has {counted(values.shape[2], 'channel')}. Save it as grey or RGB.")
        if not np.isfinite(values).all():
            raise FileProblem(f"{named(path)} holds NaN or an infinite number. Save it again.")
        if values.shape[2] == 3:
            self.is_grey = False
        return values @ _GREY_PARTS[:, np.newaxis] if values.shape[2] > channels else values

    def _leave_out(self, path: str, problem: FileProblem) -> None:
        if not Path(self._root).is_dir():
            raise gone(self._root) from None
        self.left_out += 1
        if len(self.problems) < LIMITS.data_problems:
            name = os.path.relpath(path, self._root)
            self.broken.append(named(name))
            self.problems.append(str(problem).replace(printable(path), printable(name)))


def _notes(listing: _Listing, size: tuple[int, ...], reader: _Reader, unread: Sequence[str]) -> list[str]:
    """Say what was done to the pictures, and what was left out; `unread` are the classes without a readable one."""
    notes = [f"Every picture has {size[0]} rows and {size[1]} columns now."]
    if listing.empty:
        notes.append(_no_classes(listing.empty, "pictures"))
    if unread:
        notes.append(_no_classes(unread, "pictures that can be read"))
    if reader.left_out:
        others = reader.left_out - _NAMED
        listed = enumerated([*reader.broken[:_NAMED], *([f"{others} more"] if others > 0 else [])])
        notes.append(
            one_or_many(
                reader.left_out,
                f"1 picture cannot be read and was left out. {reader.problems[0]}",
                f"{reader.left_out} pictures cannot be read and were left out: {listed}. {reader.problems[0]}",
            )
        )
    return notes


def _no_classes(folders: Sequence[str], missing: str) -> str:
    first = folders[0][: LIMITS.class_name]
    return one_or_many(
        len(folders),
        f"The folder “{first}” holds no {missing}, so it is not a class.",
        f"{len(folders)} folders, such as “{first}”, hold no {missing}, so they are not classes.",
    )
