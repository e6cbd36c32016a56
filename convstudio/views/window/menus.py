"""The menus of the window."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QContextMenuEvent,
    QImage,
    QKeySequence,
    QPixmap,
    QUndoStack,
)
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QMenuBar,
)

from convstudio.model.library.examples import EXAMPLES, Example
from convstudio.model.library.help_examples import HELP_EXAMPLES
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.data_format import DATA_FORMATS, axis_order, framework
from convstudio.views.parts import dialogs
from convstudio.views.parts.pictures.picture_icon import picture_icon
from convstudio.views.parts.plain_text import as_label
from convstudio.views.parts.style import give_large_icons
from convstudio.views.parts.theme import SCHEMES
from convstudio.views.window.zoom_menu import ZoomMenu

LISTED = "listed"
"""The name of an object for menus whose entries come and go, and have no keys."""


class MainMenus(QMenuBar):
    """Emits one signal for each command; the keys of the commands work in the whole window."""

    new_asked = Signal()
    open_asked = Signal()
    folder_asked = Signal()
    picture_step_asked = Signal(int)
    picture_list_asked = Signal()
    save_asked = Signal()
    save_as_asked = Signal()
    export_asked = Signal(str)
    save_copy_asked = Signal()
    revert_asked = Signal()
    recent_asked = Signal(str)
    recent_opened = Signal()
    recovered_asked = Signal()
    example_asked = Signal(str)
    copy_calculation_asked = Signal()
    copy_summary_asked = Signal()
    copy_code_asked = Signal(str)
    summary_asked = Signal()
    commands_asked = Signal()
    history_asked = Signal()
    settings_asked = Signal()
    code_asked = Signal(str)
    scheme_asked = Signal(str)
    data_format_asked = Signal(str)
    step_asked = Signal(str)
    about_asked = Signal()
    system_asked = Signal()
    keys_asked = Signal()
    formats_asked = Signal()
    places_asked = Signal()
    tour_asked = Signal()
    back_asked = Signal()
    otherwise_asked = Signal()
    framing_asked = Signal()
    class_names_asked = Signal()
    lens_asked = Signal(str)
    training_asked = Signal(str)
    quit_asked = Signal()
    paste_asked = Signal()
    full_screen_asked = Signal()

    def __init__(self, layer_menu: QMenu, undo_stack: QUndoStack) -> None:
        super().__init__()
        self._recent_menu = QMenu("Open recen&t", self)
        self._recent_menu.setObjectName(LISTED)
        self._recent_menu.aboutToShow.connect(self.recent_opened)
        self._code_menu = QMenu("Copy as c&ode", self)
        self._shown_code_menu = QMenu("Network as c&ode", self)
        self._schemes = QActionGroup(self)
        self._data_formats = QActionGroup(self)
        self.zoom = ZoomMenu(self)
        self._layer_menu = layer_menu
        self._build_file(self.addMenu("&File"))
        self._edit_menu = self.addMenu("&Edit")
        self._build_edit(self._edit_menu, undo_stack)
        self.addMenu(layer_menu)
        self._build_step_menu(self.addMenu("&Step"))
        self._view_menu = self.addMenu("&View")
        self._build_view_menu(self._view_menu)
        self.learn_menu = self.addMenu("Lea&rn")
        self.train_menu = self.addMenu("&Train")
        self.train_menu.menuAction().setVisible(False)  # until it has an entry
        self._build_help(self.addMenu("&Help"))

    def show_otherwise(self, is_possible: bool, can_be_framed: bool) -> None:
        """Offer to read the input in another way, or a part of it, where it came from a file that allows it."""
        self._otherwise.setEnabled(is_possible)
        self._framing.setEnabled(can_be_framed)

    def show_leafing(self) -> None:
        """Offer to leaf through a folder: one was opened."""
        for action in self._leafing:
            action.setEnabled(True)

    def show_history(self, sentence: str) -> None:
        """Say below Undo and Redo what became of the older steps; nothing is said where all are there."""
        self._history_note.setText(sentence)
        if sentence:
            self._edit_menu.insertAction(self._history, self._history_note)
        else:  # a hidden entry would still be one without a name to screen readers
            self._edit_menu.removeAction(self._history_note)

    def add_to_edit_menu(self, *menus: QMenu) -> None:
        """Offer a pane's own menus in the menu bar too: screen readers are not told of a tool button's menu."""
        self._edit_menu.addSeparator()
        for menu in menus:
            self._edit_menu.addMenu(menu)

    def add_to_view_menu(self, menu: QMenu) -> None:
        """Offer a menu of what the panes show, above the zoom."""
        self._view_menu.insertMenu(self.zoom.menuAction(), menu)

    def offer_libraries(self, names: Mapping[str, str]) -> None:
        """Offer programs of the network: the names of the libraries, by what the signals about code carry."""
        for menu, asked in ((self._code_menu, self.copy_code_asked), (self._shown_code_menu, self.code_asked)):
            for target, name in names.items():
                self._command(menu, f"&{name}", None, partial(asked.emit, target))

    def offer_lenses(self, lessons: Mapping[str, str]) -> None:
        """Offer lenses in the menu Learn: what each teaches, by its title."""
        self._offer_panels(self.learn_menu, lessons, "&{}", self.lens_asked)

    def offer_training(self, lessons: Mapping[str, str]) -> None:
        """Offer panels in the menu Train: what each is for, by its title."""
        self._offer_panels(self.train_menu, lessons, "&{}…", self.training_asked)
        self.train_menu.menuAction().setVisible(bool(lessons))

    def add_to_layer_menu(self, menu: QMenu) -> None:
        """Offer the menu of the selected layer in the menu bar too."""
        self._layer_menu.addMenu(menu)
        tip = "Give the classes that the network predicts their names, typed or from a text file"
        action = self._command(self._layer_menu, "&Class names…", None, self.class_names_asked.emit)
        action.setToolTip(tip)

    def show_recent(self, paths: Sequence[str]) -> None:
        """List the recent files."""
        self._recent_menu.clear()
        self._recent_menu.setEnabled(bool(paths))
        for path in paths:
            action = self._recent_menu.addAction(as_label(path))
            action.setData(path)
            action.triggered.connect(lambda _checked=False, path=path: self.recent_asked.emit(path))

    def show_recent_pictures(self, pictures: Mapping[str, QImage]) -> None:
        """Show small pictures beside the recent files that have one."""
        give_large_icons(self._recent_menu)
        for action in self._recent_menu.actions():
            image = pictures.get(action.data())
            if image is not None:
                size = image.size()
                action.setIcon(picture_icon(QPixmap.fromImage(image), size.expandedTo(size.transposed())))
                action.setIconVisibleInMenu(True)

    def show_missing(self, paths: Collection[str]) -> None:
        """Grey the recent files that are not there now."""
        for action in self._recent_menu.actions():
            action.setEnabled(action.data() not in paths)

    def show_revert(self, is_possible: bool) -> None:
        """Offer to go back to the saved version, where there is one and it is another."""
        self._revert.setEnabled(is_possible)

    def show_scheme(self, scheme: str) -> None:
        """Tick the colour scheme in use."""
        for action in self._schemes.actions():
            action.setChecked(action.data() == scheme)

    def show_data_format(self, data_format: DataFormat) -> None:
        """Tick the framework whose order shapes are written in."""
        for action in self._data_formats.actions():
            action.setChecked(action.data() == data_format)

    def _build_file(self, menu: QMenu) -> None:
        keys = QKeySequence.StandardKey
        self._command(menu, "&New", keys.New, self.new_asked.emit)
        self._command(menu, "&Open…", keys.Open, self.open_asked.emit)
        self._build_folder(menu.addMenu("Folder of &pictures"))
        menu.addMenu(self._recent_menu)
        self._otherwise = self._command(menu, "Read input ot&herwise…", None, self.otherwise_asked.emit)
        self._framing = self._command(menu, "Resi&ze or crop input…", None, self.framing_asked.emit)
        self._command(menu, "Reco&vered work…", None, self.recovered_asked.emit)
        self._build_examples_menu(menu.addMenu("E&xamples"))
        menu.addSeparator()
        self._command(menu, "&Save", keys.Save, self.save_asked.emit)
        self._command(menu, "Save &as…", "Ctrl+Shift+S", self.save_as_asked.emit)
        self._command(menu, "Save a &copy…", None, self.save_copy_asked.emit)
        self._revert = self._command(menu, "Revert to save&d", None, self.revert_asked.emit)
        self._revert.setEnabled(False)
        menu.addSeparator()
        self._build_exports(menu)
        menu.addSeparator()
        self._command(menu, "&Quit", "Ctrl+Q", self.quit_asked.emit)

    def _build_folder(self, menu: QMenu) -> None:
        self._command(menu, "&Open folder of pictures…", "Ctrl+Shift+O", self.folder_asked.emit)
        self._leafing = (
            self._command(menu, "&Next picture", "PgDown", partial(self.picture_step_asked.emit, 1)),
            self._command(menu, "&Previous picture", "PgUp", partial(self.picture_step_asked.emit, -1)),
            self._command(menu, "&List of pictures", None, self.picture_list_asked.emit),
        )
        for action in self._leafing:
            action.setEnabled(False)  # until then the keys scroll what has the keyboard

    def _build_exports(self, menu: QMenu) -> None:
        keys = {"this": "Ctrl+E", "again": "Ctrl+Shift+E"}
        commands = {**dialogs.EXPORTS, **dialogs.PAGE_EXPORTS}
        for what in (*(what for what in commands if what != "again"), "again"):
            self._command(menu, commands[what], keys.get(what), partial(self.export_asked.emit, what))

    def _build_edit(self, menu: QMenu, undo_stack: QUndoStack) -> None:
        self._build_undo(menu, undo_stack)
        menu.addSeparator()
        self._command(menu, "&Paste image", QKeySequence.StandardKey.Paste, self.paste_asked.emit)
        self._command(menu, "&Copy calculation", "Ctrl+Shift+C", self.copy_calculation_asked.emit)
        self._command(menu, "Copy &summary", None, self.copy_summary_asked.emit)
        menu.addMenu(self._code_menu)
        self._command(menu, "Context m&enu", "Shift+F10", _open_context_menu)
        menu.addSeparator()
        settings = self._command(menu, "Se&ttings…", "Ctrl+,", self.settings_asked.emit)
        settings.setToolTip("Colours, zoom, order of shapes, format of numbers, keys, folders, autosave, reset")

    def _build_help(self, menu: QMenu) -> None:
        commands = self._command(menu, "Find a &command…", None, self.commands_asked.emit)
        commands.setShortcuts([QKeySequence("Ctrl+Shift+P"), QKeySequence("F3")])
        answers = self._command(menu, "&Find an answer…", None, self.places_asked.emit)
        answers.setToolTip("Where is it answered? Every question, with the picture that settles it")
        self._command(menu, "&What is this?", None, self.tour_asked.emit)
        self.back = self._command(menu, "&Back to my work", None, self.back_asked.emit)
        self.back.setEnabled(False)  # until Help shows something in the place of the work
        keys = self._command(menu, "&Keys", QKeySequence.StandardKey.HelpContents, self.keys_asked.emit)
        keys.setToolTip("Keyboard shortcuts: every key, to read and to change")
        self._command(menu, "File for&mats", None, self.formats_asked.emit)
        self._command(menu, "&System information", None, self.system_asked.emit)
        self._command(menu, "&About ConvStudio", None, self.about_asked.emit)

    def _build_examples_menu(self, menu: QMenu) -> None:
        self._list_examples(menu, EXAMPLES)
        menu.addSeparator()
        self._list_examples(menu.addMenu("&More examples"), HELP_EXAMPLES)

    def _list_examples(self, menu: QMenu, examples: Sequence[Example]) -> None:
        menu.setToolTipsVisible(True)
        for example in examples:
            action = self._command(menu, example.title, None, partial(self.example_asked.emit, example.id))
            action.setToolTip(example.about)

    def _build_undo(self, menu: QMenu, undo_stack: QUndoStack) -> None:
        """Offer undo and redo by the steps' names; Qt's own actions would take an & of a name for a mnemonic.

        There is no public report; tests/unit/test_workarounds.py fails when Qt shows it.
        """
        undo = self._command(menu, "Undo", QKeySequence.StandardKey.Undo, undo_stack.undo)
        redo = self._command(menu, "Redo", None, undo_stack.redo)
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        undo.setObjectName("Undo")  # their texts name the step; the page of keys does not
        redo.setObjectName("Redo")
        self._history_note = QAction(self)
        self._history_note.setEnabled(False)
        undo_stack.undoTextChanged.connect(lambda step: undo.setText(f"Undo {as_label(step)}".rstrip()))
        undo_stack.redoTextChanged.connect(lambda step: redo.setText(f"Redo {as_label(step)}".rstrip()))
        undo_stack.canUndoChanged.connect(undo.setEnabled)
        undo_stack.canRedoChanged.connect(redo.setEnabled)
        undo.setEnabled(undo_stack.canUndo())
        redo.setEnabled(undo_stack.canRedo())
        self._history = self._command(menu, "&History…", None, self.history_asked.emit)

    def _build_step_menu(self, menu: QMenu) -> None:
        steps = {
            "Step &forward": ("Ctrl+Right", "forward"),
            "Step &back": ("Ctrl+Left", "back"),
            "&Play or pause": ("F5", "play"),
            "F&irst position": ("Ctrl+Home", "first"),
            "&Last position": ("Ctrl+End", "last"),
            "Fa&ster": ("Ctrl+Up", "faster"),
            "Slo&wer": ("Ctrl+Down", "slower"),
            "&Term by term": ("Ctrl+T", "terms"),
            "&Clear selection, show whole map": ("Escape", "let go"),
        }
        for text, (key, step) in steps.items():
            self._command(menu, text, key, partial(self.step_asked.emit, step))

    def _build_view_menu(self, menu: QMenu) -> None:
        for scheme in SCHEMES:
            self._add_choice(menu, self._schemes, scheme, f"&{scheme.capitalize()} colours", self.scheme_asked)
        menu.addSeparator()
        for data_format in DATA_FORMATS:
            text = f"Shapes as &{framework(data_format)} writes them {axis_order(2, data_format)}"
            self._add_choice(menu, self._data_formats, data_format, text, self.data_format_asked)
        menu.addSeparator()
        self._command(menu, "Network s&ummary", None, self.summary_asked.emit)
        menu.addMenu(self._shown_code_menu)
        menu.addSeparator()
        menu.addMenu(self.zoom)
        self._command(menu, "&Full screen", "F11", self.full_screen_asked.emit)

    def _offer_panels(self, menu: QMenu, lessons: Mapping[str, str], text: str, asked: SignalInstance) -> None:
        menu.setToolTipsVisible(True)
        for title, lesson in lessons.items():
            self._command(menu, text.format(title), None, partial(asked.emit, title)).setToolTip(lesson)

    def _add_choice(self, menu: QMenu, group: QActionGroup, choice: str, text: str, asked: SignalInstance) -> None:
        """Add one of several commands of which one is ticked."""
        action = self._command(menu, text, None, partial(asked.emit, choice))
        action.setCheckable(True)
        action.setData(choice)
        group.addAction(action)

    def _command(
        self, menu: QMenu, text: str, key: QKeySequence.StandardKey | str | None, run: Callable[[], object]
    ) -> QAction:
        action = menu.addAction(text)
        if key is not None:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: run())
        return action


def _open_context_menu() -> None:
    """Open the menu of what has the keyboard, as the menu key does: on Linux, Qt does not know this key for it."""
    widget = QApplication.focusWidget()
    if widget is not None:
        at = widget.rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))
