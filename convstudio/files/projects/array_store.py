"""Arrays on the disk, each written once: what a recovery keeps beside its small document.

A document shares with the one before it whatever did not change, and its arrays never change: so an array that was
stored is known by its identity, and an edit of a photograph costs the tiles that it touched. All new arrays of one
write go into one file; a file whose arrays are mostly out of use gives the others to the next one and goes.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from convstudio.files.disk.save import sync_folder, write_all
from convstudio.files.problems import FileProblem, named
from convstudio.model.values.arrays import Floats, byte_size, frozen

ARRAYS_SUFFIX = ".arrays"
_SMALL_FILE = 2**20  # bytes
_MOST_SMALL_FILES = 64
_LITTLE_ENDIAN = np.dtype("<f4")


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an array is: the number of its file, its first byte, and its shape; little-endian float32."""

    file: int
    offset: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class _StoredArray:
    """An array that is on the disk; holding it keeps its identity from being given to another one."""

    array: Floats
    place: Place


class ArrayStore:
    """Stores arrays in files of one folder, from one thread at a time."""

    def __init__(self) -> None:
        self._stored: dict[int, _StoredArray] = {}
        self._sizes: dict[int, int] = {}
        self._last_file = 0

    def store(self, folder: Path, arrays: Sequence[Floats]) -> list[Place]:
        """Put those arrays on the disk that are not there yet, and return the places of all; raise OSError.

        Nothing that an earlier call returned is touched before `keep_only`.
        """
        wanted = {id(array): array for array in arrays}
        self._forget_lost_files(folder)
        rewritten = self._files_to_rewrite(wanted)
        new = [
            array
            for key, array in wanted.items()
            if key not in self._stored or self._stored[key].place.file in rewritten
        ]
        if new:
            self._write(folder, new)
        return [self._stored[id(array)].place for array in arrays]

    def keep_only(self, folder: Path, arrays: Sequence[Floats]) -> None:
        """Forget all other arrays, and remove the files that hold none of these."""
        wanted = {id(array) for array in arrays}
        self._stored = {key: one for key, one in self._stored.items() if key in wanted}
        used = {one.place.file for one in self._stored.values()}
        self._sizes = {number: size for number, size in self._sizes.items() if number in used}
        for path in folder.glob(f"*{ARRAYS_SUFFIX}"):
            if path.stem.isdecimal() and int(path.stem) not in used:
                with suppress(OSError):
                    path.unlink()

    def _forget_lost_files(self, folder: Path) -> None:
        files = {one.place.file for one in self._stored.values()}
        lost = {number for number in files if not _file(folder, number).is_file()}
        if lost:
            self._stored = {key: one for key, one in self._stored.items() if one.place.file not in lost}
            self._sizes = {number: size for number, size in self._sizes.items() if number not in lost}

    def _files_to_rewrite(self, wanted: dict[int, Floats]) -> set[int]:
        """Return the files of which less than half is wanted, because rewriting costs less than what was out of use.

        Where many strokes have left many small files, these are joined, too.
        """
        used: Counter[int] = Counter()
        for key, one in self._stored.items():
            used[one.place.file] += one.array.nbytes if key in wanted else 0
        sparse = {number for number, size in self._sizes.items() if 2 * used[number] < size}
        small = {number for number, size in self._sizes.items() if size < _SMALL_FILE}
        return sparse | small if len(small) > _MOST_SMALL_FILES else sparse

    def _write(self, folder: Path, arrays: Sequence[Floats]) -> None:
        number = self._last_file = self._last_file + 1
        path = _file(folder, number)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        places, offset = [], 0
        try:
            for array in arrays:
                write_all(file, np.ascontiguousarray(array, _LITTLE_ENDIAN).data.cast("B"))
                places.append(Place(number, offset, array.shape))
                offset += array.nbytes
            os.fsync(file)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise
        finally:
            os.close(file)
        sync_folder(folder)
        self._sizes[number] = offset
        self._stored |= {id(array): _StoredArray(array, place) for array, place in zip(arrays, places, strict=True)}


def read_array(folder: Path, place: Place) -> Floats:
    """Return a stored array; raise FileProblem where the file does not hold it."""
    path = _file(folder, place.file)
    needed = byte_size(place.shape)
    try:
        if min((place.offset, *place.shape)) < 0 or place.offset + needed > path.stat().st_size:
            raise FileProblem(f"{named(path)} is damaged: it does not hold the {needed} bytes that it should.")
        values = np.fromfile(path, _LITTLE_ENDIAN, needed // _LITTLE_ENDIAN.itemsize, offset=place.offset)
    except OSError:
        raise FileProblem(f"{named(path)} is missing or cannot be read.") from None
    values = values.reshape(place.shape)
    values.flags.writeable = False
    return frozen(values)


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number}{ARRAYS_SUFFIX}"
