"""The window: it lays the panes out as the equation they draw, and turns menus, keys and drops into intents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QImageWriter,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QUndoStack,
)
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QProgressBar,
    QSplitter,
    QSplitterHandle,
    QVBoxLayout,
    QWidget,
)

from convstudio.model.dialect import DIALECTS, axis_order, framework
from convstudio.model.examples import EXAMPLES
from convstudio.model.progress import Wait
from convstudio.model.view_state import Dialect
from convstudio.views import dialogs
from convstudio.views.controls import PlainLabel, row_of, tool_button
from convstudio.views.elided_label import ElidedLabel
from convstudio.views.message_bar import MessageBar
from convstudio.views.plain_text import as_label, as_title
from convstudio.views.ribbon import Ribbon
from convstudio.views.rows_splitter import RowsSplitter
from convstudio.views.theme import RHYTHM, SCHEMES, tokens_of

_SIDE = 10
_ROW_GAP = 6
_SIGN_WIDTH = 30
_WIDEST_KERNEL = 600
_SIGN_PIXELS = 22
_PROGRESS_STEPS = 1000
_PROGRESS_WIDTH = 120
_PROGRESS_TITLE_WIDTH = 260
_MIDDLE = Qt.TextElideMode.ElideMiddle
_LIBRARIES: Mapping[str, str] = MappingProxyType(
    {"&Keras": "keras", "&PyTorch": "pytorch", "&NumPy": "numpy", "&SciPy": "scipy", "&OpenCV": "opencv"}
)


@dataclass(frozen=True)
class Panes:
    """The parts of the window, built by the composition root."""

    ribbon: Ribbon
    input: QWidget
    kernel: QWidget
    map: QWidget
    calculation: QWidget
    gallery: QWidget


class MainWindow(QMainWindow):
    """Shows the panes, and emits one signal for each command of the menus, the keyboard, and what is dropped on it."""

    new_asked = Signal()
    open_asked = Signal()
    save_asked = Signal()
    save_as_asked = Signal()
    export_asked = Signal(str)
    recent_asked = Signal(str)
    recovered_asked = Signal()
    example_asked = Signal(str)
    files_dropped = Signal(list)
    image_given = Signal(object)
    copy_calculation_asked = Signal()
    copy_summary_asked = Signal()
    copy_code_asked = Signal(str)
    scheme_asked = Signal(str)
    dialect_asked = Signal(str)
    step_asked = Signal(str)
    about_asked = Signal()
    keys_asked = Signal()
    places_asked = Signal()
    cancel_asked = Signal()
    otherwise_asked = Signal()
    lens_asked = Signal(str)

    def __init__(self, panes: Panes, undo_stack: QUndoStack, may_close: Callable[[], bool]) -> None:
        super().__init__()
        self._may_close = may_close
        self._recent_menu = QMenu("Open &recent", self)
        self._schemes = QActionGroup(self)
        self._dialects = QActionGroup(self)
        self.messages = MessageBar()
        self._sentence = ElidedLabel()
        self._counts = PlainLabel(small=True)
        self._unsafe = PlainLabel(small=True, bold=True)
        self._unsafe.hide()
        self._progress = _ProgressRow(self.cancel_asked.emit)
        self.equation = _EquationSplitter([panes.input, panes.kernel, panes.map])
        self._whole = RowsSplitter(self.equation, (panes.calculation, panes.gallery))
        self._splitters: dict[str, QSplitter] = {"panes": self.equation, "rows": self._whole}
        self._layer_menu = panes.ribbon.menu
        self._build_body(panes)
        self._build_menus(undo_stack)
        self._build_status_bar()
        self.setAcceptDrops(True)
        self.resize(self._first_size())

    # --- what the window shows -----------------------------------------------------------------------------------

    def show_title(self, project: str, *, modified: bool) -> None:
        """Name the project in the title, mark unsaved changes, and say so while these are not kept safe."""
        unsafe = " – not kept safe" if self._unsafe.text() else ""
        self.setWindowTitle(f"{as_title(project)}[*]{unsafe} – ConvStudio")
        self.setWindowModified(modified)

    def show_unsafe(self, sentence: str) -> None:
        """Say in the status line why unsaved work is not kept safe, for as long as it is not; nothing: it is."""
        self._unsafe.setText("⚠ Not kept safe" if sentence else "")
        self._unsafe.setAccessibleName(sentence)
        self._unsafe.setToolTip(sentence)
        self._unsafe.setVisible(bool(sentence))

    def show_otherwise(self, is_possible: bool) -> None:
        """Say whether the input came from a file that can be read in another way."""
        self._otherwise.setEnabled(is_possible)

    def show_sentence(self, sentence: str) -> None:
        """Say the current step in the status line."""
        self._sentence.setText(sentence)

    def show_sign(self, sign: str) -> None:
        """Show between the input and the layer what the layer does to it: ∗ where a kernel slides, → for any other."""
        self.equation.show_sign(sign)

    def show_counts(self, text: str) -> None:
        """Show parameters, multiplications and time at the right of the status line."""
        self._counts.setText(text)

    def show_progress(self, wait: Wait | None) -> None:
        """Show how far work is that takes long, with a way to cancel it; None: it is over."""
        self._progress.show_wait(wait)

    def show_history(self, sentence: str) -> None:
        """Say below Undo and Redo what became of the older steps; nothing is said where all are there."""
        self._history_note.setText(sentence)
        self._history_note.setVisible(bool(sentence))

    def focus_on(self, name: str) -> None:
        """Give the keyboard to the part of the window with that accessible name."""
        for widget in self.findChildren(QWidget):
            if widget.accessibleName() == name and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def add_to_edit_menu(self, *menus: QMenu) -> None:
        """Offer a pane's own menus in the menu bar too: screen readers are not told of a tool button's menu."""
        self._edit_menu.addSeparator()
        for menu in menus:
            self._edit_menu.addMenu(menu)

    def offer_lenses(self, lessons: Mapping[str, str]) -> None:
        """Offer lenses in the menu Learn: what each teaches, by its title."""
        self.learn_menu.setToolTipsVisible(True)
        for title, lesson in lessons.items():
            action = self._command(self.learn_menu, f"&{title}", None, partial(self.lens_asked.emit, title))
            action.setToolTip(lesson)

    def add_to_layer_menu(self, menu: QMenu) -> None:
        """Offer a menu of the layer that is looked at in the menu bar too."""
        self._layer_menu.addMenu(menu)

    def show_recent(self, paths: Sequence[str]) -> None:
        """List the recent files."""
        self._recent_menu.clear()
        self._recent_menu.setEnabled(bool(paths))
        for path in paths:
            action = self._recent_menu.addAction(as_label(path))
            action.triggered.connect(lambda _checked=False, path=path: self.recent_asked.emit(path))

    def show_scheme(self, scheme: str) -> None:
        """Tick the colour scheme in use."""
        for action in self._schemes.actions():
            action.setChecked(action.data() == scheme)

    def show_dialect(self, dialect: Dialect) -> None:
        """Tick the framework whose order shapes are written in."""
        for action in self._dialects.actions():
            action.setChecked(action.data() == dialect)

    @property
    def geometry_text(self) -> str:
        """Size and position as text for the settings."""
        return _as_text(self.saveGeometry())

    @property
    def splitters_text(self) -> dict[str, str]:
        """The splitters' places as text for the settings, by their name."""
        return {name: _as_text(splitter.saveState()) for name, splitter in self._splitters.items()}

    def restore_layout(self, geometry: str, splitters: Mapping[str, str]) -> None:
        """Take up size, position and splitters from the settings; what cannot be read is left as it is."""
        self.restoreGeometry(_as_bytes(geometry))
        for name, splitter in self._splitters.items():
            splitter.restoreState(_as_bytes(splitters.get(name, "")))

    # --- Qt's own events -----------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close():
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        if not self._take_data(event.mimeData()):
            self.messages.say("Only files on this computer can be dropped: save the picture first, then drop its file.")

    def _first_size(self) -> QSize:
        """Return the size of the first start: roomy, but never larger than the screen with the window's frame."""
        free = self.screen().availableGeometry().size() - QSize(16, 48)
        return QSize(min(free.width(), 1600), min(free.height(), 1000))

    # --- building ------------------------------------------------------------------------------------------------

    def _build_body(self, panes: Panes) -> None:
        self._whole.setHandleWidth(_ROW_GAP)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_Band(panes.ribbon, self.messages))
        column.addWidget(self._whole, 1)
        self._whole.setContentsMargins(_SIDE, RHYTHM, _SIDE, _ROW_GAP)
        self.setCentralWidget(body)

    def _build_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(_SIDE, 0, _SIDE, 2)
        bar.addWidget(self._sentence, 1)
        bar.addPermanentWidget(self._unsafe)
        bar.addPermanentWidget(self._progress)
        bar.addPermanentWidget(self._counts)

    def _build_menus(self, undo_stack: QUndoStack) -> None:
        keys = QKeySequence.StandardKey
        bar = self.menuBar()
        file_menu = bar.addMenu("&File")
        self._command(file_menu, "&New", keys.New, self.new_asked.emit)
        self._command(file_menu, "&Open…", keys.Open, self.open_asked.emit)
        file_menu.addMenu(self._recent_menu)
        self._otherwise = self._command(file_menu, "Read input o&therwise…", None, self.otherwise_asked.emit)
        self._command(file_menu, "Reco&vered work…", None, self.recovered_asked.emit)
        self._build_examples_menu(file_menu.addMenu("E&xamples"))
        file_menu.addSeparator()
        self._command(file_menu, "&Save", keys.Save, self.save_asked.emit)
        self._command(file_menu, "Save &as…", "Ctrl+Shift+S", self.save_as_asked.emit)
        for (what, text), key in zip(dialogs.EXPORTS.items(), ("Ctrl+E", None, None), strict=True):
            self._command(file_menu, text, key, partial(self.export_asked.emit, what))
        file_menu.addSeparator()
        self._command(file_menu, "&Quit", "Ctrl+Q", self.close)
        edit_menu = self._edit_menu = bar.addMenu("&Edit")
        self._build_undo(edit_menu, undo_stack)
        edit_menu.addSeparator()
        self._command(edit_menu, "&Paste image", keys.Paste, self._paste)
        self._command(edit_menu, "&Copy calculation", "Ctrl+Shift+C", self.copy_calculation_asked.emit)
        self._command(edit_menu, "Copy &summary", None, self.copy_summary_asked.emit)
        code_menu = edit_menu.addMenu("Copy as c&ode")
        for title, target in _LIBRARIES.items():
            self._command(code_menu, title, None, partial(self.copy_code_asked.emit, target))
        bar.addMenu(self._layer_menu)
        self._build_step_menu(bar.addMenu("&Step"))
        self._build_view_menu(bar.addMenu("&View"))
        self.learn_menu = bar.addMenu("Lea&rn")
        help_menu = bar.addMenu("&Help")
        self._command(help_menu, "&Where is it answered?", None, self.places_asked.emit)
        self._command(help_menu, "&Keys", keys.HelpContents, self.keys_asked.emit)
        self._command(help_menu, "&About ConvStudio", None, self.about_asked.emit)

    def _build_examples_menu(self, menu: QMenu) -> None:
        menu.setToolTipsVisible(True)
        for example in EXAMPLES:
            action = self._command(menu, example.title, None, partial(self.example_asked.emit, example.id))
            action.setToolTip(example.about)

    def _build_undo(self, menu: QMenu, undo_stack: QUndoStack) -> None:
        """Offer undo and redo by the steps' names; Qt's own actions would take an & of a name for a mnemonic."""
        undo = self._command(menu, "Undo", QKeySequence.StandardKey.Undo, undo_stack.undo)
        redo = self._command(menu, "Redo", None, undo_stack.redo)
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self._history_note = menu.addAction("")
        self._history_note.setEnabled(False)
        self._history_note.setVisible(False)
        undo_stack.undoTextChanged.connect(lambda step: undo.setText(f"Undo {as_label(step)}".rstrip()))
        undo_stack.redoTextChanged.connect(lambda step: redo.setText(f"Redo {as_label(step)}".rstrip()))
        undo_stack.canUndoChanged.connect(undo.setEnabled)
        undo_stack.canRedoChanged.connect(redo.setEnabled)
        undo.setEnabled(undo_stack.canUndo())
        redo.setEnabled(undo_stack.canRedo())

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
            "&Let go and show the whole map": ("Escape", "let go"),
        }
        for text, (key, step) in steps.items():
            self._command(menu, text, key, partial(self.step_asked.emit, step))

    def _build_view_menu(self, menu: QMenu) -> None:
        for scheme in SCHEMES:
            self._add_choice(menu, self._schemes, scheme, f"{scheme.capitalize()} colours", self.scheme_asked)
        menu.addSeparator()
        for dialect in DIALECTS:
            text = f"Shapes as &{framework(dialect)} writes them {axis_order(2, dialect)}"
            self._add_choice(menu, self._dialects, dialect, text, self.dialect_asked)
        menu.addSeparator()
        self._command(menu, "&Full screen", "F11", self._toggle_full_screen)

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

    # --- intents -------------------------------------------------------------------------------------------------

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if not self._take_data(data):
            self.messages.say(
                "There is no image on the clipboard: copy one, or click into a grid to paste numbers there."
            )

    def _take_data(self, data: QMimeData | None) -> bool:
        """Take files or an image; say whether there was any. An empty clipboard has no data at all on some systems."""
        if data is None:
            return False
        paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if paths:
            self.files_dropped.emit(paths)
            return True
        if data.hasImage():
            self.image_given.emit(partial(_png_bytes, QImage(data.imageData())))  # coding it is left to a worker
            return True
        return False


class _ProgressRow(QWidget):
    """What takes long, how far it is, and the button that cancels it; hidden while there is none."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        super().__init__()
        self._title = PlainLabel(small=True)
        self._bar = QProgressBar()
        self._bar.setFixedWidth(_PROGRESS_WIDTH)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        self._bar.setToolTip("How much is done")
        row = row_of(self._title, self._bar, tool_button("Cancel", "Cancel", "Stop this", cancel))
        self.setLayout(row)
        self.hide()

    def show_wait(self, wait: Wait | None) -> None:
        """Show what is waited for and which share is done, or nothing; the bar moves by itself where none is known."""
        self.setVisible(wait is not None)
        if wait is None:
            return
        self._title.setText(self._title.fontMetrics().elidedText(wait.title, _MIDDLE, _PROGRESS_TITLE_WIDTH))
        self._bar.setRange(0, _PROGRESS_STEPS if wait.share else 0)
        self._bar.setValue(round(wait.share * _PROGRESS_STEPS))


class _Band(QWidget):
    """The band under the menus: the ribbon, and beside it the message, so that a message moves no pane."""

    def __init__(self, ribbon: QWidget, messages: QWidget) -> None:
        super().__init__()
        row = row_of(ribbon, messages, spacing=2 * RHYTHM)
        row.setContentsMargins(_SIDE + 2, 4, _SIDE, 5)
        row.setStretch(0, 1)
        self.setLayout(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.card)
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens.line)


class _EquationSplitter(QSplitter):
    """The three panes side by side, with the equation's signs between them: ∗ and =.

    Until the user moves them, a wide window goes to the pictures at its sides, and less of it to the kernel's settings.
    """

    def __init__(self, panes: Sequence[QWidget]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(_SIGN_WIDTH)
        self.setChildrenCollapsible(False)
        for pane in panes:
            self.addWidget(pane)
        self._signs = ["", "∗", "="]
        self._is_as_wanted = False
        self.splitterMoved.connect(self._keep)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._is_as_wanted:
            room = self.width() - 2 * _SIGN_WIDTH
            kernel = min(room * 5 // 16, _WIDEST_KERNEL)
            self.setSizes([(room - kernel) // 2, kernel, (room - kernel) // 2])

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        self._is_as_wanted = super().restoreState(state)
        return self._is_as_wanted

    def sign_of(self, handle: QSplitterHandle) -> str:
        """Return the sign that a handle shows."""
        return self._signs[next(i for i in range(self.count()) if self.handle(i) is handle)]

    def show_sign(self, sign: str) -> None:
        """Show another sign of the layer."""
        if sign != self._signs[1]:
            self._signs[1:] = [sign, "=" if sign == "∗" else sign]
            for place in range(1, self.count()):
                self.handle(place).update()

    def _keep(self) -> None:
        self._is_as_wanted = True

    def createHandle(self) -> QSplitterHandle:
        return _SignHandle(self)


class _SignHandle(QSplitterHandle):
    """A handle that shows its sign of the equation; drag it to give a pane more room."""

    def __init__(self, splitter: _EquationSplitter) -> None:
        super().__init__(Qt.Orientation.Horizontal, splitter)
        self._splitter = splitter
        self.setToolTip("Drag to give a pane more room")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(_SIGN_PIXELS)
        painter.setFont(font)
        painter.setPen(tokens_of(self.palette()).secondary)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._splitter.sign_of(self))


def _as_text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")


def _as_bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))


def _png_bytes(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())
