"""Kernels and weights that are brought into a layer from files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from convstudio.files.problems import FileProblem, named, printable
from convstudio.model.edits.detector_use import detector_use
from convstudio.model.panes.kernel_facts import inside_filters
from convstudio.model.values.arrays import Floats
from convstudio.model.values.detectors import detector_from
from convstudio.model.values.layer import Layer
from convstudio.model.values.limits import LIMITS
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.workspace.file_reader import FileReader

if TYPE_CHECKING:
    from convstudio.files.kernels.reading import KernelReading
    from convstudio.files.weights import WeightsFile
    from convstudio.model.readings.weights.weights_reading import WeightsReading

Choose = Callable[[Sequence[str]], int | None]


class WeightFiles(QObject):
    """Puts kernels and weights into the document that is current when they were read.

    `choose` is given the text of every reading of a file of weights, the likeliest first, and returns which one is
    meant, or None for none of them. `kernel_read` carries the sentence that tells how a kernel was read, and
    `weights_read` the file, the layer, that sentence, and whether there was another reading.
    """

    kernel_read = Signal(str)
    weights_read = Signal(str, int, str, bool)

    def __init__(
        self, session: Session, jobs: Jobs, editor: Editor, reader: FileReader, choose: Choose, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._editor = editor
        self._reader = reader
        self._choose = choose

    def open_kernel(self, path: str) -> None:
        """Make a kernel the selected one; a file that holds those of a network's layers is a file of weights."""
        from convstudio.files.kernels import kernel_files  # here, and not above: no start needs it

        rank = self._session.document.sample.rank
        self._reader.read(
            path, lambda _: kernel_files.read_kernel_or_weights(path, rank), partial(self._use_kernel_or_weights, path)
        )

    def use_text(self, text: str) -> None:
        """Make the kernel in a text, such as the clipboard's, the selected one."""
        from convstudio.files.kernels.kernel_files import read_kernel_text  # here, and not above: no start needs it

        rank = self._session.document.sample.rank
        use = partial(self._put_kernel, "pasted kernel", "Paste kernel")
        self._jobs.read("Reading the clipboard", lambda _: read_kernel_text(text, rank), use)

    def open_weights(self, path: str, layer: int | None = None, *, always_ask: bool = False) -> None:
        """Make arrays of a file the weights of a layer, or of the selected one; `weights_read` tells how.

        Where evidence does not decide between readings, or one changes more than weights, or with `always_ask`, the
        user chooses.
        """
        from convstudio.files.weights import open_weights  # here, and not above: no start needs it

        self._reader.read(path, lambda _: open_weights(path), partial(self._choose_reading, path, layer, always_ask))

    def _use_kernel_or_weights(self, path: str, read: KernelReading | WeightsFile) -> None:
        from convstudio.files.kernels.reading import KernelReading  # here, and not above: no start needs it

        if isinstance(read, KernelReading):
            self._use_kernel(path, read)
        else:
            self._choose_reading(path, None, False, read)

    def _use_kernel(self, path: str, read: KernelReading) -> None:
        name = Path(path).name
        self._put_kernel(name, f"Open {name}", read)
        self._reader.remember(path)

    def _put_kernel(self, name: str, step: str, read: KernelReading) -> None:
        session = self._session
        rank, view = session.document.sample.rank, inside_filters(session.document, session.view)
        detector = replace(detector_from(name, read.kernel, rank), bias=read.bias)
        use = detector_use(session.document, view.layer, view.filter, detector, step)
        use.edited(session.document)  # what is refused is a problem of the file
        before = session.document
        self._editor.apply(use)
        if session.document is not before:
            self.kernel_read.emit(read.sentence(printable(name)))

    def _choose_reading(self, path: str, layer: int | None, always_ask: bool, file: WeightsFile) -> None:
        from convstudio.model.readings.weights.layer_weights import (  # here, and not above: no start needs it
            decided,
            readings,
        )

        document = self._session.document
        place = self._session.view.layer if layer is None else min(layer, len(document.layers) - 1)
        ranked = readings(file.shapes, file.suffix, document, place, LIMITS.kernel_length)
        reading = None if always_ask else decided(ranked)
        if reading is None:
            chosen = self._choose([one.text for one in ranked])
            reading = None if chosen is None else ranked[chosen]
        if reading is not None:
            use = partial(self._use_weights, path, place, document.layers[place], reading, len(ranked) > 1)
            self._jobs.read(f"Opening {Path(path).name}", lambda _: _unpack(file, reading), use)

    def _use_weights(
        self,
        path: str,
        place: int,
        held: Layer,
        reading: WeightsReading,
        has_others: bool,
        arrays: Mapping[str, Floats],
    ) -> None:
        from convstudio.model.readings.weights.layer_weights import (
            use_weights,  # here, and not above: no start needs it
        )

        session, name = self._session, Path(path).name
        layers = session.document.layers
        if place >= len(layers) or layers[place] is not held:
            raise FileProblem(f"The layer was changed while {named(name)} was read. Open its weights again.")
        session.apply(f"Open weights {name}", use_weights(session.document, place, reading, arrays))
        self.weights_read.emit(path, place, reading.sentence, has_others)


def _unpack(file: WeightsFile, reading: WeightsReading) -> Mapping[str, Floats]:
    return {name: file.array(name, LIMITS.layer_values) for name in reading.names}
