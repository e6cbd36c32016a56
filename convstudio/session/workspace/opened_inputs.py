"""Files that were opened as inputs: what was read, and how to read them otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import Sample
from convstudio.session.jobs import Jobs

if TYPE_CHECKING:
    from convstudio.files.inputs import InputReading
    from convstudio.files.pictures.page import TooLargePicture
    from convstudio.model.panes.reading_preview import ReadPreview
    from convstudio.model.readings.inputs import ReadChoice, ReadOptions

    Read = Callable[[ReadOptions, Progress], InputReading]
    Use = Callable[[InputReading], object]


@dataclass(frozen=True, eq=False)
class OpenedInput:
    """A file that was read as an input: the sentence about it, and the likely `choices` to read it.

    `is_doubtful` is that of its `InputReading`, `current` the options that it was read with, and `origin` is the file
    as its sample names it. `read` reads it once more, and `use` puts that in the place of what was read before.
    """

    name: str
    origin: str
    sentence: str
    is_doubtful: bool
    choices: tuple[ReadChoice, ...]
    current: ReadOptions
    read: Read
    use: Use
    is_first: bool = False
    """Whether nothing of the file is in yet: it does not fit as a whole, and a part or a size is asked for."""

    @property
    def can_be_otherwise(self) -> bool:
        """Whether there is another way to read the file, or another page in it."""
        return len(self.choices) > 1 or any(choice.pages > 1 for choice in self.choices)

    @property
    def can_be_framed(self) -> bool:
        """Whether it is a picture, of which a part can be taken, at another size."""
        return any(len(choice.shape) == 3 for choice in self.choices)

    @property
    def is_large(self) -> bool:
        """Whether it is a picture that was read whole, of so many cells that a smaller one would be handier."""
        is_whole = self.current.crop is None and self.current.size is None
        return self.can_be_framed and is_whole and _cells(self.choices[0]) > _LARGE


_LARGE = 2**20
"""Rows × columns from which on resizing is offered: of so many, every layer takes a frame or more."""
_ASKED = 2**23
"""Rows × columns from which on the question is asked at once: photographs, whose layers take seconds."""


class OpenedInputs(QObject):
    """Remembers the files that were opened as inputs, and reads them otherwise.

    `opened` tells of every reading, so that it can be said and asked about; `previewed` carries the options that a
    preview was asked for, and the preview. `too_large` tells of a picture that fits only in part, or smaller.
    """

    opened = Signal(object)
    too_large = Signal(object)
    previewed = Signal(object, object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._held: dict[str, OpenedInput] = {}
        self._asked = 0
        self._last: tuple[OpenedInput, ReadOptions, InputReading] | None = None
        self._whole: tuple[OpenedInput, ReadOptions, InputReading] | None = None

    def take(
        self, name: str, reading: InputReading, read: Read, use: Use, *, is_kept: bool = True, may_ask: bool = True
    ) -> None:
        """Tell of a file that was read and used; one that `is_kept` can be read otherwise for as long as it is in.

        A very large picture is one to ask about, too, where that `may_ask`.
        """
        origin = reading.sample.origin
        is_framed = reading.options.crop is not None or reading.options.size is not None
        opened = OpenedInput(
            name=name,
            origin=origin,
            sentence=reading.sentence,
            is_doubtful=reading.is_doubtful or (may_ask and _cells(reading.choice) > _ASKED and not is_framed),
            choices=reading.choices,
            current=reading.options,
            read=read,
            use=use,
        )
        if is_kept:
            self._held[origin] = opened
        self.opened.emit(opened)

    def take_too_large(self, name: str, origin: str, problem: TooLargePicture, read: Read, use: Use) -> None:
        """Tell of a picture that does not fit as a whole; `use` puts in what is read of it."""
        from convstudio.model.readings.inputs import (  # here, and not above: no start needs it
            BY_EVIDENCE,
            ReadChoice,
            shape_words,
        )
        from convstudio.model.readings.pictures.framing import fitting_size

        whole = ReadChoice(BY_EVIDENCE, shape_words(problem.shape), problem.shape)
        current = replace(BY_EVIDENCE, size=fitting_size(problem.shape))
        self.too_large.emit(OpenedInput(name, origin, str(problem), True, (whole,), current, read, use, is_first=True))

    def of(self, sample: Sample) -> OpenedInput | None:
        """Return the file that a sample came from, where it can be read otherwise or at another size."""
        held = self._held.get(sample.origin)
        return held if held is not None and (held.can_be_otherwise or held.can_be_framed) else None

    def preview(self, opened: OpenedInput, options: ReadOptions) -> None:
        """Ask for a preview of another reading; of several that were asked for only the last one is read."""
        self._asked += 1
        number = self._asked

        def look(progress: Progress) -> tuple[InputReading, ReadPreview] | None:
            if number != self._asked:
                return None
            from convstudio.files.pictures.framing import framed
            from convstudio.files.pictures.page import TooLargePicture
            from convstudio.model.panes.reading_preview import preview_of  # here, and not above: no start needs it

            try:
                whole = self._read_whole(opened, options, progress)
            except TooLargePicture:
                reading = opened.read(options, progress)
                return reading, preview_of(
                    reading.sample.values, reading.sample.values if options.crop is None else None
                )
            reading = framed(whole, options)
            return reading, preview_of(reading.sample.values, whole.sample.values)

        def show(found: tuple[InputReading, ReadPreview] | None) -> None:
            if found is not None and number == self._asked:
                self._last = opened, options, found[0]
                self.previewed.emit(options, found[1])

        self._jobs.read(f"Reading {opened.name}", look, show)

    def read_otherwise(self, opened: OpenedInput, options: ReadOptions) -> None:
        """Read the file with other options, and put it in the place of what was read before."""
        self._asked += 1
        last, self._last = self._last, None
        known = last[2] if last is not None and last[0] is opened and last[1] == options else None
        self._jobs.read(
            f"Reading {opened.name}",
            lambda progress: opened.read(options, progress) if known is None else known,
            lambda reading: self._use(opened, options, reading),
        )

    def forget_preview(self) -> None:
        """Let go of what was read for a preview."""
        self._asked += 1
        self._last = self._whole = None

    def _read_whole(self, opened: OpenedInput, options: ReadOptions, progress: Progress) -> InputReading:
        """Read a file whole, once for all previews of its parts and sizes."""
        bare, held = replace(options, crop=None, size=None), self._whole
        if held is None or (held[0], held[1]) != (opened, bare):
            held = opened, bare, opened.read(bare, progress)
            self._whole = held
        return held[2]

    def _use(self, opened: OpenedInput, options: ReadOptions, reading: InputReading) -> None:
        opened.use(reading)
        if opened.is_first:
            return  # who put it in told of it
        changed = replace(opened, sentence=reading.sentence, is_doubtful=False, current=options)
        if self._held.get(opened.origin) is opened:
            self._held[opened.origin] = changed
        self.opened.emit(changed)


def _cells(choice: ReadChoice) -> int:
    """Return rows × columns of a picture, 0 of a sequence."""
    return math.prod(choice.shape[:2]) if len(choice.shape) == 3 else 0
