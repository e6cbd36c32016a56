"""The window: it lays the panes out as the equation they draw, and turns menus, keys and drops into intents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QDataStream,
    QEvent,
    QIODevice,
    QMimeData,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QUndoStack,
)
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from convstudio.views.parts.controls import row_of
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.plain_text import as_title
from convstudio.views.parts.room.folding import bring_out
from convstudio.views.parts.room.painting import paint_now
from convstudio.views.parts.room.side_scroll import SideScroll
from convstudio.views.parts.sizes import px, room_on_screen, sized
from convstudio.views.parts.theme import RHYTHM, tokens_of
from convstudio.views.window.equation_splitter import EquationSplitter
from convstudio.views.window.menus import MainMenus
from convstudio.views.window.message_bar import MessageBar
from convstudio.views.window.ribbon import Ribbon
from convstudio.views.window.rows_splitter import RowsSplitter
from convstudio.views.window.status_line import StatusLine

_SIDE = 10
_LEAST_RIBBON = 280  # the widest chip, both arrows, and the space around them
_ROW_GAP = 6


@dataclass(frozen=True)
class Panes:
    """The parts of the window, built by the composition root."""

    ribbon: Ribbon
    input: QWidget
    kernel: QWidget
    map: QWidget
    calculation: QWidget
    gallery: QWidget


@handles_keys("Window", ("Tab, Shift+Tab", "Go from field to field"))
class MainWindow(QMainWindow):
    """Shows the panes between its menus and its status line, and emits a signal for what is dropped on it or pasted."""

    files_dropped = Signal(list)
    image_given = Signal(object)
    desktop_changed = Signal()

    def __init__(self, panes: Panes, undo_stack: QUndoStack, may_close: Callable[[], bool]) -> None:
        super().__init__()
        self._may_close = may_close
        self.panes = panes
        self.menus = MainMenus(panes.ribbon.menu, undo_stack)
        self.messages = MessageBar()
        self.status = StatusLine()
        self.equation = EquationSplitter([panes.input, panes.kernel, panes.map])
        self.rows = RowsSplitter(self.equation, (panes.calculation, panes.gallery))
        self._splitters: dict[str, QSplitter] = {"panes": self.equation, "rows": self.rows}
        self.setMenuBar(self.menus)
        self._build_body(panes)
        self.setStatusBar(self.status)
        self.menus.quit_asked.connect(self.close)
        self.menus.paste_asked.connect(self._paste)
        self.menus.full_screen_asked.connect(self._toggle_full_screen)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.desktop_changed)
        self.setAcceptDrops(True)
        self.resize(self._first_size())

    # --- what the window shows -----------------------------------------------------------------------------------

    def show_title(self, project: str, *, modified: bool) -> None:
        """Name the project in the title, mark unsaved changes, and warn while these are not kept safe."""
        unsafe = " – not kept safe" if self.status.is_unsafe else ""
        self.setWindowTitle(f"{as_title(project)}[*]{unsafe} – ConvStudio")
        self.setWindowModified(modified)

    def show_sign(self, sign: str) -> None:
        """Show between the input and the layer what the layer does to it: ∗ where a kernel slides, → for any other."""
        self.equation.show_sign(sign)

    def focus_on(self, name: str) -> None:
        """Give the keyboard to the part of the window with that accessible name."""
        for widget in self.findChildren(QWidget):
            if widget.accessibleName() == name and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                bring_out(widget)
                widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    @property
    def geometry_text(self) -> str:
        """Size and position as text for the settings."""
        return _as_text(self.saveGeometry())

    @property
    def splitters_text(self) -> dict[str, str]:
        """The splitters' places as text for the settings, by their name."""
        return {name: _as_text(splitter.saveState()) for name, splitter in self._splitters.items()}

    @property
    def panels_text(self) -> str:
        """The places of the panels as text for the settings."""
        return _as_text(self.saveState())

    def restore_layout(self, geometry: str, splitters: Mapping[str, str], panels: str) -> str:
        """Take up size, position, splitters and panels from the settings; return a sentence where these cannot be had.

        A panel that does not exist yet takes its place when it is first opened.
        """
        found = self.restoreGeometry(_as_bytes(geometry))
        told = [] if found or not geometry else ["The size of the window could not be read, so it is the usual one."]
        if found and not _is_on_a_screen(_as_bytes(geometry)):
            self.keep_on_screen(self.size().boundedTo(room_on_screen(self)))
            told.append("The screen that the window was on is not there now, so it is on this one.")
        states = {name: splitters[name] for name in self._splitters if splitters.get(name)}
        taken = [self._splitters[name].restoreState(_as_bytes(state)) for name, state in states.items()]
        if not all(taken):
            told.append("The sizes of the panes could not be read, so they are the usual ones.")
        if panels and not self.restoreState(_as_bytes(panels)):
            told.append("The places of the panels could not be read, so they are the usual ones.")
        return " ".join(told)

    def keep_on_screen(self, size: QSize) -> None:
        """Take a size again, and move the window so that it does not reach over an edge of its screen, if it fits."""
        if not self.isMaximized() and not self.isFullScreen():
            self.resize(size)
            free, frame = self.screen().availableGeometry(), self.frameGeometry()
            left = max(free.left(), min(frame.left(), free.right() + 1 - frame.width()))
            top = max(free.top(), min(frame.top(), free.bottom() + 1 - frame.height()))
            self.move(left, top)

    def paint_now(self) -> None:
        """Lay out and paint what waits for it, without waiting for the window's turn."""
        paint_now(self)

    # --- Qt's own events -----------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ThemeChange:
            self.desktop_changed.emit()
        return super().event(event)

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
            self.messages.say("Only files on this computer can be dropped. Save the picture first, then drop its file.")

    def _first_size(self) -> QSize:
        """Return the size of the first start: roomy, but never larger than the screen with the window's frame."""
        free = self.screen().availableGeometry().size() - QSize(16, 48)
        return QSize(min(free.width(), 1600), min(free.height(), 1000))

    # --- building ------------------------------------------------------------------------------------------------

    def _build_body(self, panes: Panes) -> None:
        sized(self.rows, handle_width=_ROW_GAP)
        body = _Body(self.equation)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.band = _Band(panes.ribbon, self.messages)
        column.addWidget(self.band)
        column.addWidget(self.rows, 1)
        sized(self.rows, contents_margins=(_SIDE, RHYTHM, _SIDE, _ROW_GAP))
        self.setCentralWidget(body)

    # --- intents -------------------------------------------------------------------------------------------------

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if not self._take_data(data):
            self.messages.say("The clipboard contains no image. Copy one, or click into a grid to paste numbers.")

    def _take_data(self, data: QMimeData | None) -> bool:
        """Take files or an image; return whether there was any. Some systems give no data for an empty clipboard."""
        if data is None:
            return False
        paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if paths:
            self.files_dropped.emit(paths)
            return True
        if data.hasImage():
            held = data.imageData()
            image = held.toImage() if isinstance(held, QPixmap) else QImage(held)
            self.image_given.emit(partial(png_bytes, image))  # coding it is left to a worker
            return True
        return False


class _Body(QWidget):
    """All that stands between the menus and the status line."""

    def __init__(self, equation: EquationSplitter) -> None:
        super().__init__()
        self._equation = equation

    @property
    def whole_width(self) -> int:
        """How wide it must be to show all panes."""
        return self._equation.whole_width + 2 * px(_SIDE)


class _Band(QWidget):
    """The band under the menus: the ribbon, and beside it the message, so that a message moves no pane."""

    def __init__(self, ribbon: Ribbon, messages: MessageBar) -> None:
        super().__init__()
        self._messages = messages
        row = row_of(SideScroll(ribbon, "the layers", ribbon.row_length), messages, spacing=2 * RHYTHM)
        sized(row, contents_margins=(_SIDE + 2, 3, _SIDE, 4))
        row.setStretch(0, 1)
        self.setLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._messages.leave(self.width() - px(_LEAST_RIBBON))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.card)
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens.line)


def _as_text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")


def _as_bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))


def _is_on_a_screen(geometry: QByteArray) -> bool:
    """Return whether a window's place, as Qt saves it, is on a screen that is there now."""
    stream = QDataStream(geometry)
    stream.readUInt32()  # Qt's mark of such data, and below the two parts of its version
    stream.readUInt16()
    stream.readUInt16()
    frame = QRect()
    stream >> frame
    return any(screen.geometry().contains(frame.center()) for screen in QGuiApplication.screens())


def png_bytes(image: QImage) -> bytes:
    """Return an image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())
