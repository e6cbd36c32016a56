"""The folder of presets: one kernel file each. What a change replaces or removes is kept, so that undo brings it back.

A change never overwrites a preset that it is not about: a new file takes a name that is free. What is replaced or
deleted is moved into a folder inside, the newest ones of which are kept.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from convstudio.files.disk.save import save_all, save_bytes
from convstudio.files.presets.names import (
    PRESET_SUFFIX,
    file_name_of,
    free_name,
    id_of,
    is_named_for,
    is_preset_file,
    stem_of,
)
from convstudio.files.problems import FileProblem, WriteProblem, named, reason
from convstudio.files.reading import read_bytes
from convstudio.files.settings import usual_presets_folder
from convstudio.model.library.presets import DamagedPreset, PresetListing
from convstudio.model.values.arrays import same_array
from convstudio.model.values.detectors import Detector
from convstudio.model.values.limits import LIMITS

DELETED = ".deleted"
"""The folder inside that keeps what was replaced or deleted."""
_ATTEMPTS = 100
_Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class KeptPreset:
    """A file that a change moved away: where it is kept, and where it was."""

    kept: Path
    original: Path


@dataclass(frozen=True)
class PresetChange:
    """What a change did to the folder: the files that it made, and those that it moved away. It can be undone."""

    made: tuple[Path, ...] = ()
    removed: tuple[KeptPreset, ...] = ()


class PresetFolder:
    """A folder of presets; used by one thread at a time.

    `is_chosen` is whether the user chose it: the usual folder may be missing until the first preset is saved.
    """

    def __init__(self, path: Path, *, is_chosen: bool = False) -> None:
        self.path = path
        self._is_expected = is_chosen
        self._known: dict[str, tuple[_Stamp, Detector | DamagedPreset]] = {}

    @classmethod
    def of_user(cls, environment: Mapping[str, str], chosen: str) -> PresetFolder:
        """Return the folder that the user chose, or the usual one where they chose none."""
        return cls(Path(chosen), is_chosen=True) if chosen else cls(usual_presets_folder(environment))

    def read(self) -> PresetListing:
        """Read all presets, those that did not change since the last time from memory; a problem is in the listing."""
        try:
            with os.scandir(self.path) as entries:
                names = sorted(entry.name for entry in entries if is_preset_file(entry.name))
        except OSError as error:
            if not os.path.lexists(self.path):  # nothing is missing before the first preset is saved
                return PresetListing(str(self.path), problem=self._missing() if self._is_expected else "")
            return PresetListing(
                str(self.path),
                problem=f"The folder of presets {named(self.path)} cannot be read ({reason(error)}). "
                "Choose another folder.",
            )
        self._is_expected = True
        problem = ""
        if len(names) > LIMITS.presets:
            problem = (
                f"The folder {named(self.path)} holds {len(names)} presets, and the first {LIMITS.presets} of them are "
                "listed. Move the others to another folder."
            )
        self._known = {name: self._entry(name) for name in names[: LIMITS.presets]}
        found = [entry for _, entry in self._known.values()]
        presets = [one for one in found if isinstance(one, Detector)]
        damaged = tuple(one for one in found if isinstance(one, DamagedPreset))
        return PresetListing(str(self.path), tuple(sorted(presets, key=_order)), damaged, problem)

    def add(self, presets: Iterable[Detector]) -> PresetChange:
        """Save new presets under names of their own; raise WriteProblem, and then none of them is there."""
        self._make()
        made: list[Path] = []
        taken = self._names()
        try:
            for preset in (wanted := list(presets)):
                made.append(self._reserve(preset.name, taken))
            save_all((path, _encoded(preset)) for path, preset in zip(made, wanted, strict=True))
        except BaseException:
            for path in made:
                path.unlink(missing_ok=True)
            raise
        return PresetChange(tuple(made))

    def add_missing(self, presets: Iterable[Detector]) -> PresetChange:
        """Save those presets that are not here yet, the same in every field; raise WriteProblem."""
        from convstudio.files.presets.documents import encode_preset  # here, and not above: no start needs it

        held = {encode_preset(one) for one in self.read().presets}
        return self.add([one for one in presets if encode_preset(one) not in held])

    def replace(self, preset_id: str, preset: Detector) -> PresetChange:
        """Save a preset in place of an older one, whose file takes the new name; raise FileProblem or WriteProblem."""
        old = self._path_of(preset_id)
        if is_named_for(old.name, preset.name):
            kept = self._copy_away(old)
            save_bytes(old, _encoded(preset))
            return PresetChange((old,), (kept,))
        added = self.add([preset])
        return PresetChange(added.made, self._remove([old]))

    def delete(self, preset_ids: Sequence[str]) -> PresetChange:
        """Move presets away; raise FileProblem where one is not there, or WriteProblem."""
        return PresetChange(removed=self._remove([self._path_of(one) for one in preset_ids]))

    def undo(self, change: PresetChange) -> PresetChange:
        """Take a change back, and return what takes this back in turn; raise WriteProblem where it is too late."""
        lost = [one.original for one in change.removed if not one.kept.exists()]
        if lost:
            raise WriteProblem(
                f"{named(lost[0])} cannot be brought back: {LIMITS.deleted_presets} presets deleted last are kept."
            )
        self._make()
        removed = self._remove([path for path in change.made if path.exists()], spared=len(change.removed))
        made = tuple(self._bring_back(one) for one in change.removed)
        return PresetChange(made, removed)

    # --- files ---------------------------------------------------------------------------------------------------

    def _entry(self, name: str) -> tuple[_Stamp, Detector | DamagedPreset]:
        path = self.path / name
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            stamp = (0, 0, 0)
        known = self._known.get(name)
        if known is not None and known[0] == stamp and any(stamp):
            return known
        from convstudio.files.presets.documents import decode_preset  # here, and not above: no start needs it

        try:
            data = read_bytes(path, LIMITS.kernel_bytes)
            return stamp, decode_preset(data, named(name), id_of(name), stem_of(name))
        except FileProblem as problem:
            return stamp, DamagedPreset(name, str(problem))

    def _missing(self) -> str:
        return (
            f"The folder of presets {named(self.path)} does not exist any more. "
            "Make it again under this name, or choose another folder."
        )

    def _path_of(self, preset_id: str) -> Path:
        path = self.path / file_name_of(preset_id)
        if not path.is_file():
            raise FileProblem(f"{named(path)} does not exist any more: open the list of presets again.")
        return path

    def _make(self) -> None:
        if not self._is_expected:
            with _explained(self.path):
                self.path.mkdir(parents=True, exist_ok=True)
        elif not os.path.lexists(self.path):
            raise WriteProblem(self._missing())

    def _names(self) -> set[str]:
        with _explained(self.path):
            return {path.name.casefold() for path in self.path.iterdir()}

    def _reserve(self, name: str, taken: set[str]) -> Path:
        """Take a file name that is not `taken`, so that no other program can take it before the file is written."""
        for _ in range(_ATTEMPTS):
            path = self.path / free_name(name, taken)
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            except FileExistsError:
                taken.add(path.name.casefold())
            except OSError as error:
                raise _refusal(self.path, error) from error
            else:
                taken.add(path.name.casefold())
                return path
        raise WriteProblem(f"{named(self.path)} takes no new file. Choose another folder.")

    def _remove(self, paths: Sequence[Path], spared: int = 0) -> tuple[KeptPreset, ...]:
        """Move files into the folder of deleted ones; where one cannot be moved, the others are moved back.

        So many of those that were moved last are `spared`, however many are kept.
        """
        moved: list[KeptPreset] = []
        try:
            for path in paths:
                kept = self._place_for(path)
                with _explained(path):
                    path.replace(kept)
                moved.append(KeptPreset(kept, path))
        except BaseException:
            for one in moved:
                with suppress(OSError):
                    one.kept.replace(one.original)
            raise
        self._forget_oldest(len(moved) + spared)
        return tuple(moved)

    def _copy_away(self, path: Path) -> KeptPreset:
        kept = self._place_for(path)
        with _explained(path):
            data = path.read_bytes()
        save_bytes(kept, data)
        self._forget_oldest(1)
        return KeptPreset(kept, path)

    def _bring_back(self, one: KeptPreset) -> Path:
        path = self._reserve(stem_of(one.original.name), self._names())
        try:
            with _explained(path):
                one.kept.replace(path)
        except WriteProblem:
            path.unlink(missing_ok=True)
            raise
        return path

    def _place_for(self, path: Path) -> Path:
        folder = self.path / DELETED
        with _explained(folder):
            folder.mkdir(exist_ok=True)
        return folder / f"{time.time_ns():020}-{path.name}"

    def _forget_oldest(self, newest: int) -> None:
        """Let the oldest files go; the `newest`, which one change moved away, all stay."""
        with suppress(OSError):
            kept = sorted(path for path in (self.path / DELETED).iterdir() if path.name.endswith(PRESET_SUFFIX))
            for path in kept[: -max(newest, LIMITS.deleted_presets)]:
                path.unlink()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the system's errors about the folder of presets into a sentence."""
    try:
        yield
    except OSError as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: OSError) -> WriteProblem:
    return WriteProblem(
        f"{named(path)} takes no change ({reason(error)}). Check the folder of presets, or choose another one."
    )


def _encoded(preset: Detector) -> bytes:
    """Return the file of a preset, which reads back as it was; raise FileProblem."""
    from convstudio.files.presets.documents import (  # here, and not above: no start needs it
        decode_preset,
        encode_preset,
    )

    data = encode_preset(preset)
    read = decode_preset(data, "The preset", preset.id, preset.name)
    if not same_array(read.kernel, preset.kernel) or encode_preset(read) != data:
        raise WriteProblem("The preset does not read back as it was written, so nothing was saved. Tell us about it.")
    return data


def _order(preset: Detector) -> tuple[str, str]:
    return preset.name.casefold(), preset.id
