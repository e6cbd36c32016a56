"""The questions around exports: what, in which format and where; what is replaced; and the same once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from convstudio.files.exports.animation import encode_animation
from convstudio.files.exports.animation_formats import ANIMATION_FORMATS
from convstudio.files.exports.map_formats import CONTACT_SHEET, MAP_FORMATS, PICTURE, MapFormat
from convstudio.files.exports.network_formats import NETWORK_FORMATS
from convstudio.files.exports.network_svg import network_svg
from convstudio.files.exports.workbook import MISSING, has_workbooks
from convstudio.files.exports.writing import encoded_files, file_paths, replaced
from convstudio.files.problems import FileProblem, printable
from convstudio.model.panes.exports.animation import AnimationChoice, scene_of, steps_of, told
from convstudio.model.panes.exports.arrays import PictureStyle
from convstudio.model.panes.exports.choice import ExportChoice, ExportPreview, with_kind
from convstudio.model.panes.exports.sources import MAP, MAPS, Source, export_sources, map_titles, values_in
from convstudio.model.run.forward import Forward, forward
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.progress import Progress
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.file_kinds import ending_of, endings_of, listed_endings
from convstudio.session.player import SPEEDS
from convstudio.session.session import Session
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.parts import dialogs
from convstudio.views.window.main_window import MainWindow

_MOST_PREVIEWED = 2**22
"""So many values become a preview while the user waits: about a tenth of a second."""

_MOST_TILES = 36
"""So many maps become a preview of a contact sheet in that time; the file itself has all of them."""

_PREVIEW_SIDE = 300

_MOST_LISTED = 200
_USUAL_STEPS = 200
_VECTORS_LEFT_OUT = "Vectors, such as a bias, cannot be shown as pictures and are left out."
_ONLY_VECTORS = "A vector of values cannot be a picture. Choose a table, an array or a workbook."
_NO_FOLDER = "The folder does not exist. Choose another one."
_NO_NAME = "The file needs a name."


class ExportQuestions:
    """Asks in the window what to export, and has the workspace write it; `result` returns the newest forward run."""

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        workspace: Workspace,
        detectors: Sequence[Detector],
        result: Callable[[], Forward | None],
    ) -> None:
        self._window, self._session, self._workspace = window, session, workspace
        self._detectors = detectors
        self._result = result
        self._last: ExportChoice | None = None

    def ask(self, command: str) -> None:
        """Answer a command of `dialogs.EXPORTS`, "network" or "animation": ask what and where, and write it."""
        if command == "network":
            self._ask_network()
        elif command == "animation":
            self._ask_animation()
        else:
            self._ask_arrays(command)

    def _ask_arrays(self, command: str) -> None:
        if command == "again" and self._last is not None:
            self._write(self._last, is_again=True)
            return
        titles = map_titles(self._session.document, self._session.view, self._detectors)
        try:
            first = self._first(command)
        except ValueError as refusal:
            self._window.messages.say(str(refusal))
            return
        choice = dialogs.ask_export(self._window, MAP_FORMATS, titles, first, self.preview)
        if choice is not None:
            self._write(choice)

    def _ask_network(self) -> None:
        """Ask where the picture of the network goes, and write it."""
        title, name = "Export network as picture", f"network{endings_of(NETWORK_FORMATS)[0]}"
        path = dialogs.ask_place(self._window, title, name, NETWORK_FORMATS)
        if path:
            document, data_format = self._session.document, self._session.view.data_format
            self._workspace.exports.write_files(
                path, lambda _progress: [(Path(path), network_svg(document, data_format))], 1
            )

    def _ask_animation(self) -> None:
        """Ask what an animation of the sliding window shows and where it goes, and write it."""
        document, view, known = self._session.document, self._session.view, self._result()
        try:
            positions = steps_of(document, view)
        except ValueError as refusal:
            self._window.messages.say(str(refusal))
            return
        first = AnimationChoice(1, min(positions, _USUAL_STEPS))
        choice = dialogs.ask_animation(self._window, first, positions, SPEEDS, lambda one: told(one, positions))
        if choice is None:
            return
        name = f"animation{endings_of(ANIMATION_FORMATS)[0]}"
        path = dialogs.ask_place(self._window, "Export animation", name, ANIMATION_FORMATS)
        if path and ending_of(path) not in endings_of(ANIMATION_FORMATS):
            self._window.messages.say(f"An animation ends in {listed_endings(ANIMATION_FORMATS)}. Choose another name.")
        elif path:
            frames_of = partial(_animation, path, document, view, known, choice)
            self._workspace.exports.write_files(path, frames_of, 1)

    def preview(self, choice: ExportChoice) -> ExportPreview:
        """Return what a choice would write."""
        kind = _kind(choice)
        flags = (kind.takes_colours, kind.takes_colours, kind.holds_all)
        try:
            sources = self._sources(choice)
            paths = _paths(choice, sources)
            _check_place(choice, kind)
        except (ValueError, FileProblem) as refusal:
            return ExportPreview((), "", str(refusal), b"", *flags)
        taken = len(replaced(paths))
        sentences = [
            f"{counted(len(paths), 'file')} in {printable(choice.folder)}.",
            f"{counted(taken, 'file')} there already would be replaced: you are asked first." if taken else "",
            _VECTORS_LEFT_OUT if len(sources) < len(self._all_sources(choice)) else "",
        ]
        lines = tuple(_lines(choice, sources, paths))
        return ExportPreview(lines, " ".join(filter(None, sentences)), "", self._picture(choice, sources), *flags)

    # --- filling in --------------------------------------------------------------------------------------------------

    def _first(self, command: str) -> ExportChoice:
        """Return what the dialog is filled in with for a command; raise ValueError where nothing can be exported."""
        document, view = self._session.document, self._session.view
        last = self._last or ExportChoice(PICTURE.name, self._folder(), "feature-map.png")
        content = MAP if command in ("this", "again") else MAPS
        last = replace(last, content=content, chosen=(view.filter,), is_apart=command == "files")
        sources = export_sources(document, view, content, last.chosen, self._detectors)
        kind = CONTACT_SHEET if command == "sheet" else PICTURE
        if all(len(source.part.shape) == 1 for source in sources):
            kind = MAP_FORMATS[0]
        name = (
            "combination" if view.combined and content == MAP else "feature-map" if content == MAP else "feature-maps"
        )
        if self._last is None:
            last = replace(last, name=f"{name}{kind.endings[0]}")
        is_other = command == "sheet" or _kind(last) is CONTACT_SHEET or self._last is None
        return with_kind(last, kind, MAP_FORMATS) if is_other else last

    def _folder(self) -> str:
        path = self._workspace.project.path
        return str(Path(path).absolute().parent if path else Path.home())

    def _all_sources(self, choice: ExportChoice) -> tuple[Source, ...]:
        document, view = self._session.document, self._session.view
        return export_sources(document, view, choice.content, choice.chosen, self._detectors)

    def _sources(self, choice: ExportChoice) -> tuple[Source, ...]:
        """Return what a choice exports in its format; raise ValueError with the reason why it is nothing."""
        sources = self._all_sources(choice)
        if _kind(choice).is_picture:
            sources = tuple(source for source in sources if len(source.part.shape) > 1)
        if not sources:
            raise ValueError(_ONLY_VECTORS)
        return sources

    # --- writing -----------------------------------------------------------------------------------------------------

    def _write(self, choice: ExportChoice, *, is_again: bool = False) -> None:
        """Write an export. Files that are there are asked about, unless they are those of the same export before."""
        try:
            sources = self._sources(choice)
            paths = _paths(choice, sources)
            _check_place(choice, _kind(choice))
        except (ValueError, FileProblem) as refusal:
            self._window.messages.say(str(refusal))
            return
        taken = [path for path in replaced(paths) if not (is_again and self._workspace.exports.is_own(path))]
        if taken and not dialogs.ask_replace(self._window, [printable(path.name) for path in taken]):
            return
        self._last = choice
        document, view, known = self._session.document, self._session.view, self._result()
        files_of = partial(_files, choice, sources, document, view, known)
        self._workspace.exports.write_files(choice.path, files_of, len(paths))

    def _picture(self, choice: ExportChoice, sources: Sequence[Source]) -> bytes:
        """Return the first picture of an export, or of a file of numbers what the screen shows.

        What is large, or not computed yet, has none: a preview must not wait.
        """
        result, document = self._result(), self._session.document
        if result is None or result.document is not document or not result.is_complete:
            return b""
        kind = _kind(choice)
        shown = kind if kind.takes_colours or kind.has_levels else PICTURE
        if shown is not CONTACT_SHEET:
            first = next((source for source in sources if len(source.part.shape) > 1), None)
            if first is None:
                return b""
            sources = [first]
        parts = [source.exported for source in sources]
        is_sheet = shown is CONTACT_SHEET
        if values_in(parts) > _MOST_PREVIEWED or (is_sheet and sum(len(part.titles) for part in parts) > _MOST_TILES):
            return b""
        style = _style(choice if kind.is_picture else replace(choice, is_coloured=True), self._session.view)
        arrays = [source.read(result).with_levels(style.scale) for source in sources]
        return shown.encode(arrays if is_sheet else [arrays[0].glimpse(_PREVIEW_SIDE)], style)


def _kind(choice: ExportChoice) -> MapFormat:
    return next(kind for kind in MAP_FORMATS if kind.name == choice.kind)


def _style(choice: ExportChoice, view: ViewState) -> PictureStyle:
    takes_colours = _kind(choice).takes_colours
    scale = view.scale if choice.is_coloured and (takes_colours or not _kind(choice).is_picture) else None
    return PictureStyle(scale, choice.has_bar and takes_colours)


def _paths(choice: ExportChoice, sources: Sequence[Source]) -> tuple[Path, ...]:
    return file_paths(choice.path, [one.exported for one in sources], _kind(choice), is_apart=choice.is_apart)


def _check_place(choice: ExportChoice, kind: MapFormat) -> None:
    """Raise FileProblem where nothing can be written."""
    if kind.name == "Workbook" and not has_workbooks():
        raise FileProblem(MISSING)
    if not choice.name:
        raise FileProblem(_NO_NAME)
    if not Path(choice.folder).is_dir():
        raise FileProblem(_NO_FOLDER)


def _lines(choice: ExportChoice, sources: Sequence[Source], paths: Sequence[Path]) -> Iterator[str]:
    """Say of each file what it holds; of very many, of the first ones."""
    parts = [source.exported for source in sources]
    if len(paths) == 1:
        held = ", ".join(f"{part.name} {format_shape(part.shape)}" for part in parts[:_MOST_LISTED])
        yield f"{printable(paths[0].name)}: {held}"
        return
    is_whole = len(paths) == len(parts) and _kind(choice).holds_all and not choice.is_apart
    shapes = [part.shape if is_whole else part.spatial for part in parts for _ in ([0] if is_whole else part.titles)]
    for path, shape in list(zip(paths, shapes, strict=True))[:_MOST_LISTED]:
        yield f"{printable(path.name)}: {format_shape(shape)}"
    if len(paths) > _MOST_LISTED:
        yield f"and {len(paths) - _MOST_LISTED} more"


def _animation(
    path: str, document: Document, view: ViewState, known: Forward | None, choice: AnimationChoice, progress: Progress
) -> Iterator[tuple[Path, bytes]]:
    """Yield the file of an animation. Runs in a worker."""
    result = forward(document, known, progress)
    progress(0)  # raises where the computation was cancelled
    yield Path(path), encode_animation(path, scene_of(document, view, result, choice), choice, progress)


def _files(
    choice: ExportChoice,
    sources: Sequence[Source],
    document: Document,
    view: ViewState,
    known: Forward | None,
    progress: Progress,
) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of an export; what is known is not computed again. Runs in a worker."""
    result = forward(document, known, progress)
    progress(0)  # raises where the computation was cancelled
    arrays = [source.read(result) for source in sources]
    yield from encoded_files(choice.path, arrays, _kind(choice), _style(choice, view), is_apart=choice.is_apart)
