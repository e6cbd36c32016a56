"""The project's file: what is opened, saved, exported, and remembered between two runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

from PySide6.QtCore import QObject, Signal

from convstudio.files.code import TARGETS, code_for
from convstudio.files.documents import PROJECT_SUFFIX, load_document, save_document
from convstudio.files.examples import EXAMPLE_PREFIX, find_example, load_example
from convstudio.files.export import write_maps_apart, write_together, written_sentence
from convstudio.files.foreign import FOREIGN_SUFFIXES
from convstudio.files.inputs import (
    ARRAY_SUFFIXES,
    IMAGE_SUFFIXES,
    SAMPLE_PREFIX,
    TABLE_SUFFIXES,
    InputReading,
    read_input,
    read_input_bytes,
)
from convstudio.files.kernels import read_kernel
from convstudio.files.limits import LIMITS, check_input_shape
from convstudio.files.links import real_path
from convstudio.files.problems import FileProblem, named
from convstudio.files.resources import load_sample
from convstudio.files.save import UnconfirmedWrite
from convstudio.files.stamps import FileStamp
from convstudio.files.tensors import holds_layers
from convstudio.files.weights import WeightsFile, open_weights
from convstudio.model import channels
from convstudio.model.arrays import Floats
from convstudio.model.asked_edit import EVERYTHING
from convstudio.model.detector_use import detector_use
from convstudio.model.detectors import detector_from
from convstudio.model.document import Document
from convstudio.model.input_display import Ranges
from convstudio.model.input_readings import BY_EVIDENCE, ReadOptions
from convstudio.model.kernel_facts import inside_filters
from convstudio.model.layers import Layer
from convstudio.model.numbers import format_shape
from convstudio.model.progress import Progress
from convstudio.model.sample import Sample
from convstudio.model.sample_use import sample_use
from convstudio.model.view_state import ViewState
from convstudio.model.weight_readings import Reading, decided, readings, use_weights
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.opened_inputs import OpenedInputs
from convstudio.session.project_file import Change, ProjectFile
from convstudio.session.session import Session

_KERNEL_SUFFIXES = (".json", ".safetensors")  # the endings of kernels that are not those of inputs too
_WEIGHT_SUFFIXES = {".npz", *FOREIGN_SUFFIXES}  # the other endings of weights are those of kernels and inputs too
_LARGEST_RANK = 2

Result = TypeVar("Result")
Taken = Literal["read-only", "copy", "cancel"]
"""What to do with a project that another window has open."""
Choose = Callable[[Sequence[str]], int | None]

INPUTS: Mapping[str, Iterable[str]] = MappingProxyType(
    {"Images": IMAGE_SUFFIXES, "Arrays and tables": ARRAY_SUFFIXES | TABLE_SUFFIXES}
)
"""The endings that `Workspace.add_channels` takes, by kind."""

OPENABLE: Mapping[str, Iterable[str]] = MappingProxyType(
    {"Projects": (PROJECT_SUFFIX,), **INPUTS, "Kernels": _KERNEL_SUFFIXES}
)
"""The endings that `Workspace.open` takes, by kind."""


def is_project(path: str) -> bool:
    """Say whether a name is that of a project or an example, which replaces the one that is open."""
    return path.startswith(EXAMPLE_PREFIX) or Path(path).suffix.lower() == PROJECT_SUFFIX


@dataclass(frozen=True)
class _Opened:
    """A project that was read, the stamp of its file, and whether another window has it open."""

    document: Document
    view: ViewState | None = None
    stamp: FileStamp | None = None
    is_taken: bool = False


@dataclass(frozen=True)
class _Saved:
    """What came of a save: the file's stamp, what another program did to it, and what the disk did not confirm."""

    stamp: FileStamp | None
    change: Change = ""
    problem: UnconfirmedWrite | None = None


class Workspace(QObject):
    """Opens and saves on behalf of one session, off the UI thread: every method returns at once.

    What was read is applied to the document of the moment when it arrives. What goes wrong is a sentence of the jobs;
    what is new about a project comes in `told`, and what a step did in `said`. `may_replace` is asked on the UI thread
    before an opened project takes the place of the one on show: it says whether to go on now, and calls what it is
    given when it let the user save first. `choose_weights` is given the text of every reading of a file of weights,
    the likeliest first, and returns which one is meant, or None for none of them. `weights_read` tells the file, the
    layer, the sentence that says how it was read, and whether there was another reading.
    """

    told = Signal(str)
    said = Signal(str)
    path_changed = Signal(str)
    weights_read = Signal(str, int, str, bool)
    file_used = Signal(str)
    file_missing = Signal(str)
    folder_used = Signal(str)
    """A folder that files are about to be written to."""
    found_changed = Signal(str, object, object)
    """What another program did to the project's file, its stamp of now, and what to call after a save, or None."""

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        editor: Editor,
        start: Document,
        file: ProjectFile,
        may_replace: Callable[[Callable[[], object]], bool] = lambda _: True,
        ask_taken: Callable[[str], Taken] = lambda _: "read-only",
        choose_weights: Choose = lambda _: 0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._file = file
        self._ask_taken = ask_taken
        self._session = session
        self._jobs = jobs
        self._editor = editor
        self._start = start
        self._may_replace = may_replace
        self._choose_weights = choose_weights
        self.inputs = OpenedInputs(jobs, self)
        self._projects = 0

    @property
    def path(self) -> str:
        """The project's file, or nothing while it has none."""
        return self._file.path

    @property
    def is_read_only(self) -> bool:
        """Whether another window has the project open, so that this one does not write its file."""
        return self._file.is_read_only

    @property
    def project_name(self) -> str:
        """The project's name for the title bar and for questions."""
        if not self.path:
            return f"{self._own_name} (not saved yet)"
        return f"{Path(self.path).name} (read-only)" if self.is_read_only else Path(self.path).name

    @property
    def suggested_path(self) -> str:
        """Where to save under another name: beside a file that another window has open, else where it is."""
        path = Path(self.path)
        return str(path.with_stem(f"{path.stem} copy")) if self.is_read_only else self.path or self._suggested_name

    @property
    def _suggested_name(self) -> str:
        """A name for the project's first file; signs that no file's name may have became dashes."""
        return re.sub(r'\s*[\\/:*?"<>|]+\s*', " - ", self._own_name) + PROJECT_SUFFIX

    @property
    def _own_name(self) -> str:
        """The project's title, or, of one that has none, its sample's name."""
        return self._session.document.title or self._session.document.sample.name

    def start_anew(self) -> None:
        """Begin a new project: the tutorial's first picture."""
        self._replace("", _Opened(self._start))

    def open(self, path: str) -> None:
        """Open a project, or bring an image, table, array or kernel into the current one."""
        if path.startswith(SAMPLE_PREFIX):
            self.use_bundled_sample(path.removeprefix(SAMPLE_PREFIX))
        elif path.startswith(EXAMPLE_PREFIX):
            self._open_example(path.removeprefix(EXAMPLE_PREFIX))
        elif is_project(path):
            self._read(path, partial(self._load_project, path), partial(self._use_project, path))
        elif Path(path).suffix.lower() in _WEIGHT_SUFFIXES:
            self.open_weights(path)
        elif Path(path).suffix.lower() in _KERNEL_SUFFIXES:
            rank = self._session.document.sample.rank
            self._read(path, lambda _: _kernel_or_weights(path, rank), partial(self._use_kernel_or_weights, path))
        else:
            self._read(path, partial(_read_input, path, BY_EVIDENCE), partial(self._use_input, path))

    def add_channels(self, path: str) -> None:
        """Put the channels of an image, a table or an array after those of the input."""
        self._read(path, partial(self._read_channels, path), partial(self._append_channels, path))

    def open_image(self, encode: Callable[[], bytes], name: str) -> None:
        """Bring in an image that was pasted or dropped; `encode` returns its bytes, and may take a while."""

        def read(progress: Progress) -> InputReading:
            reading = read_input_bytes(encode(), ".png", name, named(name), BY_EVIDENCE, progress)
            _looked_over(reading.sample)
            return reading

        def use(reading: InputReading) -> None:
            self._use_sample(reading.sample)
            self.inputs.take(name, reading, lambda _, progress: read(progress), self._use_otherwise, is_kept=False)

        self._jobs.read(f"Opening {name}", read, use)

    def use_bundled_sample(self, sample_id: str) -> None:
        """Put one of the samples that ship with the program in."""
        self._jobs.read(f"Opening {sample_id}", lambda _: _looked_over(load_sample(sample_id)), self._use_sample)

    def save(self, path: str, saved: Callable[[], object] = lambda: None, *, is_sure: bool = False) -> None:
        """Save the project as it is now; `saved` is called once it is safe in its file.

        Where another program changed or removed the file, nothing is written, and `found_changed` tells of it;
        `is_sure` writes all the same.
        """
        document, view, project = self._session.document, self._session.view, self._projects
        self.folder_used.emit(str(real_path(path).parent))

        def write(progress: Progress) -> _Saved:
            if self._file.is_taken(path):
                raise FileProblem(f"{named(path)} is open in another window. Save under another name.")
            change, now = self._file.change() if path == self.path and not is_sure else ("", None)
            if change:
                return _Saved(now, change)
            try:
                save_document(path, document, view, progress)
            except UnconfirmedWrite as problem:
                return _Saved(FileStamp.of(path), problem=problem)
            return _Saved(FileStamp.of(path))

        def take_note(done: _Saved) -> None:
            if done.change:
                self.found_changed.emit(done.change, done.stamp, saved)
                return
            is_same_project = project == self._projects  # another one may have been opened meanwhile
            if is_same_project:
                self._use_file(path, done.stamp)
            if done.problem is not None:  # it is not marked as saved: it is there, but it may not outlast a power cut
                raise done.problem
            if is_same_project:
                self._session.mark_saved(document)
            self.file_used.emit(str(real_path(path)))
            saved()

        self._jobs.write(f"Saving {Path(path).name}", write, take_note)

    def look_for_changes(self) -> None:
        """Look whether another program changed or removed the project's file; `found_changed` tells of it."""
        path = self.path
        if not path or not self._jobs.is_idle:  # a save looks by itself
            return

        def tell(found: tuple[Change, FileStamp | None]) -> None:
            change, stamp = found
            if change and path == self.path:
                self._session.mark_unsaved()  # this window's document is in no file any more
                self.found_changed.emit(change, stamp, None)

        self._jobs.read(f"Looking at {Path(path).name}", lambda _: self._file.change(), tell)

    def keep_mine(self, stamp: FileStamp | None) -> None:
        """Go on with this window's document: a save will replace what is there, and keep that as the backup."""
        self._file.accept(stamp)

    def close(self) -> None:
        """Let other windows open the project."""
        self._file.let_go()

    def open_theirs(self) -> None:
        """Open what another program made of the project's file, as a step that undo takes back."""
        path = self.path

        def take(opened: _Opened) -> None:
            if path == self.path:
                self._session.apply("Open the other version", opened.document, target=EVERYTHING)
                self._session.mark_saved(self._session.document)
                self._file.accept(opened.stamp)

        self._read(path, partial(self._load_project, path), take)

    def open_weights(self, path: str, layer: int | None = None, *, always_ask: bool = False) -> None:
        """Make arrays of a file the weights of a layer, or of the selected one; `weights_read` tells how.

        Where evidence does not decide between readings, or one changes more than weights, or with `always_ask`, the
        user chooses.
        """
        self._read(path, lambda _: open_weights(path), partial(self._choose_reading, path, layer, always_ask))

    def export(self, path: str, maps_of: Callable[[Progress], Floats], labels: Sequence[str] | None = None) -> None:
        """Write feature maps `(*output, filters)` in the format that the path's ending names; `said` names the files.

        `maps_of` returns them in the worker: they may have to be computed first. With `labels`, each map gets a file.
        """

        def write(progress: Progress) -> tuple[Path, ...]:
            maps = maps_of(progress)
            return write_together(path, maps) if labels is None else write_maps_apart(path, maps, labels)

        self.folder_used.emit(str(real_path(path).parent))
        self._jobs.write(f"Exporting {Path(path).name}", write, lambda paths: self.said.emit(written_sentence(paths)))

    def copy_code(self, target: str, written: Callable[[str], object]) -> None:
        """Write the network of now as a program of one of `files.code.TARGETS`; `written` takes it."""
        document = self._session.document
        title = f"Writing the program for {TARGETS[target]}"
        self._jobs.read(title, lambda _: code_for(document, target), written)

    def bring_back(self, document: Document, view: ViewState | None = None, *, saved: bool = False) -> None:
        """Go on with a document that was rescued after a crash, or put aside: it has no file.

        It counts as not saved, unless it holds no work that could be lost.
        """
        self._replace("", _Opened(document, view), saved=saved)

    def _read(self, path: str, read: Callable[[Progress], Result], use: Callable[[Result], object]) -> None:
        """Read a file, then use what it holds, and remember the file."""

        def work(progress: Progress) -> Result:
            try:
                return read(progress)
            except FileProblem:
                if not Path(path).exists():
                    self.file_missing.emit(path)  # Qt carries it over to the thread of the window
                raise

        self._jobs.read(f"Opening {Path(path).name}", work, use)

    def _load_project(self, path: str, progress: Progress) -> _Opened:
        """Read a project in the worker; the stamp is taken before, so that a change while it is read is noticed."""
        stamp = FileStamp.of(path)
        document, view = load_document(path, progress)
        _check_rank(document, path)
        _looked_over(document.sample)
        return _Opened(document, view, stamp, self._file.is_taken(path))

    def _use_project(self, path: str, opened: _Opened) -> None:
        answer = self._ask_taken(Path(path).name) if opened.is_taken else "own"
        if answer == "cancel":
            return
        if answer == "copy":
            copy = _Opened(opened.document, opened.view)
            self._replace_if_allowed("", copy, lambda: self._session.mark_unsaved())
        else:
            held = replace(opened, is_taken=answer == "read-only")
            self._replace_if_allowed(path, held, lambda: self._take_used(path))

    def _open_example(self, example_id: str) -> None:
        def take(opened: tuple[Document, ViewState]) -> None:
            self._replace_if_allowed("", _Opened(*opened), lambda: self.told.emit(find_example(example_id).about))

        self._jobs.read(f"Opening {example_id}", lambda _: load_example(example_id), take)

    def _replace_if_allowed(self, path: str, opened: _Opened, replaced: Callable[[], object]) -> None:
        if self._may_replace(lambda: self._replace_if_allowed(path, opened, replaced)):
            self._replace(path, opened)
            replaced()

    def _replace(self, path: str, opened: _Opened, *, saved: bool = True) -> None:
        self._projects += 1
        self._session.restart(opened.document, opened.view, saved=saved)
        self._use_file(path, opened.stamp, read_only=opened.is_taken)

    def _use_input(self, path: str, reading: InputReading) -> None:
        self._use_sample(reading.sample)
        if self._session.document.sample.origin != reading.sample.origin:
            return  # the user changed their mind, when asked about what would go
        self._take_used(path)
        self.inputs.take(path, reading, partial(_read_input, path), self._use_otherwise)

    def _use_otherwise(self, reading: InputReading) -> None:
        """Put a file that was read otherwise in the place of what was read before, in one step."""
        session, sample = self._session, reading.sample
        if session.document.sample.origin != sample.origin:
            raise FileProblem(f"The input is not {named(sample.name)} any more. Open this file again.")
        step = f"Read {sample.name} otherwise"
        self._editor.apply(step, sample_use(sample, step))

    def _use_sample(self, sample: Sample) -> None:
        step = f"Open {sample.name}"
        self._editor.apply(step, sample_use(sample, step))

    def _use_kernel(self, path: str, kernel: Floats) -> None:
        session, name = self._session, Path(path).name
        rank, view = session.document.sample.rank, inside_filters(session.document, session.view)
        detector = detector_from(name, kernel, rank)
        use = detector_use(session.document, view.layer, view.filter, detector, f"Open {name}")
        use(session.document)  # what is refused is a problem of the file
        self._editor.apply(f"Open {name}", use)
        self._take_used(path)

    def _use_kernel_or_weights(self, path: str, read: Floats | WeightsFile) -> None:
        if isinstance(read, WeightsFile):
            self._choose_reading(path, None, False, read)
        else:
            self._use_kernel(path, read)

    def _read_channels(self, path: str, progress: Progress) -> InputReading:
        """Read a file in the likeliest way that is as large as the input, else in the likeliest of all."""
        spatial = self._session.document.sample.spatial
        reading = read_input(path, BY_EVIDENCE, progress)
        fitting = [choice for choice in reading.choices if choice.shape[:-1] == spatial]
        if not fitting or fitting[0] is reading.choice:
            return replace(reading, is_doubtful=reading.is_doubtful and len(fitting) > 1)
        return replace(read_input(path, fitting[0].options, progress), is_decided=True)

    def _append_channels(self, path: str, reading: InputReading) -> None:
        before = self._session.document
        after = self._apply_channels(path, before, reading)

        def use(other: InputReading) -> None:
            nonlocal after
            if self._session.document is not after:
                raise FileProblem(f"The input was changed since {named(path)} was added. Undo, then add it again.")
            after = self._apply_channels(path, before, other)

        self.inputs.take(path, reading, partial(read_input, path), use, is_kept=False)

    def _apply_channels(self, path: str, before: Document, reading: InputReading) -> Document:
        held, added = before.sample, reading.sample.values
        check_input_shape((*held.spatial, held.channels + added.channels), f"The input with {named(path)}")
        self._session.apply("Add channels", channels.add_channels(before, added.to_array()))
        return self._session.document

    def _choose_reading(self, path: str, layer: int | None, always_ask: bool, file: WeightsFile) -> None:
        document = self._session.document
        place = self._session.view.layer if layer is None else min(layer, len(document.layers) - 1)
        ranked = readings(file.shapes, file.suffix, document, place, LIMITS.kernel_length)
        reading = None if always_ask else decided(ranked)
        if reading is None:
            chosen = self._choose_weights([one.text for one in ranked])
            reading = None if chosen is None else ranked[chosen]
        if reading is not None:
            use = partial(self._use_weights, path, place, document.layers[place], reading, len(ranked) > 1)
            self._jobs.read(f"Opening {Path(path).name}", lambda _: _unpack(file, reading), use)

    def _use_weights(
        self, path: str, place: int, held: Layer, reading: Reading, has_others: bool, arrays: Mapping[str, Floats]
    ) -> None:
        session, name = self._session, Path(path).name
        layers = session.document.layers
        if place >= len(layers) or layers[place] is not held:
            raise FileProblem(f"The layer was changed while {named(name)} was read. Open its weights again.")
        session.apply(f"Open weights {name}", use_weights(session.document, place, reading, arrays))
        self.weights_read.emit(path, place, reading.sentence, has_others)

    def _take_used(self, path: str) -> None:
        self.file_used.emit(str(real_path(path)))

    def _use_file(self, path: str, stamp: FileStamp | None, *, read_only: bool = False) -> None:
        self._file.use(path, stamp, read_only=read_only)
        self.path_changed.emit(path)


def _read_input(path: str, options: ReadOptions, progress: Progress) -> InputReading:
    reading = read_input(path, options, progress)
    _looked_over(reading.sample)
    return reading


def _looked_over(sample: Sample) -> Sample:
    """Find in the worker what showing a large input needs of all its values; the same sample comes back."""
    Ranges.of(sample.values)
    return sample


def _kernel_or_weights(path: str, rank: int) -> Floats | WeightsFile:
    """Read a kernel, or list the arrays of a file that holds those of a network's layers."""
    return open_weights(path) if holds_layers(path) else read_kernel(path, rank)


def _unpack(file: WeightsFile, reading: Reading) -> Mapping[str, Floats]:
    return {name: file.array(name, LIMITS.layer_values) for name in reading.names}


def _check_rank(document: Document, path: str) -> None:
    """Refuse what the window has no pane for yet."""
    sample = document.sample
    if sample.rank > _LARGEST_RANK:
        raise FileProblem(
            f"{named(path)} holds a volume ({format_shape(sample.spatial)}), and the window shows sequences and "
            "images: run it with a program that has volumes."
        )
