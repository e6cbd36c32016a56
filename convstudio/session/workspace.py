"""The project's file: what is opened, saved, exported, and remembered between two runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal

from convstudio.files.documents import PROJECT_SUFFIX, load_document, save_document
from convstudio.files.examples import EXAMPLE_PREFIX, find_example, load_example
from convstudio.files.export import write_map
from convstudio.files.images import image_from_bytes
from convstudio.files.inputs import (
    ARRAY_SUFFIXES,
    IMAGE_SUFFIXES,
    SAMPLE_PREFIX,
    TABLE_SUFFIXES,
    read_input,
    read_input_spec,
)
from convstudio.files.kernels import read_kernel
from convstudio.files.limits import LIMITS, check_input_shape
from convstudio.files.problems import FileProblem, named
from convstudio.files.resources import load_sample
from convstudio.files.weights import WeightsFile, open_weights
from convstudio.model import channels, edits, weight_orders
from convstudio.model.arrays import Floats
from convstudio.model.detectors import detector_from
from convstudio.model.document import Document
from convstudio.model.kernel_facts import inside_filters
from convstudio.model.numbers import format_shape
from convstudio.model.sample import Sample
from convstudio.model.weight_orders import Reading
from convstudio.session.session import Session

_KERNEL_SUFFIXES = (".json", ".safetensors")  # the endings of kernels that are not those of inputs too
_WEIGHT_SUFFIXES = (".npz",)  # the other endings of weights are those of kernels and inputs too
_LARGEST_RANK = 2

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


def is_weights(path: str) -> bool:
    """Say whether a file's name is that of weights alone, which `Workspace.open_weights` reads."""
    return Path(path).suffix.lower() in _WEIGHT_SUFFIXES


class Workspace(QObject):
    """Opens and saves on behalf of one session; what goes wrong is one sentence in `failed`, what is news in `told`."""

    failed = Signal(str)
    told = Signal(str)
    path_changed = Signal(str)
    file_used = Signal(str)

    def __init__(self, session: Session, start: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._start = start
        self._path = ""

    @property
    def path(self) -> str:
        """The project's file, or nothing while it has none."""
        return self._path

    @property
    def project_name(self) -> str:
        """The project's name for the title bar and for questions."""
        return Path(self._path).name if self._path else f"{self._own_name} (not saved yet)"

    @property
    def suggested_name(self) -> str:
        """A name for the project's first file; signs that no file's name may have become dashes."""
        return re.sub(r'\s*[\\/:*?"<>|]+\s*', " - ", self._own_name) + PROJECT_SUFFIX

    @property
    def _own_name(self) -> str:
        """The project's title, or, of one that has none, its sample's name."""
        return self._session.document.title or self._session.document.sample.name

    def start_anew(self) -> None:
        """Begin a new project: the tutorial's first picture."""
        self._session.restart(self._start)
        self._set_path("")

    def open(self, path: str) -> bool:
        """Open a project, or bring an image, table, array or kernel into the current one; say whether it worked."""
        try:
            if path.startswith(SAMPLE_PREFIX):
                self._use_sample(read_input_spec(path).sample)
                return True
            if path.startswith(EXAMPLE_PREFIX):
                self._open_example(path.removeprefix(EXAMPLE_PREFIX))
                return True
            self._open(path)
        except (FileProblem, ValueError) as problem:
            self.failed.emit(str(problem))
            return False
        self.file_used.emit(str(Path(path).resolve()))
        return True

    def add_channels(self, path: str) -> bool:
        """Put the channels of an image, a table or an array behind those of the input; say whether it worked."""
        session = self._session
        try:
            added = read_input(path).sample.values
            held = session.document.sample
            check_input_shape((*held.spatial, held.channels + added.channels), f"The input with {named(path)}")
            session.apply("Add channels", channels.add_channels(session.document, added.to_array()))
        except (FileProblem, ValueError) as problem:
            self.failed.emit(str(problem))
            return False
        return True

    def open_image(self, data: bytes, name: str) -> None:
        """Bring in an image that was pasted or dropped as bytes."""
        try:
            self._use_sample(image_from_bytes(data, name))
        except FileProblem as problem:
            self.failed.emit(str(problem))

    def use_bundled_sample(self, sample_id: str) -> None:
        """Put one of the samples that ship with the program in."""
        try:
            self._use_sample(load_sample(sample_id))
        except FileProblem as problem:
            self.failed.emit(str(problem))

    def save(self, path: str) -> bool:
        """Save the project; say whether it is safe in its file."""
        session = self._session
        try:
            save_document(path, session.document, session.view)
        except FileProblem as problem:
            self.failed.emit(str(problem))
            return False
        session.mark_saved()
        self._set_path(path)
        self.file_used.emit(str(Path(path).resolve()))
        return True

    def open_weights(self, path: str, choose: Callable[[Sequence[str]], int | None]) -> str:
        """Make an array of a file the weights of the layer that is looked at; say how it was read, or "".

        Where several fit, `choose` is given a line about each and says which one is meant, or None for none of them.
        """
        try:
            file = open_weights(path)
            reading = self._reading(file, choose)
            if reading is None:
                return ""
            self._use_weights(file, reading, Path(path).name)
        except (FileProblem, ValueError) as problem:
            self.failed.emit(str(problem))
            return ""
        return f"Read {reading.text}."

    def export(self, path: str, maps: Floats) -> bool:
        """Write feature maps `(*output, filters)` in the format that the path's ending names."""
        try:
            write_map(path, maps)
        except (FileProblem, ValueError) as problem:
            self.failed.emit(str(problem))
            return False
        return True

    def bring_back(self, document: Document) -> None:
        """Go on with a document that was rescued after a crash: it has no file, and counts as not saved."""
        self._session.restart(document, saved=False)
        self._set_path("")

    def _open(self, path: str) -> None:
        if is_project(path):
            document, view = load_document(path)
            _check_rank(document, path)
            self._session.restart(document, view)
            self._set_path(path)
        elif Path(path).suffix.lower() in _KERNEL_SUFFIXES:
            self._use_kernel(path)
        else:
            self._use_sample(read_input(path).sample)

    def _open_example(self, example_id: str) -> None:
        document, view = load_example(example_id)
        self._session.restart(document, view)
        self._set_path("")
        self.told.emit(find_example(example_id).about)

    def _use_sample(self, sample: Sample) -> None:
        session = self._session
        session.apply(f"Open {sample.name}", edits.set_sample(session.document, sample))

    def _use_kernel(self, path: str) -> None:
        session, name = self._session, Path(path).name
        rank, view = session.document.sample.rank, inside_filters(session.document, session.view)
        detector = detector_from(name, read_kernel(path, rank), rank)
        session.apply(f"Open {name}", edits.use_detector(session.document, view.layer, view.filter, detector))

    def _reading(self, file: WeightsFile, choose: Callable[[Sequence[str]], int | None]) -> Reading | None:
        conv = self._session.document.conv(self._session.view.layer)
        fitting = [
            reading
            for name, shape in file.shapes.items()
            for reading in weight_orders.readings(name, shape, conv, LIMITS.kernel_length)
        ]
        if not fitting:
            raise ValueError(weight_orders.why_none(file.where, list(file.shapes.values()), conv))
        chosen = 0 if len(fitting) == 1 else choose([reading.text for reading in fitting])
        return None if chosen is None else fitting[chosen]

    def _use_weights(self, file: WeightsFile, reading: Reading, name: str) -> None:
        session = self._session
        bias_name = weight_orders.bias_name(reading.name)
        has_bias = file.shapes.get(bias_name) == (reading.filters,)
        changed = weight_orders.use_weights(
            session.document,
            session.view.layer,
            reading,
            file.array(reading.name),
            file.array(bias_name) if has_bias else None,
        )
        session.apply(f"Open weights {name}", changed)

    def _set_path(self, path: str) -> None:
        self._path = path
        self.path_changed.emit(path)


def _check_rank(document: Document, path: str) -> None:
    """Refuse what the window has no pane for yet."""
    sample = document.sample
    if sample.rank > _LARGEST_RANK:
        raise FileProblem(
            f"{named(path)} holds a volume ({format_shape(sample.spatial)}), and the window shows sequences and "
            "images: run it with a program that has volumes."
        )
