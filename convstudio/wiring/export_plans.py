"""What an export would write, worked out before anything is written: its files, what is said of them, and a preview."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from convstudio.files.exports.animation import encode_animation, last_frame
from convstudio.files.exports.animation_formats import ANIMATION_FORMATS
from convstudio.files.exports.map_formats import CONTACT_SHEET, MAP_FORMATS, PICTURE, MapFormat
from convstudio.files.exports.page_formats import PAGE_FORMATS, PageFormat, PageSubject
from convstudio.files.exports.workbook import MISSING, has_workbooks
from convstudio.files.exports.writing import encoded_files, file_paths
from convstudio.files.problems import FileProblem, printable
from convstudio.model.panes.exports.animation import (
    SIDES,
    AnimationChoice,
    check_animation,
    scene_of,
    steps_of,
    told,
)
from convstudio.model.panes.exports.arrays import PictureStyle
from convstudio.model.panes.exports.choice import ExportChoice
from convstudio.model.panes.exports.sources import NO_MAP, Source, export_sources, values_in
from convstudio.model.panes.exports.training import NO_TRAINING, TrainingRecord
from convstudio.model.run.forward import Forward, forward
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.progress import Progress
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.export_contents import ANIMATION, CONTENTS, CURVES, FIGURE, FILTERS, REPORT, WEIGHTS
from convstudio.model.words.file_kinds import FileKind

FORMATS: Mapping[str, Sequence[FileKind]] = {
    **dict.fromkeys(CONTENTS, MAP_FORMATS),
    **PAGE_FORMATS,
    ANIMATION: ANIMATION_FORMATS,
}
"""The formats of everything that the dialog of exports offers."""

_MOST_PREVIEWED = 2**22
"""So many values become a preview while the user waits: about a tenth of a second."""

_MOST_DRAWN = 2**19
"""The input of a figure has so many values at most to be drawn in that time."""

_MOST_TILES = 36
"""So many maps become a preview of a contact sheet in that time; the file itself has all of them."""

_PREVIEW_SIDE = 300
_UNSEEN = (REPORT, WEIGHTS)
_CURVES_PICTURE = PAGE_FORMATS[CURVES][1]
_MOST_LISTED = 200
_VECTORS_LEFT_OUT = "Vectors, such as a bias, cannot be shown as pictures and are left out."
_ONLY_VECTORS = "A vector of values cannot be a picture. Choose a table, an array or a workbook."
_NO_FOLDER = "The folder does not exist. Choose another one."
_NO_NAME = "The file needs a name."
_NO_PLAIN_NAME = "The name cannot hold a folder. Choose the folder in its own field."

Files = Iterator[tuple[Path, bytes]]


@dataclass(frozen=True)
class Work:
    """What is exported from: the document of now, what is selected, and the newest run, perhaps of one before.

    `record` is what the last training left, if there was one.
    """

    document: Document
    view: ViewState
    detectors: Sequence[Detector]
    known: Forward | None
    record: TrainingRecord | None = None

    @property
    def result(self) -> Forward | None:
        """The run of the document of now; None while it is not complete."""
        known = self.known
        return known if known is not None and known.document is self.document and known.is_complete else None

    def computed(self, progress: Progress) -> Forward:
        """Return the run, and compute what is not known; raise CancelledError where it is cancelled."""
        result = forward(self.document, self.known, progress)
        progress(0)  # raises where the computation was cancelled
        return result


@dataclass(frozen=True)
class ExportPlan:
    """The `paths` that an export writes, a line about each, and what else there is to say.

    `files_of` yields the files in a worker, and `picture_of` a preview: bytes of a PNG or an SVG file, or none. The
    rest says which choices make a difference.
    """

    paths: tuple[Path, ...]
    lines: tuple[str, ...]
    note: str
    files_of: Callable[[Progress], Files]
    picture_of: Callable[[], bytes]
    planes: int = 1
    """How many maps, kernels or vectors there are, each of which may have a file of its own."""


def kind_of_choice(choice: ExportChoice) -> FileKind:
    """Return the format that a choice names."""
    return next(kind for kind in FORMATS[choice.content] if kind.name == choice.kind)


def plan_of(choice: ExportChoice, work: Work) -> ExportPlan:
    """Return what a choice would write; raise ValueError or FileProblem with a sentence where it is nothing."""
    if not choice.name:
        raise FileProblem(_NO_NAME)
    if Path(choice.name).name != choice.name:
        raise FileProblem(_NO_PLAIN_NAME)
    if not choice.folder or not Path(choice.folder).is_dir():
        raise FileProblem(_NO_FOLDER)
    kind = kind_of_choice(choice)
    if isinstance(kind, PageFormat):
        return _page_plan(choice, kind, work)
    return _array_plan(choice, kind, work) if isinstance(kind, MapFormat) else _animation_plan(choice, kind, work)


# --- arrays ----------------------------------------------------------------------------------------------------------


def _array_plan(choice: ExportChoice, kind: MapFormat, work: Work) -> ExportPlan:
    if kind.name == "Workbook" and not has_workbooks():
        raise FileProblem(MISSING)
    every = export_sources(work.document, work.view, choice.content, choice.chosen, work.detectors)
    sources = tuple(source for source in every if not kind.is_picture or len(source.part.shape) > 1)
    if not sources:
        raise ValueError(_ONLY_VECTORS)
    paths = file_paths(choice.path, [one.exported for one in sources], kind, is_apart=choice.is_apart)
    return ExportPlan(
        paths,
        tuple(_lines(choice, kind, sources, paths)),
        _VECTORS_LEFT_OUT if len(sources) < len(every) else "",
        partial(_array_files, choice, kind, sources, work),
        partial(_array_picture, choice, kind, sources, work),
        sum(len(one.exported.titles) for one in sources),
    )


def _lines(choice: ExportChoice, kind: MapFormat, sources: Sequence[Source], paths: Sequence[Path]) -> Iterator[str]:
    """Say of each file what it holds; of very many, of the first ones."""
    parts = [source.exported for source in sources]
    if len(paths) == 1:
        held = ", ".join(f"{part.name} {format_shape(part.shape)}" for part in parts[:_MOST_LISTED])
        yield f"{printable(paths[0].name)}: {held}"
        return
    is_whole = len(paths) == len(parts) and kind.holds_all and not choice.is_apart
    shapes = [part.shape if is_whole else part.spatial for part in parts for _ in ([0] if is_whole else part.titles)]
    for path, shape in islice(zip(paths, shapes, strict=True), _MOST_LISTED):
        yield f"{printable(path.name)}: {format_shape(shape)}"
    if len(paths) > _MOST_LISTED:
        yield f"and {len(paths) - _MOST_LISTED} more"


def _array_files(
    choice: ExportChoice, kind: MapFormat, sources: Sequence[Source], work: Work, progress: Progress
) -> Files:
    """Yield the files of an export; what is known is not computed again. Runs in a worker."""
    result = work.computed(progress)
    arrays = [source.read(result) for source in sources]
    yield from encoded_files(choice.path, arrays, kind, _style(choice, kind, work.view), is_apart=choice.is_apart)


def _array_picture(choice: ExportChoice, kind: MapFormat, sources: Sequence[Source], work: Work) -> bytes:
    """Return the first picture of an export, or of a file of numbers what the screen shows.

    What is large, or not computed yet, has none: a preview must not wait.
    """
    result = work.result
    if result is None:
        return b""
    shown = kind if kind.takes_colours or kind.has_levels else PICTURE
    is_sheet = shown is CONTACT_SHEET
    if not is_sheet:
        sources = [source for source in sources if len(source.part.shape) > 1][:1]
    parts = [source.exported for source in sources]
    if not parts or values_in(parts) > _MOST_PREVIEWED:
        return b""
    if is_sheet and sum(len(part.titles) for part in parts) > _MOST_TILES:
        return b""
    style = _style(choice if kind.is_picture else replace(choice, is_coloured=True), kind, work.view)
    arrays = [source.read(result).with_levels(style.scale) for source in sources]
    return shown.encode(arrays if is_sheet else [arrays[0].glimpse(_PREVIEW_SIDE)], style)


def _style(choice: ExportChoice, kind: MapFormat, view: ViewState) -> PictureStyle:
    scale = view.scale if choice.is_coloured and (kind.takes_colours or not kind.is_picture) else None
    return PictureStyle(scale, choice.has_bar and kind.takes_colours)


# --- pages -----------------------------------------------------------------------------------------------------------


def _page_plan(choice: ExportChoice, kind: PageFormat, work: Work) -> ExportPlan:
    if kind.needs_map and work.document.output_shape(work.view.layer) is None:
        raise ValueError(NO_MAP)
    if kind.needs_training and work.record is None:
        raise ValueError(NO_TRAINING)
    path = Path(choice.path)
    return ExportPlan(
        (path,),
        (f"{printable(path.name)}: {kind.holds}",),
        "",
        partial(_page_files, path, kind, choice, work),
        partial(_page_picture, kind, choice, work),
    )


def _subject(choice: ExportChoice, work: Work, result: Forward, progress: Progress) -> PageSubject:
    style = PictureStyle(work.view.scale if choice.is_coloured else None)
    return PageSubject(result, work.view, work.detectors, style, progress, work.record)


def _page_files(path: Path, kind: PageFormat, choice: ExportChoice, work: Work, progress: Progress) -> Files:
    """Yield the file of a page. Runs in a worker."""
    page = kind.encode(_subject(choice, work, work.computed(progress), progress))
    if kind.is_pdf:
        from convstudio.session.workspace.pdf import as_pdf  # here, and not above: no start needs it

        page = as_pdf(page, path.stem)
    yield path, page


def _page_picture(kind: PageFormat, choice: ExportChoice, work: Work) -> bytes:
    """Return a page as a picture; a report, which is text, has none, nor what is large or not computed yet."""
    result, values = work.result, math.prod(work.document.input_shape(work.view.layer) or ())
    if result is None or choice.content in _UNSEEN or (choice.content == FIGURE and values > _MOST_DRAWN):
        return b""
    subject = _subject(choice, work, result, Progress())
    if choice.content == CURVES:
        kind = _CURVES_PICTURE
    if choice.content == FILTERS:
        from convstudio.files.exports.training.filters import last_frame  # here, and not above: no start needs it

        return last_frame(subject)
    return kind.encode(subject)


# --- animations ------------------------------------------------------------------------------------------------------


def _animation_plan(choice: ExportChoice, kind: FileKind, work: Work) -> ExportPlan:
    positions = steps_of(work.document, work.view)
    check_animation(choice.animation, positions)
    path = Path(choice.path)
    return ExportPlan(
        (path,),
        (f"{printable(path.name)}: {kind.holds}",),
        told(choice.animation),
        partial(_animation_files, path, kind, choice.animation, work),
        partial(_animation_picture, choice.animation, work),
    )


def _animation_files(path: Path, kind: FileKind, choice: AnimationChoice, work: Work, progress: Progress) -> Files:
    """Yield the file of an animation. Runs in a worker."""
    scene = scene_of(work.document, work.view, work.computed(progress), choice)
    yield path, encode_animation(kind, scene, choice, progress)


def _animation_picture(choice: AnimationChoice, work: Work) -> bytes:
    """Return the last frame, smaller; what is large or not computed yet has none."""
    result, values = work.result, math.prod(work.document.input_shape(work.view.layer) or ())
    if result is None or values > _MOST_DRAWN:
        return b""
    last = replace(choice, first=choice.last, side=SIDES[0])
    return last_frame(scene_of(work.document, work.view, result, last), last)
