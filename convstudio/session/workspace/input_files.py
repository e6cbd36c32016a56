"""What is brought in as the input, or as more channels of it: files, pasted images and bundled samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from convstudio.files.limits import check_input_shape
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.resources import load_sample
from convstudio.model.edits import channels
from convstudio.model.edits.sample_use import next_sample, sample_use
from convstudio.model.values.document import Document
from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import Sample
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.workspace.file_reader import FileReader, ready_to_show
from convstudio.session.workspace.opened_inputs import OpenedInputs

if TYPE_CHECKING:
    from convstudio.files.inputs import InputReading
    from convstudio.model.readings.inputs import ReadOptions


class InputFiles:
    """Puts inputs into the document that is current when they were read; `opened` can read them otherwise."""

    def __init__(self, session: Session, jobs: Jobs, editor: Editor, reader: FileReader, parent: QObject) -> None:
        self._session = session
        self._jobs = jobs
        self._editor = editor
        self._reader = reader
        self.opened = OpenedInputs(jobs, parent)

    def open(self, path: str) -> None:
        """Put an image, a table or an array in as the input."""
        from convstudio.files.pictures.page import TooLargePicture
        from convstudio.model.readings.inputs import BY_EVIDENCE  # here, and not above: no start needs it

        def read(progress: Progress) -> InputReading | TooLargePicture:
            try:
                return read_ready_input(path, BY_EVIDENCE, progress)
            except TooLargePicture as problem:
                return problem

        def use(found: InputReading | TooLargePicture) -> None:
            if isinstance(found, TooLargePicture):
                origin, use = printable(Path(path).name), partial(self._use_input, path)
                self.opened.take_too_large(path, origin, found, partial(read_ready_input, path), use)
            else:
                self._use_input(path, found)

        self._reader.read(path, read, use)

    def open_image(self, encode: Callable[[], bytes], name: str) -> None:
        """Bring in an image that was pasted or dropped; `encode` returns its bytes, and may take a while."""
        from convstudio.files.inputs import read_input_bytes  # here, and not above: no start needs it
        from convstudio.model.readings.inputs import BY_EVIDENCE

        def read(options: ReadOptions, progress: Progress) -> InputReading:
            reading = read_input_bytes(encode(), ".png", name, named(name), options, progress)
            ready_to_show(reading.sample)
            return reading

        def use(reading: InputReading) -> None:
            self._use_sample(reading.sample)
            self.opened.take(name, reading, read, self._use_otherwise, is_kept=False)

        self._jobs.read(f"Opening {name}", partial(read, BY_EVIDENCE), use)

    def use_bundled_sample(self, sample_id: str) -> None:
        """Put one of the samples that ship with the program in."""
        self._jobs.read(f"Opening {sample_id}", lambda _: ready_to_show(load_sample(sample_id)), self._use_sample)

    def add_channels(self, path: str) -> None:
        """Put the channels of an image, a table or an array after those of the input."""
        self._reader.read(path, partial(self._read_channels, path), partial(self._append_channels, path))

    def take_first(self, path: str, reading: InputReading) -> bool:
        """Put a file in that was read; return whether the user wants what that changes."""
        self._use_sample(reading.sample)
        if self._session.document.sample.origin != reading.sample.origin:
            return False
        self.opened.take(path, reading, partial(read_ready_input, path), self._use_otherwise)
        return True

    def take_next(self, path: str, reading: InputReading, step: str, run: int) -> None:
        """Put another picture of a folder in; the network stays, and a run of such steps is one undo step."""
        self._editor.apply(next_sample(reading.sample, step, run))
        read = partial(read_ready_input, path)
        self.opened.take(path, reading, read, self._use_otherwise, may_ask=False)

    def _use_input(self, path: str, reading: InputReading) -> None:
        if self.take_first(path, reading):
            self._reader.remember(path)

    def _use_otherwise(self, reading: InputReading) -> None:
        """Put a file that was read otherwise in the place of what was read before, in one step."""
        session, sample = self._session, reading.sample
        if session.document.sample.origin != sample.origin:
            raise FileProblem(f"The input is not {named(sample.name)} any more. Open this file again.")
        self._editor.apply(sample_use(sample, f"Read {sample.name} otherwise"))

    def _use_sample(self, sample: Sample) -> None:
        self._editor.apply(sample_use(sample, f"Open {sample.name}"))

    def _read_channels(self, path: str, progress: Progress) -> InputReading:
        """Read a file in the likeliest way that is as large as the input, else in the likeliest of all."""
        from convstudio.files.inputs import read_input  # here, and not above: no start needs it
        from convstudio.model.readings.inputs import BY_EVIDENCE

        spatial = self._session.document.sample.spatial
        reading = read_input(path, BY_EVIDENCE, progress)
        fitting = [choice for choice in reading.choices if choice.shape[:-1] == spatial]
        if not fitting or fitting[0] is reading.choice:
            return replace(reading, is_doubtful=reading.is_doubtful and len(fitting) > 1)
        return replace(read_input(path, fitting[0].options, progress), is_decided=True)

    def _append_channels(self, path: str, reading: InputReading) -> None:
        from convstudio.files.inputs import read_input  # here, and not above: no start needs it

        before = self._session.document
        after = self._apply_channels(path, before, reading)

        def use(other: InputReading) -> None:
            nonlocal after
            if self._session.document is not after:
                raise FileProblem(f"The input was changed since {named(path)} was added. Undo, then add it again.")
            after = self._apply_channels(path, before, other)

        self.opened.take(path, reading, partial(read_input, path), use, is_kept=False)

    def _apply_channels(self, path: str, before: Document, reading: InputReading) -> Document:
        held, added = before.sample, reading.sample.values
        check_input_shape((*held.spatial, held.channels + added.channels), f"The input with {named(path)}")
        self._session.apply("Add channels", channels.add_channels(before, added.to_array()))
        return self._session.document


def read_ready_input(path: str, options: ReadOptions, progress: Progress) -> InputReading:
    """Read a file as an input in the worker, with what showing it needs; raise FileProblem."""
    from convstudio.files.inputs import read_input  # here, and not above: no start needs it

    reading = read_input(path, options, progress)
    ready_to_show(reading.sample)
    return reading
