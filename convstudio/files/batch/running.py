"""One run over many inputs: what is done already, what is worked on, what is written, and what is told of each."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from convstudio import __version__
from convstudio.files.batch.manifest import FileRecord, Manifest, Record, file_record
from convstudio.files.batch.tasks import InputTask, Result, Runner, Work
from convstudio.files.disk.save import save_all
from convstudio.files.problems import FileProblem, WriteProblem, named, printable, reason

_PATIENCE = 0.25
"""Seconds for which results are gathered, to be written together: to wait for the disk once costs as much as often."""

_MOST_WAITING = 64 * 2**20
"""Bytes that wait for the disk at most: beyond them the disk is waited for, and nothing more is worked on."""


@dataclass(frozen=True)
class PlannedInput:
    """One input of a run: where its result goes, and which files that will be, as far as it is known before."""

    spec: str
    target: Path
    expected: tuple[Path, ...] = ()


@dataclass(frozen=True)
class InputReport:
    """What became of one input: it was there already, or it was written, or a `problem` says why not."""

    spec: str
    is_kept: bool = False
    problem: str = ""
    printed: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class _StartedInput:
    """An input that is worked on; `file` is its file without a digest."""

    planned: PlannedInput
    file: FileRecord | None


@dataclass(frozen=True)
class _InputResult:
    """An input with its result, which is not written yet."""

    begun: _StartedInput
    result: Result


class BatchRun:
    """One run: `read` gives the bytes of an input, None of one without a file; the results go below `folder`.

    `settings` are all that decides, beside the input and the version, what is made. What was made by others, of other
    inputs or with other settings, is only replaced where that is allowed.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        settings: Mapping[str, Any],
        read: Callable[[str], bytes | None],
        *,
        may_replace: bool,
    ) -> None:
        self._folder, self._manifest, self._settings = folder, manifest, dict(settings)
        self._read, self._may_replace = read, may_replace
        self._claimed: set[Path] = set()
        self._folders: set[Path] = set()
        self._ended: list[_InputResult] = []
        self._results = self._held = 0  # `_held` are the bytes of what has ended
        self._since = time.monotonic()

    def is_done(self, planned: PlannedInput) -> bool:
        """Return whether the result is there, whole, and made of this input, with these settings, by this version."""
        record = self._manifest.record_of(self._place(planned.target))
        if record is None or record.error or (record.version, record.settings) != (__version__, self._settings):
            return False
        same_input = record.file is None or record.file.is_unchanged(Path(planned.spec))
        return same_input and all(one.is_unchanged(self._folder / one.name) for one in record.outputs)

    def predictions(self, planned: PlannedInput) -> tuple[str, ...]:
        """Return what was printed of a result that is there."""
        record = self._manifest.record_of(self._place(planned.target))
        return () if record is None else record.predictions

    def replaced(self, planned: PlannedInput) -> list[Path]:
        """Return which files would be replaced, as far as that is known before anything is computed.

        Files that are not in the manifest of a run which is gone on with may be what it wrote last: those are compared.
        """
        record = self._manifest.record_of(self._place(planned.target))
        if self._may_replace or not (self._manifest.is_new or (record is not None and record.outputs)):
            return []
        return [path for path in planned.expected if _is_file(path)]

    def reports(self, plan: Sequence[PlannedInput], work: Work, runner: Runner) -> Iterator[InputReport]:
        """Work on inputs, write what is made, and yield a report of each, in their order; raise WriteProblem."""
        begun: deque[_StartedInput] = deque()
        with ThreadPoolExecutor(1) as disk:  # it is waited for while the next inputs are worked on
            writing: Future[Sequence[InputReport]] = disk.submit(tuple)
            for result in runner(work, self._tasks(plan, begun)):
                self._results += 1
                self._add(_InputResult(begun.popleft(), self._unless_taken(result)))
                if self._held > _MOST_WAITING or (self._is_due() and writing.done()):
                    yield from writing.result()
                    writing = self._start_to_write(disk)
            yield from writing.result()
            yield from self._start_to_write(disk).result()
        assert self._results == len(plan), "a runner gives a result for every input"

    def _is_due(self) -> bool:
        return time.monotonic() - self._since > _PATIENCE

    def _add(self, ended: _InputResult) -> None:
        self._ended.append(ended)
        if ended.result.made is not None:
            self._held += sum(len(data) for _, data in ended.result.made.files)

    def _start_to_write(self, disk: ThreadPoolExecutor) -> Future[Sequence[InputReport]]:
        ended, self._ended, self._held, self._since = self._ended, [], 0, time.monotonic()
        return disk.submit(self._write, ended)

    def _tasks(self, plan: Sequence[PlannedInput], begun: deque[_StartedInput]) -> Iterator[InputTask]:
        for one in plan:
            data, problem, modified = None, "", _modified(one.spec)
            try:
                data = self._read(one.spec)
            except FileProblem as refusal:
                problem = str(refusal)
            file = None if data is None else FileRecord(printable(Path(one.spec).name), len(data), modified, "")
            begun.append(_StartedInput(one, file))
            yield InputTask(one.spec, one.target, data, problem)

    def _unless_taken(self, result: Result) -> Result:
        """Refuse a result that would replace what nobody allowed; files that have these very bytes are none."""
        if result.made is None:
            return result
        for path, data in result.made.files:
            if path in self._claimed:
                return Result(None, f"two inputs would both become {named(path)}: name an output for each of them")
            obstacle = self._obstacle(path)
            if obstacle:
                return Result(None, obstacle)
            if not self._may_replace and os.path.lexists(path) and not _holds(path, data):
                return Result(None, f"{named(path)} would be replaced: add --force to replace, or name another output")
        for path, _ in result.made.files:
            self._claimed.add(path)
            if path.parent not in self._folders and path.parent != self._folder:
                self._folders.update(self._folders_of(path))
        return result

    def _obstacle(self, path: Path) -> str:
        """Say why there can be no such file: its name is that of a folder, or one of its folders has that of a file."""
        if path in self._folders or path.is_dir():
            return f"{named(path)} is a folder, and a result would have its name: name another output"
        if path.parent in self._folders or path.parent == self._folder:
            return ""
        above = next((one for one in self._folders_of(path) if one in self._claimed or _is_file(one)), None)
        if above is None:
            return ""
        return f"{named(above)} is a file, and a result needs a folder there: name another output"

    def _folders_of(self, path: Path) -> tuple[Path, ...]:
        """Return the folders between that of the results and a file."""
        return tuple(above for above in path.parents if above.is_relative_to(self._folder) and above != self._folder)

    def _write(self, ended: Sequence[_InputResult]) -> Sequence[InputReport]:
        """Write what has ended: all files, then the lines about them, so that no line tells of what is not there."""
        self._manifest.use()
        made = [file for one in ended if one.result.made is not None for file in one.result.made.files]
        for folder in dict.fromkeys(path.parent for path, _ in made):
            make_folder(folder, parents=True)
        save_all((path, data) for path, data in made if not _holds(path, data))
        self._manifest.add(map(self._record, ended))
        return [_report(one) for one in ended]

    def _record(self, ended: _InputResult) -> Record:
        planned, file, result = ended.begun.planned, ended.begun.file, ended.result
        files = () if result.made is None else tuple(path for path, _ in result.made.files)
        outputs = [
            file_record(self._place(path), path, known) for path, known in zip(files, result.digests, strict=False)
        ]
        return Record(
            printable(planned.spec),
            self._place(planned.target),
            None if file is None else msgspec.structs.replace(file, digest=result.input_digest),
            tuple(one for one in outputs if one is not None),
            () if result.made is None else result.made.shape,
            self._settings,
            __version__,
            printable(result.problem),
            () if result.made is None else result.made.predictions,
        )

    def _place(self, path: Path) -> str:
        return printable(path.relative_to(self._folder).as_posix())


def _report(ended: _InputResult) -> InputReport:
    made = ended.result.made
    lines = ((), ()) if made is None else ((*made.predictions, *made.printed), made.told)
    return InputReport(ended.begun.planned.spec, False, ended.result.problem, *lines)


def _modified(path: str) -> int:
    """Return the time of a file before it is read: a change while that lasts is a change afterwards."""
    try:
        return Path(path).stat().st_mtime_ns
    except (OSError, ValueError):
        return 0


def _is_file(path: Path) -> bool:
    return os.path.lexists(path) and not path.is_dir()


def _holds(path: Path, data: bytes) -> bool:
    """Return whether a file has exactly these bytes."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def make_folder(folder: Path, *, parents: bool = False) -> None:
    """Make a folder for results, with `parents` those above it too; raise FileProblem or WriteProblem."""
    try:
        folder.mkdir(parents=parents, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise FileProblem(f"{named(folder)} is a file, and several inputs need a folder: name another one") from None
    except OSError as error:
        raise WriteProblem(f"{named(folder)} was not made ({reason(error)}): make the folder first") from None
