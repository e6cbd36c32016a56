"""Unsaved work, kept in a folder until it is saved: what a crash leaves over is offered at the next start.

Every running program has its own folder, named for its process: a small document, written in one step, and
beside it the large arrays that it refers to, each written once. It holds a lock there, which the system lets go of
when the process ends, however it ends; a recovery without a held lock is therefore left over.
"""

from __future__ import annotations

import base64
import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from convstudio.files.disk.locks import try_lock
from convstudio.files.disk.save import save_bytes
from convstudio.files.nested import Nested, PackedArray, to_nested
from convstudio.files.packed import Base64
from convstudio.files.problems import FileProblem, WriteProblem, decoding, named, reason
from convstudio.files.projects.array_store import ArrayStore, Place, read_array
from convstudio.files.projects.versions import FileFormat
from convstudio.files.reading import read_bytes
from convstudio.model.panes.thumbnails import sample_picture
from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.scale import Colours
from convstudio.model.values.view_state import ViewState

WORK_FILE = "work.json"
"""The document in a recovery's folder."""
LOCK_FILE = "lock"
"""What the process that writes a recovery holds a lock on."""
_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01

_MOST_READABLE_VALUES = 256  # larger arrays stand in files: then a document of many small layers is soon written, too
_PICTURE_SIDE = 96

_Index = Annotated[int, Meta(ge=0)]


class _EditedTile(msgspec.Struct, forbid_unknown_fields=True):
    """A part of the sample that was edited: which, and the number of its array."""

    index: tuple[_Index, ...]
    array: _Index


class _Picture(msgspec.Struct, forbid_unknown_fields=True):
    """A small picture of the sample: red, green and blue bytes in base64."""

    shape: tuple[_Index, _Index]
    base64: str


class _Work(msgspec.Struct, forbid_unknown_fields=True):
    """A project whose packed arrays give, in place of their base64, the number of their place in `arrays`."""

    format: str
    version: int
    name: str
    picture: _Picture
    arrays: list[Place]
    tiles: list[_EditedTile]
    project: msgspec.Raw


RECOVERY_FORMAT = FileFormat("convstudio-recovery", 1, _Work, "recovery")


class Recovery:
    """The recovery of this process, from the first write to `close`; used by one thread at a time.

    Its folder is made by the first write, and again whenever it is gone.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{os.getpid()}-{os.urandom(4).hex()}"
        self._store = ArrayStore()
        self._lock: int | None = None

    @property
    def is_there(self) -> bool:
        """Whether what was kept is on the disk, as far as can be seen."""
        return (self.path / WORK_FILE).is_file()

    def prepare(self, document: Document) -> None:
        """Store the large arrays of a document that is safe in its file, so that its first edit is kept as fast as any.

        Raises WriteProblem.
        """
        arrays = _Arrays()
        _encoded(document, None, arrays)
        with _explained(self.path.parent):
            self._make_folder()
            self._store.store(self.path, arrays.held)
            self._store.keep_only(self.path, arrays.held)

    def write(self, document: Document, view: ViewState) -> None:
        """Keep the work as it is now, in one step; what was kept before is there until then. Raise WriteProblem."""
        arrays = _Arrays()
        project = _encoded(document, view, arrays)
        tiles = [_EditedTile(index, arrays.number(tile)) for index, tile in document.sample.values.tiles.items()]
        with _explained(self.path.parent):
            self._make_folder()
            places = self._store.store(self.path, arrays.held)
        name = document.title or document.sample.name
        picture = _small_picture(document)
        work = _Work(RECOVERY_FORMAT.name, RECOVERY_FORMAT.version, name, picture, places, tiles, msgspec.Raw(project))
        try:
            save_bytes(self.path / WORK_FILE, RECOVERY_FORMAT.encode(work))
        except WriteProblem as problem:
            raise WriteProblem(f"Unsaved work is not kept safe: {problem}") from problem
        self._store.keep_only(self.path, arrays.held)

    def discard(self) -> None:
        """Forget the work kept so far: it has been saved, or given up by its user. The stored arrays stay."""
        with suppress(OSError):
            (self.path / WORK_FILE).unlink()

    def close(self) -> None:
        """Let go; what was not discarded is offered at the next start."""
        self._let_go()
        if not (self.path / WORK_FILE).exists():
            shutil.rmtree(self.path, ignore_errors=True)

    def _let_go(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Recovery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _make_folder(self) -> None:
        lock = self.path / LOCK_FILE
        if self._lock is not None and lock.exists():
            return
        self._let_go()
        for attempt in range(_ATTEMPTS):
            self.path.mkdir(parents=True, exist_ok=True)
            if self._takes(lock):
                return
            time.sleep(attempt * _PAUSE_SECONDS)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.path)

    def _takes(self, lock: Path) -> bool:
        """Make and lock the lock file; return False where a start that tidies up takes the empty folder away."""
        try:
            self._lock = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            return False
        try:
            if try_lock(self._lock) and lock.exists():
                return True
        except OSError:  # some network disks know no locks: then two programs may offer the same work
            return True
        self._let_go()
        return False


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn the system's errors about the recovery folder into a sentence."""
    try:
        yield
    except OSError as error:
        raise WriteProblem(
            f"Unsaved work is not kept safe: {named(folder)} takes no recovery files ({reason(error)}). "
            "Save your work often."
        ) from error


class _Arrays:
    """The large arrays of one document, each with a number."""

    def __init__(self) -> None:
        self.held: list[Floats] = []
        self._numbers: dict[int, int] = {}

    def number(self, array: Floats) -> int:
        """Return the number of an array, which is the same whenever it is the same array."""
        if id(array) not in self._numbers:
            self._numbers[id(array)] = len(self.held)
            self.held.append(array)
        return self._numbers[id(array)]

    def nest(self, array: Floats) -> Nested:
        """Return how an array stands in the document."""
        if array.size <= _MOST_READABLE_VALUES and np.all(np.isfinite(array)):
            return to_nested(array)
        return PackedArray("float32", array.shape, Base64(str(self.number(array)).encode()))


def read_recovery(folder: Path) -> tuple[Document, ViewState | None]:
    """Return the work that was kept in a recovery's folder; raise FileProblem."""
    from convstudio.files.projects.documents import decode_document  # here, and not above: no start needs it

    work, where = _read_work(folder)

    def find(packed: PackedArray) -> Floats:
        text = packed.base64.text
        return numbered(int(text) if text.isdecimal() else -1)

    def numbered(number: int) -> Floats:
        if not 0 <= number < len(work.arrays):
            raise FileProblem(f"{where} is damaged: it refers to an array that it does not hold.")
        return read_array(folder, work.arrays[number])

    document, view = decode_document(bytes(work.project), where, find=find)
    base = document.sample.values.base
    with decoding(where, "{file} is damaged: a part of its input does not fit."):
        values = TiledArray.of_parts(base, {tile.index: numbered(tile.array) for tile in work.tiles})
    return replace(document, sample=replace(document.sample, values=values)), view


def glance(folder: Path) -> tuple[str, Colours]:
    """Return the name of a recovery and a small picture, `(rows, columns, 3)` bytes; raise FileProblem."""
    work, where = _read_work(folder)
    with decoding(where, "{file} is damaged: its picture cannot be shown."):
        pixels = np.frombuffer(base64.b64decode(work.picture.base64, validate=True), np.uint8)
        return work.name, pixels.reshape(*work.picture.shape, 3)


def _read_work(folder: Path) -> tuple[_Work, str]:
    path = folder / WORK_FILE
    return RECOVERY_FORMAT.decode(read_bytes(path), named(path)), named(path)


def _encoded(document: Document, view: ViewState | None, arrays: _Arrays) -> bytes:
    """Return the document without its large arrays, which `arrays` collects; the sample as it was before its edits."""
    from convstudio.files.projects.documents import encode_document  # here, and not above: no start needs it

    values = document.sample.values
    if values.tiles:
        arrays.number(values.base)
        document = replace(document, sample=replace(document.sample, values=TiledArray(values.base)))
    return encode_document(document, view, arrays.nest)


def _small_picture(document: Document) -> _Picture:
    pixels = sample_picture(document.sample.values, _PICTURE_SIDE)
    return _Picture((pixels.shape[0], pixels.shape[1]), base64.b64encode(pixels.tobytes()).decode("ascii"))
