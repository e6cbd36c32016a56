"""The questions around exports: what, in which format and where; what is replaced; and the same once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from convstudio.files.exports.map_formats import CONTACT_SHEET, MAP_FORMATS, PICTURE, MapFormat
from convstudio.files.exports.page_formats import PageFormat
from convstudio.files.exports.writing import replaced
from convstudio.files.problems import FileProblem, printable
from convstudio.model.panes.exports.animation import AnimationChoice, steps_of
from convstudio.model.panes.exports.choice import ExportChoice, ExportOffer, ExportPreview, with_content, with_kind
from convstudio.model.panes.exports.sources import export_sources, map_titles
from convstudio.model.panes.exports.training import TrainingRecord
from convstudio.model.run.forward import Forward
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.detectors import Detector
from convstudio.model.values.numbers import USUAL, written_in
from convstudio.model.words.export_contents import (
    ANIMATION,
    CONTENTS,
    CURVES,
    EVERYTHING,
    FIGURE,
    FILTERS,
    MAP,
    MAPS,
    NETWORK,
    REPORT,
    WEIGHTS,
)
from convstudio.session.player import SPEEDS
from convstudio.session.session import Session
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.parts import dialogs
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.export_plans import FORMATS, Work, kind_of_choice, plan_of

_USUAL_STEPS = 200
_ARCHIVE = next(kind for kind in MAP_FORMATS if kind.name == "NumPy archive")
_STEMS = {
    **{EVERYTHING: "everything", REPORT: "report", FIGURE: "figure", NETWORK: "network", ANIMATION: "animation"},
    **{WEIGHTS: "weights", CURVES: "curves", FILTERS: "filters"},
}
"""What the names of these exports begin with, unless they get another one; each is a command too."""


class ExportQuestions:
    """Asks in the window what to export, and has the workspace write it; `result` returns the newest forward run.

    `record` returns what the last training left, if there was one.
    """

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        workspace: Workspace,
        detectors: Sequence[Detector],
        result: Callable[[], Forward | None],
        record: Callable[[], TrainingRecord | None] = lambda: None,
    ) -> None:
        self._window, self._session, self._workspace = window, session, workspace
        self._detectors = detectors
        self._result, self._record = result, record
        self._last: ExportChoice | None = None
        self._repeat: Callable[[], None] | None = None

    def ask(self, command: str) -> None:
        """Answer a command of `dialogs.EXPORTS` or `dialogs.PAGE_EXPORTS`: ask what and where, and write it."""
        if command == "again" and self._repeat is not None:
            self._repeat()
        else:
            self._ask_export(command)

    def _ask_export(self, command: str) -> None:
        document, view = self._session.document, self._session.view
        try:
            first = self._first(command)
        except ValueError as refusal:
            self._window.messages.say(str(refusal))
            return
        offer = ExportOffer(FORMATS, map_titles(document, view, self._detectors), self._positions(), SPEEDS)
        choice = dialogs.ask_export(self._window, offer, first, self.preview)
        if choice is not None:
            self._write(choice)

    def preview(self, choice: ExportChoice) -> ExportPreview:
        """Return what a choice would write."""
        kind = kind_of_choice(choice)
        flags = (False, False, False)
        if isinstance(kind, MapFormat | PageFormat):
            flags = (kind.takes_colours, kind.takes_bar, kind.holds_all)
        try:
            plan = plan_of(choice, self._work())
            with written_in(USUAL):  # as the file is
                picture = plan.picture_of()
        except (ValueError, FileProblem) as refusal:
            return ExportPreview((), "", str(refusal), b"", *flags)
        takes_colours, takes_bar, holds_all = flags
        flags = (takes_colours, takes_bar, holds_all and plan.planes > 1)
        taken = len(replaced(plan.paths))
        sentences = [
            f"{counted(len(plan.paths), 'file')} in {printable(choice.folder)}.",
            f"{counted(taken, 'file')} there already would be replaced: you are asked first." if taken else "",
            plan.note,
        ]
        return ExportPreview(plan.lines, " ".join(filter(None, sentences)), "", picture, *flags)

    # --- filling in --------------------------------------------------------------------------------------------------

    def _first(self, command: str) -> ExportChoice:
        """Return what the dialog is filled in with for a command; raise ValueError where nothing can be exported."""
        last = self._last or ExportChoice(PICTURE.name, self._folder(), "feature-map.png")
        # the maps and the steps that were chosen last are another layer's perhaps
        last = replace(last, chosen=(self._session.view.filter,), animation=self._fitting(last.animation))
        if command == ANIMATION:
            steps_of(self._session.document, self._session.view)  # raises where the window does not slide
        if command in _STEMS:
            return self._first_of(command, last)
        document, view = self._session.document, self._session.view
        content = MAP if command in ("this", "again") else MAPS
        is_new = self._last is None or last.content not in CONTENTS
        last = replace(last, content=content, is_apart=command == "files")
        sources = export_sources(document, view, content, last.chosen, self._detectors)
        kind = CONTACT_SHEET if command == "sheet" else PICTURE
        if all(len(source.part.shape) == 1 for source in sources):
            kind = MAP_FORMATS[0]
        name = (
            "combination" if view.combined and content == MAP else "feature-map" if content == MAP else "feature-maps"
        )
        if is_new:
            last = replace(last, name=f"{name}{kind.endings[0]}")
        is_other = is_new or command == "sheet" or kind_of_choice(last) is CONTACT_SHEET
        return with_kind(last, kind, MAP_FORMATS) if is_other else last

    def _first_of(self, content: str, last: ExportChoice) -> ExportChoice:
        """Return what the dialog is filled in with for everything or a page: the same as before, or the usual form."""
        if last.content == content:
            return last
        kind = _ARCHIVE if content == EVERYTHING else FORMATS[content][0]
        name = f"{_STEMS[content]}{kind.endings[0]}"
        return with_content(replace(last, kind=kind.name, name=name, is_apart=False), content, FORMATS)

    def _positions(self) -> int:
        """Count the places of the window; none where it does not slide."""
        try:
            return steps_of(self._session.document, self._session.view)
        except ValueError:
            return 0

    def _fitting(self, last: AnimationChoice) -> AnimationChoice:
        """Return an animation as the last one was, of the first steps of this layer where it was of another one."""
        positions = max(1, self._positions())
        is_known = self._last is not None and self._last.is_animation and last.last <= positions
        return last if is_known else replace(last, first=1, last=min(positions, _USUAL_STEPS))

    def _folder(self) -> str:
        path = self._workspace.project.path
        return str(Path(path).absolute().parent if path else Path.home())

    def _work(self) -> Work:
        return Work(self._session.document, self._session.view, self._detectors, self._result(), self._record())

    # --- writing -----------------------------------------------------------------------------------------------------

    def _write(self, choice: ExportChoice, *, is_again: bool = False) -> None:
        """Write an export, after asking about files that are there."""
        try:
            plan = plan_of(choice, self._work())
        except (ValueError, FileProblem) as refusal:
            self._window.messages.say(str(refusal))
            return
        if self._may_replace(plan.paths, is_again=is_again):
            self._last, self._repeat = choice, partial(self._write, choice, is_again=True)
            self._workspace.exports.write_files(choice.path, plan.files_of, len(plan.paths))

    def _may_replace(self, paths: Sequence[Path], *, is_again: bool) -> bool:
        """Ask about files that are there already, unless they are those of the same export before."""
        taken = [path for path in replaced(paths) if not (is_again and self._workspace.exports.is_own(path))]
        return not taken or dialogs.ask_replace(self._window, [printable(path.name) for path in taken])
