"""The only wiring: builds session, recompute and window, connects them, and shuts them down in order."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from traceback import format_exception
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from convstudio import __version__
from convstudio.files.code import TARGETS
from convstudio.files.examples import EXAMPLE_PREFIX
from convstudio.files.export import map_paths, replaced_beside
from convstudio.files.faults import write_fault_report
from convstudio.files.leftovers import MOST_ASIDE, MOST_ASIDE_BYTES
from convstudio.files.limits import LIMITS
from convstudio.files.problems import FileProblem, printable
from convstudio.files.recovery import Recovery
from convstudio.files.resources import load_detectors, load_icon, load_sample, sample_catalogue
from convstudio.files.save import written_beside
from convstudio.files.settings import (
    Settings,
    load_settings,
    locks_folder,
    recovery_folder,
    save_settings,
    settings_path,
)
from convstudio.files.tidying import clear_stale_in
from convstudio.model import stepping
from convstudio.model.arrays import Floats
from convstudio.model.detectors import Detector, find_detector
from convstudio.model.document import Document
from convstudio.model.forward import Forward, LayerResult, forward
from convstudio.model.gallery import map_labels
from convstudio.model.help_places import HELP_PLACES, HelpPlace
from convstudio.model.input_readings import ReadOptions
from convstudio.model.layers import Conv
from convstudio.model.memory import memory_line, most_values
from convstudio.model.misfits import find_misfit, fit_all
from convstudio.model.network import Network
from convstudio.model.partial_maps import request_of
from convstudio.model.prediction import network_says
from convstudio.model.progress import Progress
from convstudio.model.reading import reading_of
from convstudio.model.reading_preview import ReadPreview
from convstudio.model.recovered_work import RecoveredWork
from convstudio.model.summary import summary_text
from convstudio.model.view_state import Dialect, ViewState
from convstudio.model.wording import counts_line, layer_sign
from convstudio.session.autosave import Autosave
from convstudio.session.detour import Detour
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.opened_inputs import OpenedInput
from convstudio.session.outside_changes import OutsideChanges
from convstudio.session.partial_mapper import PartialMapper
from convstudio.session.player import SPEEDS, Player
from convstudio.session.project_file import ProjectFile
from convstudio.session.recompute import Recompute
from convstudio.session.rescue import Rescue
from convstudio.session.session import Session
from convstudio.session.surveyor import Surveyor
from convstudio.session.workspace import INPUTS, OPENABLE, Taken, Workspace
from convstudio.views import dialogs
from convstudio.views.calculation_pane import CalculationPane
from convstudio.views.controls import install_accessibility
from convstudio.views.gallery import GalleryPane
from convstudio.views.input_pane import InputPane
from convstudio.views.kernel_pane import KernelPane
from convstudio.views.later import load
from convstudio.views.layer_pane import LayerPane
from convstudio.views.lenses.catalogue import lens_kinds
from convstudio.views.lenses.learn import Learn
from convstudio.views.main_window import MainWindow, Panes
from convstudio.views.map_pages import MapPages
from convstudio.views.map_pane import MapPane
from convstudio.views.ribbon import Ribbon
from convstudio.views.style import FlatStyle
from convstudio.views.theme import apply_scheme, body_font
from convstudio.views.ways import go_along, switch_at

if TYPE_CHECKING:
    from convstudio.views.help_window import HelpWindow
    from convstudio.views.readings_dialog import ReadingsDialog

_START_SAMPLE = "tutorial-lines"
_START_DETECTOR = "tutorial-vertical-line"
_PATIENCE = 2000
_MOST_AT_ONCE = 2**19  # values in an array beside which a layer's weights are still drawn in an instant
_KEYS = """Step forward and back: Ctrl+Right, Ctrl+Left
Play or pause: F5
First and last position: Ctrl+Home, Ctrl+End
Faster and slower: Ctrl+Up, Ctrl+Down
Term by term inside one product: Ctrl+T
Let go and show the whole map: Escape
Undo and redo: Ctrl+Z, Ctrl+Shift+Z
From field to field: Tab; inside a grid: the arrow keys; type to change a cell
From channel to channel: the left and right arrow keys in the strip under the input
From map to map under All maps: the arrow keys; with Ctrl or Shift, select several; + and − zoom
Copy and paste a block of cells: Ctrl+C, Ctrl+V; Delete sets cells to 0
In the table of filters: Ctrl+D duplicates, Delete removes, Alt+Up and Alt+Down move, F2 renames
From layer to layer: Ctrl+Page Down, Ctrl+Page Up; in the ribbon the left and right arrow keys
Layers: Ctrl+Shift+D duplicates, Ctrl+Backspace removes, Ctrl+Shift+Left, +Right move, Ctrl+Shift+F switches off and on
Copy the whole calculation: Ctrl+Shift+C"""
_OTHERWISE_TIP = "List the likely ways to read this file, with a look at each"
_FIT_TIP = "Weights are dropped, or added, until their number fits: one step, which undo takes back"
_NO_MAP = "There is no feature map to export: change the layer's settings first."
_BACK_TIP = "Change back what Help changed to show you the answer"
_UNDO_TIP = "Take the last step back (Ctrl+Z)"
_WHICH_WEIGHTS = ("Open weights", "How are the weights meant? The likeliest reading comes first.")
_ABOUT = """ConvStudio {version}
It shows, on real numbers, how a convolutional layer turns an input into feature maps.
MIT licence. Pictures and detectors are credited in resources/CREDITS.md."""


def run(files: Sequence[str]) -> int:
    """Open the window with the given files, and return the exit status when it is closed."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("ConvStudio")
    app.setStyle(FlatStyle())
    app.setFont(body_font())
    face_of = install_accessibility()
    studio = Studio(app)
    hook, sys.excepthook = sys.excepthook, studio.report_fault
    try:
        studio.start(files)
        status = app.exec()
    finally:
        has_ended = studio.close()
        sys.excepthook = hook
    del face_of
    if not has_ended:  # a computation that nobody waits for any more may take minutes, and cannot be interrupted
        sys.stdout.flush()
        os._exit(status)
    return status


def start_document(detectors: Sequence[Detector]) -> Document:
    """Make the project that a new user sees first: the tutorial's two-pixel line and its line detector."""
    sample = load_sample(_START_SAMPLE)
    detector = find_detector(detectors, _START_DETECTOR)
    assert detector is not None, "the detectors are part of the program"
    layer = Conv.of(detector.for_channels(sample.channels)[..., None])
    return Document(sample, Network((layer,)))


class Studio:
    """Every part of the running program, wired."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._settings_path = settings_path(os.environ)
        self._recovery_folder = recovery_folder(os.environ)
        self._first_problems: list[str] = []
        self._settings = self._load_settings()
        self._settings_problem = ""
        apply_scheme(app, self._settings.theme)
        detectors = self._detectors = load_detectors()
        start = start_document(detectors)
        self.session = Session(start)
        self.session.speak(self._settings.dialect)
        self.editor = Editor(self.session, self._ask_way)
        self.recompute = Recompute()
        self.surveyor = Surveyor()
        self.partial_mapper = PartialMapper()
        self.jobs = Jobs()
        self.player = Player(self.session)
        project_file = ProjectFile(locks_folder(os.environ))
        self.workspace = Workspace(
            self.session,
            self.jobs,
            self.editor,
            start,
            project_file,
            self._may_discard,
            self._ask_taken,
            self._choose_weights,
        )
        entries = [(info.id, info.title, info.kind) for info in sample_catalogue()]
        self.input_pane = InputPane(entries, LIMITS)
        self.kernel_pane = KernelPane(detectors, LIMITS)
        self.layer_pane = LayerPane(self.kernel_pane, LIMITS)
        self.map_pane = MapPane(LIMITS)
        self.map_pages = MapPages(self.map_pane)
        self.calculation_pane = CalculationPane(SPEEDS, LIMITS)
        self.ribbon = Ribbon()
        self.gallery_pane = GalleryPane(detectors)
        panes = Panes(
            self.ribbon, self.input_pane, self.layer_pane, self.map_pages, self.calculation_pane, self.gallery_pane
        )
        self._panes = (self.input_pane, self.layer_pane, self.map_pages, self.calculation_pane, self.gallery_pane)
        self.window = MainWindow(panes, self.session.undo_stack, self._may_close)
        self.window.add_to_edit_menu(self.input_pane.tools.rows_and_columns, self.input_pane.channels.menu)
        self.window.add_to_layer_menu(self.kernel_pane.commands)
        self.learn = Learn(lens_kinds(detectors), self.window)
        self.window.offer_lenses(self.learn.lessons)
        self.autosave = Autosave(self.session, Recovery(self._recovery_folder))
        self.outside_changes = OutsideChanges(self.workspace, partial(dialogs.ask_way, self.window), self._save_as)
        self.rescue = Rescue(self._recovery_folder, self.jobs, self.workspace, self.autosave)
        self._result: Forward | None = None
        self._places: HelpWindow | None = None
        self._readings: ReadingsDialog | None = None
        self._wire_session()
        self._wire_panes()
        self._wire_window()

    def start(self, files: Sequence[str]) -> None:
        """Show the window, then what was asked for; work from a crash is offered first."""
        self.window.restore_layout(self._settings.geometry, self._settings.splitters)
        self.window.show_scheme(self._settings.theme)
        self.window.show_dialect(self._settings.dialect)
        self.window.show_recent(self._settings.recent_files)
        self._set_speed(self._settings.speed)
        self._show_all()
        self.window.show()
        if self._first_problems:
            self.window.messages.say(" ".join(self._first_problems))
        for path in files:
            self.workspace.open(path)
        QTimer.singleShot(0, self.window, self._offer_recovery)
        QTimer.singleShot(0, self.autosave, self.autosave.write_now)
        QTimer.singleShot(0, self.window, self._clear_stale_files)
        QTimer.singleShot(0, self.window, self._show_icon)

    def close(self) -> bool:
        """Shut down in order: clocks, threads, session, window; say whether the computation ended too."""
        self._remember()
        self.window.hide()
        self.player.pause()
        workers = (self.autosave, self.jobs, self.recompute, self.surveyor, self.partial_mapper)
        ended = [worker.close(_PATIENCE) for worker in workers]
        self.workspace.close()
        self.session.close()
        self.window.deleteLater()
        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return all(ended)

    def report_fault(self, kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        """Tell the user about a fault of the program itself in a sentence; the details go into a file."""
        if issubclass(kind, KeyboardInterrupt):
            self._app.quit()
            return
        report = write_fault_report(self._recovery_folder, "".join(format_exception(kind, fault, trace)))
        self.window.messages.say(f"ConvStudio hit an internal error ({kind.__name__}). Save your work. {report}")

    # --- wiring --------------------------------------------------------------------------------------------------

    def _wire_session(self) -> None:
        self.session.document_changed.connect(self._show_document)
        self.session.view_changed.connect(self._show_view)
        self.session.modified_changed.connect(self._show_title)
        self.session.history.dropped_changed.connect(self._show_dropped)
        self.recompute.results_changed.connect(self._show_result)
        for worker in (self.jobs, self.recompute):
            worker.progress_changed.connect(self._show_wait)
        self.surveyor.surveyed.connect(self.gallery_pane.show_survey)
        self.surveyor.surveyed.connect(self.map_pane.show_survey)
        self.partial_mapper.made.connect(self.map_pages.show_partial_maps)
        self.partial_mapper.failed.connect(self.map_pages.show_no_partial_maps)
        self.player.playing_changed.connect(self.calculation_pane.show_playing)
        self.jobs.failed.connect(self.window.messages.say)
        self.editor.refused.connect(self.window.messages.say)
        self.editor.told.connect(self._tell)
        self.editor.lost.connect(self._offer_undo)
        self.workspace.told.connect(self.window.messages.tell)
        self.workspace.inputs.opened.connect(self._tell_reading)
        self.workspace.inputs.previewed.connect(self._show_preview)
        self.workspace.path_changed.connect(self._show_title)
        self.workspace.path_changed.connect(lambda _: self._close_readings())
        self.workspace.said.connect(self.window.show_sentence)
        self.workspace.weights_read.connect(self._tell_weights)
        self.workspace.file_used.connect(self._remember_file)
        self.workspace.file_missing.connect(self._forget_file)
        self.workspace.folder_used.connect(self._remember_folder)
        self._app.applicationStateChanged.connect(self._look_outside)
        self.autosave.problem_changed.connect(self._show_unsafe)
        self.rescue.told.connect(self.window.messages.tell)

    def _wire_panes(self) -> None:
        for pane in self._panes:
            pane.look_asked.connect(self._look)
        self.calculation_pane.look_asked.connect(self.player.pause)
        for editor in (self.input_pane, self.layer_pane, self.gallery_pane):
            editor.edit_asked.connect(self.editor.apply)
        for refusing in (self.input_pane, self.layer_pane, self.calculation_pane):
            refusing.refused.connect(self.window.messages.say)
        self.input_pane.sample_asked.connect(self.workspace.use_bundled_sample)
        self.input_pane.open_asked.connect(self._ask_open)
        self.kernel_pane.weights_asked.connect(self._ask_weights)
        self.input_pane.channels_asked.connect(self._ask_channels)
        self.map_pane.export_asked.connect(self._ask_export)
        self.map_pane.again_asked.connect(self._compute)
        self.calculation_pane.play_asked.connect(self.player.toggle)
        self.calculation_pane.speed_asked.connect(self._set_speed)
        self.ribbon.part_asked.connect(self.window.focus_on)
        self.ribbon.look_asked.connect(self._look)
        self.ribbon.change_asked.connect(self._change)

    def _wire_window(self) -> None:
        window = self.window
        window.new_asked.connect(self._start_anew)
        window.open_asked.connect(self._ask_open)
        window.save_asked.connect(self._save)
        window.save_as_asked.connect(self._save_as)
        window.export_asked.connect(self._ask_export)
        window.cancel_asked.connect(self._cancel)
        window.recent_asked.connect(self.workspace.open)
        window.otherwise_asked.connect(self._ask_otherwise)
        window.recovered_asked.connect(self._ask_recovered)
        window.example_asked.connect(lambda example_id: self.workspace.open(f"{EXAMPLE_PREFIX}{example_id}"))
        window.files_dropped.connect(self._open_all)
        window.image_given.connect(partial(self.workspace.open_image, name="pasted image"))
        window.copy_calculation_asked.connect(self.calculation_pane.copy_calculation)
        window.copy_summary_asked.connect(self._copy_summary)
        window.copy_code_asked.connect(
            lambda target: self.workspace.copy_code(target, partial(self._copy_code, target))
        )
        window.scheme_asked.connect(self._use_scheme)
        window.dialect_asked.connect(self._use_dialect)
        window.step_asked.connect(self._step)
        window.lens_asked.connect(self.learn.open)
        self.learn.look_asked.connect(self._look)
        window.places_asked.connect(self._show_places)
        window.keys_asked.connect(partial(dialogs.tell, window, "Keys", _KEYS))
        window.about_asked.connect(partial(dialogs.tell, window, "About", _ABOUT.format(version=__version__)))

    # --- showing -------------------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        self._show_title()
        self._show_document(self.session.document, self.session.document)

    def _show_document(self, _before: Document, document: Document) -> None:
        view = self.session.view
        self._compute()
        self._show_misfit(document)
        self._show_otherwise()
        for pane in (self.ribbon, *self._panes):
            pane.show_document(document, view)
        self._show_lenses()
        self._show_words()
        self._show_title()

    def _compute(self) -> None:
        self.recompute.request(self.session.document, self.session.view.layer)

    def _show_misfit(self, document: Document, before: str = "") -> None:
        """Offer to fit filters that do not fit their channels, instead of changing weights unasked.

        `before` is a sentence to say first.
        """
        found = find_misfit(document)
        if found is None:
            self.window.messages.put_away()
            return
        fit = partial(self.editor.apply, found.action, fit_all)
        self.window.messages.offer(f"{before} {found.sentence}".strip(), found.action, _FIT_TIP, fit)

    def _show_view(self, before: ViewState, view: ViewState) -> None:
        document = self.session.document
        for pane in (self.ribbon, *self._panes):
            pane.show_view(document, view)
        if (before.layer, before.filter) != (view.layer, view.filter):
            self._show_result(self._result)
        else:
            self._show_partial_maps()
        self._show_lenses()
        self._show_words()

    def _show_result(self, result: Forward | None) -> None:
        self._result = result
        document, view, shown, combined = self.session.document, self.session.view, self._layer_result(), None
        if result is not None and document.combination_of(view.layer) is not None:
            combined = result.combined
        for pane in (self.input_pane, self.calculation_pane):
            pane.show_result(document, view, result)
        self.map_pane.show_result(document, view, shown, combined)
        self.gallery_pane.show_result(shown, combined)
        self.surveyor.request(None if shown is None else shown.made)
        self._show_partial_maps()
        self._show_lenses()
        if view.layer:
            self._show_words()
        self._show_counts()

    def _show_partial_maps(self) -> None:
        """Have the maps made that another way to combine channels would give, where that is chosen."""
        document, view = self.session.document, self.session.view
        reading = reading_of(document, view, self._result)
        self.partial_mapper.request(
            None if reading is None else request_of(document, view, reading.values, reading.names)
        )

    def _show_lenses(self) -> None:
        self.learn.show_document(self.session.document, self.session.view, self._result)

    def _show_words(self) -> None:
        self._show_counts()
        self.window.show_sign(layer_sign(self.session.document.layers[self.session.view.layer]))
        self.window.show_sentence(self.calculation_pane.sentence)

    def _show_counts(self) -> None:
        document, view = self.session.document, self.session.view
        counts = counts_line(document.layers[view.layer], document.read_shape(view.layer))
        self.window.show_counts(" · ".join(filter(None, (counts, memory_line(document), network_says(self._result)))))

    def _show_wait(self) -> None:
        """Show how far the work is that the user waits for; a file comes before the maps that follow from it."""
        self.window.show_progress(self.jobs.wait or self.recompute.wait)

    def _cancel(self) -> None:
        """Stop the work that is shown."""
        (self.recompute if self.jobs.wait is None else self.jobs).cancel()

    def _show_dropped(self, has_dropped: bool) -> None:
        """Say in the Edit menu, and once as a message, that undo does not reach back to the start any more."""
        sentence = f"Older steps were dropped to keep the undo history within {LIMITS.undo_bytes >> 20} MiB."
        self.window.show_history(sentence if has_dropped else "")
        if has_dropped:
            self.window.messages.tell(sentence)

    def _show_icon(self) -> None:
        """Dress the window's frame, after the first paint: decoding the picture would delay it."""
        picture = QPixmap()
        picture.loadFromData(load_icon(), "SVG")
        self._app.setWindowIcon(QIcon(picture))

    def _show_title(self) -> None:
        self.window.show_title(self.workspace.project_name, modified=self.session.is_modified)

    def _layer_result(self) -> LayerResult | None:
        layer = self.session.view.layer
        return None if self._result is None or layer >= len(self._result.layers) else self._result.layers[layer]

    # --- intents -------------------------------------------------------------------------------------------------

    def _ask_way(self, question: str, ways: Sequence[str]) -> int | None:
        return dialogs.ask_way(self.window, "More would change", question, ways, "Cancel")

    def _tell(self, news: str) -> None:
        """Say what is new, unless the step led to something that must be said first."""
        if not self.window.messages.sentence:
            self.window.messages.tell(news)

    def _offer_undo(self, sentence: str) -> None:
        """Say what a step took along, with the way back."""
        if not self.window.messages.sentence:
            self.window.messages.offer(sentence, "Undo", _UNDO_TIP, self.session.undo_stack.undo)

    def _change(self, name: str, edit: Callable[[Document], Document], move: stepping.Move) -> None:
        """Apply an edit of the network and look where it leads; where it is refused, nothing moves."""
        before = self.session.document
        if most_values(before) > _MOST_AT_ONCE:
            self.jobs.read(name, lambda _: edit(before), partial(self._take_change, before, name, edit, move))
            return
        self.editor.apply(name, edit)
        if self.session.document is not before:
            self._look(move)

    def _take_change(
        self,
        before: Document,
        name: str,
        edit: Callable[[Document], Document],
        move: stepping.Move,
        changed: Document,
    ) -> None:
        """Apply an edit of the network that was worked out for large arrays, where it still fits."""
        now = self.session.document
        if now is before:
            self.editor.apply(name, lambda _: changed)
            self._look(move)
        elif now.network is before.network:
            self._change(name, edit, move)
        else:
            raise ValueError(f"“{name}” was not done because the network changed meanwhile. Choose it again.")

    def _look(self, move: stepping.Move) -> None:
        try:
            self.session.look(move(self.session.document, self.session.view))
        except ValueError as refusal:
            self.window.messages.say(str(refusal))

    def _show_places(self) -> None:
        """List where each question is answered, in a window of its own, made when it is first asked for."""
        places = self._places = self._places or self._make_places()
        places.show()
        places.raise_()
        places.activateWindow()

    def _make_places(self) -> HelpWindow:
        places: HelpWindow = load("help_window.HelpWindow")(HELP_PLACES, self.window)
        places.place_asked.connect(lambda place: self._go_to_place(places, place))
        return places

    def _go_to_place(self, places: HelpWindow, place: HelpPlace) -> None:
        switch = switch_at(self.window, place.way)
        turned = None if switch is None else (switch.accessibleName(), switch.click)
        detour = Detour(self.session, self.workspace, self._use_dialect, turned)
        if go_along(self.window, place.way):
            places.accept()
            self.jobs.then(lambda: self._offer_way_back(detour))
        else:
            places.say(place.needs)

    def _offer_way_back(self, detour: Detour) -> None:
        """Say what Help changed to show its answer, after what there is to say of that, and offer to change it back."""
        if not detour.sentence:
            return

        def go_back() -> None:
            self.window.messages.put_away()
            detour.go_back()

        said = f"{self.window.messages.sentence} {detour.sentence}".strip()
        self.window.messages.offer(said, "Back", _BACK_TIP, go_back, is_news=True)

    def _step(self, step: str) -> None:
        if step in ("faster", "slower"):
            self._set_speed(self.player.faster(1 if step == "faster" else -1))
            return
        if step == "play":
            self.player.toggle()
            return
        self.player.pause()
        self._look(stepping.MOVES[step])

    def _copy_summary(self) -> None:
        QGuiApplication.clipboard().setText(summary_text(self.session.document, self.session.view.dialect))
        self.window.messages.tell("The table of layers is on the clipboard.")

    def _copy_code(self, target: str, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        lines = len(text.splitlines())
        self.window.messages.tell(f"The program for {TARGETS[target]} is on the clipboard: {lines} lines.")

    def _use_scheme(self, scheme: str) -> None:
        apply_scheme(self._app, scheme)
        self.window.show_scheme(scheme)
        self._remember(theme=scheme)

    def _use_dialect(self, dialect: Dialect) -> None:
        self.session.speak(dialect)
        self.window.show_dialect(dialect)
        self._remember(dialect=dialect)

    # --- files ---------------------------------------------------------------------------------------------------

    def _start_anew(self) -> None:
        if self.jobs.is_writing:  # a save that is under way decides whether there is anything to ask
            self.jobs.then(self._start_anew)
        elif self._may_discard(self._start_anew):
            self.workspace.start_anew()

    def _ask_open(self) -> None:
        path = dialogs.ask_open(self.window, OPENABLE)
        if path:
            self.workspace.open(path)

    def _ask_channels(self) -> None:
        path = dialogs.ask_open(self.window, INPUTS)
        if path:
            self.workspace.add_channels(path)

    def _open_all(self, paths: Sequence[str]) -> None:
        for path in paths:
            self.workspace.open(path)

    def _tell_reading(self, opened: OpenedInput) -> None:
        """Say how a file was read, beside the way to read it otherwise; ask at once where that is about as likely."""
        self._close_readings()
        ask = partial(self._ask_reading, opened)
        if find_misfit(self.session.document) is not None:  # its offer to fit the filters stays
            self._show_misfit(self.session.document, opened.sentence if opened.is_decided else "")
        elif opened.can_be_otherwise:
            self.window.messages.offer(opened.sentence, "Read it otherwise…", _OTHERWISE_TIP, ask, is_news=True)
        else:
            self.window.messages.tell(opened.sentence)
        self._show_otherwise()
        if opened.is_doubtful:
            ask()

    def _show_otherwise(self) -> None:
        self.window.show_otherwise(self.workspace.inputs.of(self.session.document.sample) is not None)

    def _ask_otherwise(self) -> None:
        opened = self.workspace.inputs.of(self.session.document.sample)
        if opened is not None:
            self._ask_reading(opened)

    def _ask_reading(self, opened: OpenedInput) -> None:
        """Ask which of the likely readings is meant, in a dialog that waits without blocking."""
        self._close_readings()
        title, question = f"How to read {opened.origin}", "Likely readings"
        dialog: ReadingsDialog = load("readings_dialog.ReadingsDialog")(
            self.window, title, question, opened.choices, opened.current
        )
        self._readings = dialog
        dialog.preview_asked.connect(partial(self.workspace.inputs.preview, opened))
        dialog.chosen.connect(partial(self.workspace.inputs.read_otherwise, opened))
        dialog.finished.connect(self._forget_readings)
        dialog.open()

    def _show_preview(self, options: ReadOptions, preview: ReadPreview) -> None:
        if self._readings is not None:
            self._readings.show_preview(options, preview)

    def _close_readings(self) -> None:
        """Close the question about a file that was followed by another one."""
        if self._readings is not None:
            self._readings.reject()

    def _forget_readings(self) -> None:
        self._readings = None
        self.workspace.inputs.forget_preview()

    def _save(self, saved: Callable[[], object] = lambda: None) -> None:
        """Save the project, and call `saved` once it is safe."""
        if self.workspace.path and not self.workspace.is_read_only:
            self.workspace.save(self.workspace.path, saved)
        else:
            self._save_as(saved)

    def _save_as(self, saved: Callable[[], object] = lambda: None) -> None:
        path = dialogs.ask_save_as(self.window, self.workspace.suggested_path)
        if path and (path == self.workspace.path or self._may_replace(path, written_beside(path))):
            self.workspace.save(path, saved)

    def _ask_taken(self, name: str) -> Taken:
        return dialogs.ask_taken(self.window, name)

    def _look_outside(self, state: Qt.ApplicationState) -> None:
        """Look at the project's file when the user comes back from another program."""
        if state == Qt.ApplicationState.ApplicationActive and QApplication.activeModalWidget() is None:
            self.outside_changes.look()

    def _ask_export(self, what: str) -> None:
        """Ask where to write the selected map, or all maps of the layer in one file or several, and write them."""
        document, view, known = self.session.document, self.session.view, self._result
        shape = document.made_shape(view.layer)
        if shape is None:
            self.window.messages.say(_NO_MAP)
            return
        is_set = not view.combined and len(shape) > 1 and shape[-1] > 1
        if not is_set:
            what = "this"
        name = "combination" if view.combined else "feature-maps" if what == "together" else "feature-map"
        path = dialogs.ask_export(self.window, f"{name}.png" if what == "files" else f"{name}.npy", what)
        labels = map_labels(document.layers[view.layer], shape[-1], self._detectors) if what == "files" else None
        if not path or (labels is not None and not self._may_replace(path, map_paths(path, shape, labels))):
            return
        filter_index = view.filter if is_set and what == "this" else None
        self.workspace.export(path, partial(_maps_on_show, document, view, known, filter_index), labels)

    def _may_replace(self, path: str, paths: Sequence[Path]) -> bool:
        """Ask about files that would be replaced under names other than `path`; say whether to go on."""
        replaced = replaced_beside(path, paths)
        return not replaced or dialogs.ask_replace(self.window, [printable(one.name) for one in replaced])

    def _ask_weights(self) -> None:
        path = dialogs.ask_weights(self.window)
        if path:
            self.workspace.open_weights(path)

    def _choose_weights(self, texts: Sequence[str]) -> int | None:
        return dialogs.ask_which(self.window, *_WHICH_WEIGHTS, texts)

    def _tell_weights(self, path: str, layer: int, told: str, has_others: bool) -> None:
        """Say how a file of weights was read, with the way to read it otherwise where there is one."""
        if find_misfit(self.session.document) is not None:  # the offer to fit the next layer is on show
            self.window.show_sentence(told)
        elif has_others:
            again = partial(self.workspace.open_weights, path, layer, always_ask=True)
            self.window.messages.offer(told, "Read it otherwise…", _OTHERWISE_TIP, again, is_news=True)
        else:
            self.window.messages.tell(told)

    def _may_discard(self, saved: Callable[[], object]) -> bool:
        """Ask about unsaved changes; say whether to go on now. `saved` is called after a save that is asked for."""
        if not self.session.is_modified:
            return True
        answer = dialogs.ask_unsaved(self.window, self.workspace.project_name)
        if answer == "save":
            self._save(saved)
        return answer == "discard"

    def _may_close(self) -> bool:
        """Say whether the window may close now; where a save must end first, the window closes itself after it."""
        self.jobs.cancel_reading()
        if self.jobs.is_writing:
            self.jobs.then(self.window.close)
            return False
        return self._may_discard(lambda: self.window.close())

    def _set_speed(self, steps_per_second: int) -> None:
        self.player.set_speed(steps_per_second)
        self.calculation_pane.show_speed(self.player.speed)

    def _remember(self, **changes: object) -> None:
        """Keep size, position and choices for the next start."""
        self._settings = msgspec.structs.replace(
            self._settings,
            geometry=self.window.geometry_text,
            splitters=self.window.splitters_text,
            speed=self.player.speed,
            **changes,
        )
        problem = ""
        try:
            save_settings(self._settings_path, self._settings)
        except FileProblem as refusal:
            problem = str(refusal)
        if problem and problem != self._settings_problem:  # else it would take the place of what matters more
            self.window.messages.say(problem)
        self._settings_problem = problem

    def _remember_file(self, path: str) -> None:
        self._remember(recent_files=self._settings.with_recent(path).recent_files)
        self.window.show_recent(self._settings.recent_files)

    def _remember_folder(self, folder: str) -> None:
        if folder not in self._settings.save_folders:
            self._remember(save_folders=self._settings.with_folder(folder).save_folders)

    def _forget_file(self, path: str) -> None:
        self._remember(recent_files=self._settings.without_recent(path).recent_files)
        self.window.show_recent(self._settings.recent_files)

    # --- recovery ------------------------------------------------------------------------------------------------

    def _load_settings(self) -> Settings:
        try:
            return load_settings(self._settings_path)
        except FileProblem as problem:
            self._first_problems.append(str(problem))
            return Settings()

    def _clear_stale_files(self) -> None:
        """Remove what killed programs left, in a thread that nobody waits for: a folder may be on a slow disk."""
        folders = (self._settings_path.parent, *map(Path, self._settings.save_folders))
        Thread(target=clear_stale_in, args=(folders, locks_folder(os.environ)), daemon=True).start()

    def _show_unsafe(self, problem: str) -> None:
        """Say why unsaved work is not kept safe: once aloud, and in the status line and the title while it is so."""
        self.window.show_unsafe(problem)
        self._show_title()
        if problem:
            self.window.messages.say(
                " ".join([*self._first_problems, problem])
            )  # at the start: none takes another's place
            self._first_problems.clear()

    def _offer_recovery(self) -> None:
        self.rescue.offer(partial(dialogs.ask_recover, self.window))

    def _ask_recovered(self) -> None:
        self.rescue.list_works(self._show_recovered)

    def _show_recovered(self, works: Sequence[RecoveredWork]) -> None:
        bound = f"At most {MOST_ASIDE} are kept, and {MOST_ASIDE_BYTES >> 30} GiB together. The oldest go first."
        key = dialogs.ask_recovered(self.window, bound, works, self.rescue.delete)
        if key and self._may_discard(partial(self.rescue.open, key)):
            self.rescue.open(key)


def _maps_on_show(
    document: Document, view: ViewState, known: Forward | None, filter_index: int | None, progress: Progress
) -> Floats:
    """Return the maps that are exported, or one of them; what is known is not computed again. Runs in a worker."""
    result = forward(document, known, progress)
    progress(0)  # raises where the computation was cancelled
    maps = result.maps_on_show(view)
    if maps is None:
        raise FileProblem(_NO_MAP)
    return maps if filter_index is None else maps[..., filter_index : filter_index + 1]
