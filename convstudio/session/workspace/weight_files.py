"""Kernels and weights that are brought into a layer from files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from convstudio.files.problems import FileProblem, named, printable
from convstudio.model.edits.detector_use import detector_use
from convstudio.model.panes.kernel_facts import inside_filters
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.detectors import detector_from
from convstudio.model.values.layer import Layer
from convstudio.model.values.limits import LIMITS
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.workspace.file_reader import FileReader

if TYPE_CHECKING:
    from convstudio.files.kernels.reading import KernelReading, SeveralKernels
    from convstudio.files.weights import WeightsFile
    from convstudio.model.panes.weights.weights_list import ArrayLook
    from convstudio.model.readings.weights.weights_reading import WeightsReading
    from convstudio.model.values.document import Document
    from convstudio.model.values.progress import Progress

Choose = Callable[[Sequence[str]], int | None]
Result = TypeVar("Result")

_COUNTER = "num_batches_tracked"
"""What PyTorch holds of a batch normalisation beside its four vectors; nothing is computed with it."""


@dataclass(frozen=True, eq=False)
class ListedWeights:
    """A file of weights whose arrays are listed, for one layer: the ways to read them, the likeliest first.

    `problem` says why there is no way, and what is wrong with arrays that are not listed. `held` is the layer as it was
    when the list was made.
    """

    path: str
    name: str
    file: WeightsFile
    layer: int
    held: Layer
    ways: tuple[WeightsReading, ...]
    problem: str

    @property
    def may_be_network(self) -> bool:
        """Whether the arrays are named as the weights of a whole network."""
        from convstudio.files.networks.foreign_formats import is_state_dict_file
        from convstudio.model.readings.networks.state_modules import (  # here, and not above: no start needs it
            is_state_dict,
        )

        return is_state_dict_file(self.path) and is_state_dict(self.file.shapes)

    def ways_of(self, name: str) -> tuple[WeightsReading, ...]:
        """Return the ways to read one array, the likeliest first."""
        return tuple(way for way in self.ways if way.names[0] == name)


class WeightFiles(QObject):
    """Puts kernels and weights into the document that is current when they were read.

    `listed` carries a file of weights whose arrays are to be chosen from, and `looked` the name of an array and what it
    is like. `kernel_read` carries the sentence that tells how a kernel was read, and its file, if it is of one;
    `weights_read` carries the file, the layer, that sentence, and whether there was another reading. `choose_kernel` is
    given the lines about several kernels in a file, and returns which one is meant, or None.
    """

    kernel_read = Signal(str, str)
    listed = Signal(object)
    looked = Signal(str, object)
    weights_read = Signal(str, int, str, bool)

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        editor: Editor,
        reader: FileReader,
        choose_kernel: Choose,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._editor = editor
        self._reader = reader
        self._asked = 0
        self._choose_kernel = choose_kernel

    def open_kernel(self, path: str) -> None:
        """Make a kernel the selected one; a file that holds those of a network's layers is a file of weights."""
        from convstudio.files.kernels import kernel_files  # here, and not above: no start needs it

        rank = self._session.document.sample.rank

        def read(_progress: object) -> KernelReading | WeightsFile | SeveralKernels:
            return _or_several(lambda: kernel_files.read_kernel_or_weights(path, rank))

        self._reader.read(path, read, partial(self._use_kernel_or_weights, path))

    def use_text(self, text: str) -> None:
        """Make the kernel in a text, such as the clipboard's, the selected one."""
        from convstudio.files.kernels.kernel_files import read_kernel_text  # here, and not above: no start needs it

        rank = self._session.document.sample.rank

        def use(read: KernelReading | SeveralKernels) -> None:
            chosen = self._one_of(read)
            if chosen is not None:
                self._put_kernel("pasted kernel", "Paste kernel", chosen)

        self._jobs.read("Reading the clipboard", lambda _: _or_several(lambda: read_kernel_text(text, rank)), use)

    def open_weights(self, path: str, layer: int | None = None, *, always_ask: bool = False) -> None:
        """Open a file for a layer, or for the selected one: its arrays are listed before one is loaded.

        A file that holds no more than the layer's weights is used at once where evidence decides between the ways to
        read it, and it changes nothing else; never with `always_ask`.
        """
        from convstudio.files.weights import open_weights  # here, and not above: no start needs it

        self._reader.read(path, lambda _: open_weights(path), partial(self._take_listed, path, layer, always_ask))

    def _use_kernel_or_weights(self, path: str, read: KernelReading | WeightsFile | SeveralKernels) -> None:
        from convstudio.files.weights import WeightsFile  # here, and not above: no start needs it

        if isinstance(read, WeightsFile):
            self._take_listed(path, None, False, read)
            return
        chosen = self._one_of(read)
        if chosen is not None:
            self._use_kernel(path, chosen)

    def _one_of(self, read: KernelReading | SeveralKernels) -> KernelReading | None:
        """Return the kernel that was read, or the one of several that the user wants; None for none."""
        from convstudio.files.kernels.reading import KernelReading  # here, and not above: no start needs it

        if isinstance(read, KernelReading):
            return read
        place = self._choose_kernel(read.texts)
        chosen = None if place is None else read.readings[place][1]
        if isinstance(chosen, FileProblem):
            raise chosen
        return chosen

    def _use_kernel(self, path: str, read: KernelReading) -> None:
        name = Path(path).name
        self._put_kernel(name, f"Open {name}", read, path)
        self._reader.remember(path)

    def _put_kernel(self, name: str, step: str, read: KernelReading, path: str = "") -> None:
        session = self._session
        rank, view = session.document.sample.rank, inside_filters(session.document, session.view)
        detector = replace(detector_from(name, read.kernel, rank), bias=read.bias)
        use = detector_use(session.document, view.layer, view.filter, detector, step)
        use.edited(session.document)  # what is refused is a problem of the file
        before = session.document
        self._editor.apply(use)
        if session.document is not before:
            self.kernel_read.emit(read.sentence(printable(name)), path)

    def _take_listed(self, path: str, layer: int | None, always_ask: bool, file: WeightsFile) -> None:
        """Use a file that holds one layer's weights where evidence decides how; else hand its list over."""
        from convstudio.model.readings.weights.layer_weights import decided  # here, and not above: no start needs it

        document = self._session.document
        place = self._session.view.layer if layer is None else min(layer, len(document.layers) - 1)
        listed = _listed(path, file, document, place)
        reading = decided(listed.ways) if listed.ways and not always_ask else None
        if (
            reading is not None
            and not file.problems
            and all(name in reading.names or name.endswith(_COUNTER) for name in file.entries)
        ):
            self.use(listed, reading)
        else:
            self.listed.emit(listed)

    def look(self, listed: ListedWeights, name: str) -> None:
        """Ask what an array is like; of several that were asked for only the last one is read. `looked` tells."""
        self._asked += 1
        number = self._asked

        def read(progress: Progress) -> ArrayLook | None:
            return None if number != self._asked else _look(listed, name, progress)

        def tell(found: ArrayLook | None) -> None:
            if found is not None and number == self._asked:
                self.looked.emit(name, found)

        self._jobs.read(f"Reading {listed.name}", read, tell)

    def forget_look(self) -> None:
        """Drop what was asked for of arrays."""
        self._asked += 1

    def use(self, listed: ListedWeights, reading: WeightsReading) -> None:
        """Make arrays of a listed file the weights of its layer, in one of the ways to read them."""
        use = partial(self._use_weights, listed, reading)
        self._jobs.read(f"Opening {listed.name}", lambda _: listed.file.arrays(reading.names, LIMITS.layer_values), use)

    def _use_weights(self, listed: ListedWeights, reading: WeightsReading, arrays: Mapping[str, Floats]) -> None:
        from convstudio.model.readings.weights.layer_weights import (  # here, and not above: no start needs it
            use_weights,
        )

        session, place = self._session, listed.layer
        layers = session.document.layers
        if place >= len(layers) or layers[place] is not listed.held:
            raise FileProblem(f"The layer was changed while {named(listed.name)} was read. Open its weights again.")
        session.apply(f"Open weights {listed.name}", use_weights(session.document, place, reading, arrays))
        self.weights_read.emit(listed.path, place, reading.sentence, len(listed.ways) > 1)


def _listed(path: str, file: WeightsFile, document: Document, place: int) -> ListedWeights:
    from convstudio.model.readings.weights.layer_weights import readings  # here, and not above: no start needs it

    try:
        ways = tuple(readings(file.shapes, file.suffix, document, place, LIMITS.kernel_length))
        problem = ""
    except ValueError as reason:
        ways, problem = (), str(reason)
    told = " ".join(part for part in (problem, _unlisted(file)) if part)
    return ListedWeights(path, Path(path).name, file, place, document.layers[place], ways, told)


def _unlisted(file: WeightsFile) -> str:
    """Say what is wrong with arrays that cannot be listed: of the first of them, and how many more there are."""
    first, more = next(iter(file.problems.values()), ""), len(file.problems) - 1
    return f"{first} {counted(more, 'more array')} cannot be listed." if more > 0 else str(first)


def _look(listed: ListedWeights, name: str, progress: Progress) -> ArrayLook:
    from convstudio.model.panes.weights.weights_list import (  # here, and not above: no start needs it
        ArrayLook,
        described,
    )

    ways = listed.ways_of(name)
    needed = {name, *(other for way in ways for other in way.names)}
    try:
        arrays = listed.file.arrays(needed, LIMITS.layer_values)
        return described(arrays, name, ways, partial(progress, 0))
    except (FileProblem, ValueError) as problem:
        return ArrayLook(problem=str(problem))


def _or_several(read: Callable[[], Result]) -> Result | SeveralKernels:
    """Return what is read, or the several kernels of which the user is to choose one."""
    from convstudio.files.kernels.reading import SeveralKernels  # here, and not above: no start needs it

    try:
        return read()
    except SeveralKernels as several:
        return several
