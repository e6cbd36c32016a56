"""The only wiring: builds session, workers and window, connects them, and shuts them down in order."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication

import convstudio.wiring.pyside.quick_imports  # it makes all imports below quicker
import convstudio.wiring.pyside.safe_overrides  # noqa: F401  # before the first class that Qt calls
from convstudio import __version__
from convstudio.files.disk.tidying import clear_stale_in
from convstudio.files.faults import write_fault_report
from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.files.presets.folder import PresetFolder
from convstudio.files.projects.names import EXAMPLE_PREFIX
from convstudio.files.projects.recovery import Recovery
from convstudio.files.resources import load_detectors, load_icon, load_sample, sample_catalogue, sample_thumbnail
from convstudio.files.settings import (
    locks_folder,
    recovery_folder,
    settings_path,
)
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.session.autosave import Autosave
from convstudio.session.detour import Detour
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.partial_mapper import PartialMapper
from convstudio.session.player import SPEEDS, Player
from convstudio.session.presets import Presets
from convstudio.session.recompute import Recompute
from convstudio.session.rescue import Rescue
from convstudio.session.session import Session
from convstudio.session.surveyor import Surveyor
from convstudio.session.workspace.project_file import ProjectFile
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.calculation.pane import CalculationPane
from convstudio.views.gallery.pane import GalleryPane
from convstudio.views.input.pane import InputPane
from convstudio.views.layer.kernel_pane import KernelPane
from convstudio.views.layer.pane import LayerPane
from convstudio.views.lenses.catalogue import lens_kinds
from convstudio.views.lenses.learn import LensDocks
from convstudio.views.map.pages import MapPages
from convstudio.views.map.pane import MapPane
from convstudio.views.parts import dialogs
from convstudio.views.parts.choices.accessible import install_accessibility
from convstudio.views.parts.grids.cell_editing import drop_half_typed
from convstudio.views.parts.icons import use_icons
from convstudio.views.window.main_window import MainWindow, Panes
from convstudio.views.window.ribbon import Ribbon
from convstudio.wiring.changes import Changes
from convstudio.wiring.display import Display, Screen, Workers
from convstudio.wiring.file_questions import FileQuestions
from convstudio.wiring.help.commands import CommandList
from convstudio.wiring.help.navigation import HelpNavigation
from convstudio.wiring.help.pages import show_formats, show_system
from convstudio.wiring.history_steps import HistorySteps
from convstudio.wiring.kernel_questions import KernelQuestions
from convstudio.wiring.learning.lens_questions import LensQuestions
from convstudio.wiring.learning.panels import LearningPanels
from convstudio.wiring.learning.phase_questions import PhaseQuestions
from convstudio.wiring.network_texts import NetworkTexts
from convstudio.wiring.offers import Offers
from convstudio.wiring.opening.class_name_questions import ClassNameQuestions
from convstudio.wiring.opening.reading_questions import ReadingQuestions
from convstudio.wiring.opening.weights_questions import WeightsQuestions
from convstudio.wiring.picture_leafing import PictureLeafing
from convstudio.wiring.preset_questions import PresetQuestions
from convstudio.wiring.recent_files import RecentFiles
from convstudio.wiring.recovery_questions import RecoveryQuestions
from convstudio.wiring.settings.interface_zoom import InterfaceZoom
from convstudio.wiring.settings.key_settings import KeySettings
from convstudio.wiring.settings.preferences import Preferences
from convstudio.wiring.settings.settings_questions import SettingsQuestions
from convstudio.wiring.text_windows import TextWindows

if TYPE_CHECKING:
    from convstudio.wiring.export_questions import ExportQuestions
    from convstudio.wiring.help.beginning import Beginning

_START_SAMPLE = "tutorial-lines"
_START_DETECTOR = "tutorial-vertical-line"
_PATIENCE = 2000
_PAINTED = 100
"""Milliseconds after which the window is painted: a timer of 0 would come before that on most desktops."""
_BEGINNING = 600
"""Milliseconds after which a new user is told where to begin."""
_SETTLED = 1000
"""Milliseconds after which everything is on screen."""
_ABOUT = """ConvStudio {version}
It shows, on real numbers, how a convolutional layer turns an input into feature maps.
MIT licence. Pictures and detectors are credited in resources/CREDITS.md."""


def run(files: Sequence[str]) -> int:
    """Open the window with the given files, and return the exit status when it is closed."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("ConvStudio")
    use_icons(load_icon)
    face_of = install_accessibility()
    gc.disable()  # what is made until everything is on screen stays, too
    studio = Studio(app)
    hook, sys.excepthook = sys.excepthook, studio.report_fault
    try:
        studio.start(files)
        settled = QTimer(studio.window)  # a child, since a `singleShot` would outlive the window
        settled.setSingleShot(True)
        settled.timeout.connect(gc.enable)
        settled.start(_SETTLED)
        status = app.exec()
    finally:
        gc.enable()
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
        self._recovery_folder = recovery_folder(os.environ)
        self.preferences = Preferences(app, settings_path(os.environ))
        self._detectors = detectors = load_detectors()
        self._exports: ExportQuestions | None = None
        self.beginning: Beginning | None = None
        self._first = start = start_document(detectors)
        self.session = Session(start)
        self.editor = Editor(self.session, self._ask_way)
        self.jobs = Jobs()
        self.player = Player(self.session)
        self.recompute, self.surveyor, self.partial_mapper = Recompute(), Surveyor(), PartialMapper()
        self.files = FileQuestions(self.session, self.jobs)
        self.workspace = Workspace(
            self.session,
            self.jobs,
            self.editor,
            start,
            ProjectFile(locks_folder(os.environ)),
            self.files.may_discard,
            self.files.ask_taken,
            self.files.choose_kernel,
        )
        folder = PresetFolder.of_user(os.environ, self.preferences.settings.presets_folder)
        self.presets = Presets(self.jobs, folder)
        self._make_window(detectors)
        self.autosave = Autosave(self.session, Recovery(self._recovery_folder))
        self.detour = Detour(self.session, self.workspace.project, self.autosave)
        self.rescue = Rescue(self._recovery_folder, self.jobs, self.workspace.project, self.autosave)
        self._wire()

    def _make_window(self, detectors: Sequence[Detector]) -> None:
        entries = [(info.id, info.title, info.group) for info in sample_catalogue()]
        self.input_pane = InputPane(entries, LIMITS, sample_thumbnail)
        self.kernel_pane = KernelPane(detectors, LIMITS)
        self.layer_pane = LayerPane(self.kernel_pane, LIMITS)
        self.map_pane = MapPane(LIMITS, load_colour_map)
        self.map_pages = MapPages(self.map_pane)
        self.calculation_pane = CalculationPane(SPEEDS, LIMITS)
        self.ribbon = Ribbon()
        self.gallery_pane = GalleryPane(detectors)
        stepper = self.calculation_pane.stepper
        stepper.add(self.gallery_pane.unfold_button, before=stepper.terms_button)
        panes = Panes(
            self.ribbon, self.input_pane, self.layer_pane, self.map_pages, self.calculation_pane, self.gallery_pane
        )
        self.window = MainWindow(panes, self.session.undo_stack, self.files.may_close)
        self.window.menus.add_to_edit_menu(
            self.map_pane.tools.copy_menu, self.input_pane.tools.rows_and_columns, self.input_pane.channels.menu
        )
        for menu in (self.input_pane.tools.rows_and_columns, self.input_pane.channels.menu):
            self.ribbon.input_menu.addMenu(menu)
        for menu in (self.map_pane.tools.copy_menu, self.kernel_pane.commands):
            self.gallery_pane.menu.addMenu(menu)
        self.window.menus.add_to_view_menu(self.map_pane.tools.colour_menu)
        self.window.menus.add_to_layer_menu(self.kernel_pane.commands)
        self._panes = {"input": self.input_pane, "kernel": self.layer_pane, "map": self.map_pages}
        self.learn = LensDocks(lens_kinds(detectors), self.window, self._panes)
        self.window.menus.offer_lenses(self.learn.lessons)

    def start(self, files: Sequence[str]) -> None:
        """Show the window, then what was asked for; work from a crash is offered first."""
        self.preferences.show()
        self.recent.show()
        self._show_title()
        self.display.show_all()
        self.zoom.start()
        self.window.show()
        told = (self.preferences.problem, self.preferences.told, self.zoom.told, self.keys.start())
        if any(told):
            self.window.messages.say(" ".join(filter(None, told)))
        for path in files:
            self.workspace.open(path)
        QTimer.singleShot(0, self.window, self.recovery.offer)
        QTimer.singleShot(_PAINTED, self.autosave, self.autosave.write_now)
        QTimer.singleShot(_PAINTED, self.window, self._clear_stale_files)
        QTimer.singleShot(_PAINTED, self.window, self._show_icon)
        QTimer.singleShot(0, self.presets, self.presets.refresh)
        QTimer.singleShot(_BEGINNING, self.window, self._begin)

    def close(self) -> bool:
        """Shut down in order: clocks, threads, session, window; return whether the computation ended too."""
        self.preferences.keep()
        self.window.hide()
        self.player.pause()
        self.presets.close()
        workers = (
            self.autosave,
            self.jobs,
            self.recompute,
            self.surveyor,
            self.partial_mapper,
            self.lens_questions,
            self.phases,
            self.workspace.pictures,
            self.learning,
        )
        ended = [worker.close(_PATIENCE) for worker in workers]
        self.workspace.project.close()
        self.session.close()
        self.window.deleteLater()
        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return all(ended)

    def report_fault(self, kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        """Tell the user about a fault of the program itself in a sentence; the details go into a file."""
        if issubclass(kind, KeyboardInterrupt):
            self._app.quit()
            return
        report = write_fault_report(self._recovery_folder, self._fault_text(fault.with_traceback(trace)))
        self.window.messages.say(f"ConvStudio hit an internal error ({kind.__name__}). Save your work. {report}")

    def _fault_text(self, fault: BaseException) -> str:
        from convstudio.wiring.help.system import fault_text, project_state  # here, and not above: no start needs it

        return fault_text(fault, self.texts.summary, partial(project_state, self.session, self.workspace.project.name))

    # --- wiring --------------------------------------------------------------------------------------------------

    def _wire(self) -> None:
        messages = self.window.messages
        self.preferences.wire(self.window, self.session, self.player, self.calculation_pane)
        self.zoom = InterfaceZoom(self._app, self.window, self.preferences)
        self.files.wire(self.window, self.workspace, self.detour)
        self.preset_questions = PresetQuestions(
            self.window, self.kernel_pane, self.presets, self.preferences, self.jobs, self.files.open_all
        )
        self.recent = RecentFiles(self.window, self.session, self.jobs, self.workspace, self.preferences)
        self.offers = Offers(messages, self.session, self.editor)
        self.readings = ReadingQuestions(
            self.window, self.session, self.workspace, self.offers, self.presets.import_files
        )
        self.weights = WeightsQuestions(self.window, self.workspace, self.offers)
        self.class_names = ClassNameQuestions(self.window, self.session, self.editor, self.jobs)
        self.leafing = PictureLeafing(self.window, self.workspace.pictures)
        self.display = Display(
            self.session,
            Screen(
                self.window,
                self.ribbon,
                self.input_pane,
                self.layer_pane,
                self.map_pane,
                self.map_pages,
                self.calculation_pane,
                self.gallery_pane,
                self.learn,
            ),
            Workers(self.recompute, self.surveyor, self.partial_mapper),
            self.offers,
            self.readings,
        )
        self.recovery = RecoveryQuestions(self.window, self.rescue, self.autosave, self.files.may_discard)
        self.changes = Changes(self.session, self.editor, self.jobs, self.player, messages, self.preferences.set_speed)
        self.places = HelpNavigation(
            self.window,
            self.learn,
            self.session,
            self.jobs,
            self.recompute,
            self.detour,
            self.files.may_leave,
            self.preferences.use_data_format,
        )
        self._wire_session()
        self._wire_panes()
        self._wire_window()

    def _wire_session(self) -> None:
        messages, workspace = self.window.messages, self.workspace
        self.session.about_to_restart.connect(self._drop_half_typed)
        self.session.document_changed.connect(self._show_title)
        self.session.modified_changed.connect(self._show_title)
        self.session.history.dropped_changed.connect(self._show_dropped)
        self.autosave.problem_changed.connect(self._show_title)
        for worker in (self.jobs, self.recompute):
            worker.progress_changed.connect(self._show_wait)
        self.player.playing_changed.connect(self.calculation_pane.show_playing)
        self.jobs.failed.connect(messages.say)
        workspace.project.told.connect(messages.tell)
        workspace.project.path_changed.connect(self._show_title)
        workspace.folder_used.connect(self.preferences.remember_folder)
        self._app.applicationStateChanged.connect(self.files.look_outside)

    def _wire_panes(self) -> None:
        for pane in (self.input_pane, self.layer_pane, self.map_pages, self.calculation_pane, self.gallery_pane):
            pane.intent_asked.connect(self.changes.take)
        self.calculation_pane.intent_asked.connect(self.player.pause)
        for refusing in (self.input_pane, self.layer_pane, self.map_pane, self.calculation_pane):
            refusing.refused.connect(self.window.messages.say)
        self.input_pane.sample_asked.connect(self.workspace.inputs.use_bundled_sample)
        self.input_pane.open_asked.connect(self.files.ask_open)
        self.kernel_pane.weights_asked.connect(self.files.ask_weights)
        self.kernels = KernelQuestions(self.window, self.session, self.workspace, self.kernel_pane, self._detectors)
        self.input_pane.channels_asked.connect(self.files.ask_channels)
        self.map_pane.export_asked.connect(self._ask_export)
        self.calculation_pane.play_asked.connect(self.player.toggle)
        self.ribbon.part_asked.connect(self.window.focus_on)
        self.ribbon.intent_asked.connect(self.changes.take)

    def _wire_window(self) -> None:
        window = self.window
        window.status.cancel_asked.connect(self._cancel)
        window.menus.recent_asked.connect(self.workspace.open)
        window.menus.example_asked.connect(lambda example_id: self.workspace.open(f"{EXAMPLE_PREFIX}{example_id}"))
        window.image_given.connect(partial(self.workspace.inputs.open_image, name="pasted image"))
        window.menus.export_asked.connect(self._ask_export)
        window.menus.copy_calculation_asked.connect(self._copy_calculation)
        self.commands = CommandList(
            window, self.session, self.workspace, self.kernel_pane, self._detectors, self.presets, self.places
        )
        windows = TextWindows(window, self.workspace.exports)
        self.texts = NetworkTexts(window, self.session, self.workspace, windows, lambda: self.learning.data())
        self.history_steps = HistorySteps(window, self.session)
        window.menus.system_asked.connect(partial(show_system, windows))
        window.menus.step_asked.connect(self.changes.step)
        window.menus.lens_asked.connect(self.learn.open)
        self.learn.intent_asked.connect(self.changes.take)
        self.learning = LearningPanels(
            self.window, self.session, self.editor, self.changes, self.jobs, self._panes, self.display
        )
        self.workspace.exports.said.connect(self.learning.tell_written)
        self.places.add_docks(self.learning.dock_of)
        self.lens_questions = LensQuestions(self.learn, self.calculation_pane)
        self.phases = PhaseQuestions(
            self.calculation_pane, self.session, self.editor, self.jobs, self.display, self.learning
        )
        self.keys = KeySettings(window, self.preferences)
        self.settings = SettingsQuestions(
            window, self.preferences, self.zoom, self.keys, self.jobs, self.presets, self.preset_questions
        )
        window.menus.formats_asked.connect(partial(show_formats, window))
        window.menus.about_asked.connect(partial(dialogs.tell, window, "About", _ABOUT.format(version=__version__)))

    # --- small answers -------------------------------------------------------------------------------------------

    def _ask_way(self, title: str, question: str, ways: Sequence[str]) -> int | None:
        return dialogs.ask_way(self.window, title, question, ways, "Cancel")

    def _ask_export(self, command: str) -> None:
        """Answer a command of exports; what asks is imported with the first one, and remembers what it was told."""
        if self._exports is None:
            from convstudio.wiring.export_questions import ExportQuestions

            self._exports = ExportQuestions(
                self.window,
                self.session,
                self.workspace,
                self._detectors,
                lambda: self.display.result,
                self.learning.record,
            )
        self._exports.ask(command)

    def _copy_calculation(self) -> None:
        self.display.explain()  # what is copied belongs to the last edit, however quickly it was asked for
        self.calculation_pane.copy_calculation()

    def _drop_half_typed(self) -> None:
        drop_half_typed(self.window)

    def _show_wait(self) -> None:
        """Show how far the work is that the user waits for; a file comes before the maps that follow from it."""
        self.window.status.show_progress(self.jobs.wait or self.recompute.wait)

    def _cancel(self) -> None:
        """Stop the work that is shown."""
        (self.recompute if self.jobs.wait is None else self.jobs).cancel()

    def _show_dropped(self, has_dropped: bool) -> None:
        """Say in the Edit menu, and once as a message, that undo does not reach back to the start any more."""
        sentence = f"Older steps were dropped to keep the undo history within {LIMITS.undo_bytes >> 20} MiB."
        self.window.menus.show_history(sentence if has_dropped else "")
        if has_dropped:
            self.window.messages.tell(sentence)

    def _show_title(self) -> None:
        self.window.show_title(self.workspace.project.name, modified=self.session.is_modified)

    def _show_icon(self) -> None:
        """Dress the window's frame; decoding the picture would delay the first paint."""
        picture = QPixmap()
        picture.loadFromData(load_icon("convstudio"), "SVG")
        self._app.setWindowIcon(QIcon(picture))

    def _begin(self) -> None:
        """Say where to begin, once everything is on screen."""
        from convstudio.wiring.help.beginning import Beginning  # here, and not above: no start waits for it

        self.beginning = Beginning(self.window, self.ribbon, self.session, self._first, self.preferences, self.places)

    def _clear_stale_files(self) -> None:
        """Remove what killed programs left, in a thread that nobody waits for: a folder may be on a slow disk."""
        folders = (settings_path(os.environ).parent, *map(Path, self.preferences.settings.save_folders))
        Thread(target=clear_stale_in, args=(folders, locks_folder(os.environ)), daemon=True).start()
