"""A panel beside the panes: docked where there is room, else floating where it hides nothing that it is about."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget
from shiboken6 import isValid

from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.panels.places import corner_place, floating_place
from convstudio.views.parts.panels.tab_order import set_reading_order, tab_stops
from convstudio.views.parts.plain_text import as_title
from convstudio.views.parts.room.folding import Narrowing, bring_out
from convstudio.views.parts.sizes import px, scaled

LEAST_DOCKED = 346
"""How wide a docked panel is at the least, in pixels at 100 %: what two of the panes leave at 1024×640."""
_HANDLE = 12  # between panel and panes
_EASE = 60
"""What a panel leaves to the panes beyond the least that they can do with."""
_FRAME = QSize(8, 34)  # of a floating panel
_SEEN = QSize(120, 40)
"""How much of a floating panel must be on a screen, so that it can be dragged back."""

_SIDES = Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea


@handles_keys("Panels beside the panes", ("Escape", "Close the panel"))
class SidePanel(QDockWidget):
    """A panel that can be docked, tabbed and floated; Escape closes it, and it opens again where it was.

    `name` is what its place is kept under, `side` where it is docked first, `docked` the least and the usual width
    there, and `floating` how large it would like to be elsewhere.
    """

    def __init__(
        self, name: str, window: QMainWindow, side: Qt.DockWidgetArea, *, docked: tuple[int, int], floating: QSize
    ) -> None:
        super().__init__(as_title(name), window)
        self.setObjectName(name)
        self.setAccessibleName(name)
        self._window, self._side, self._docked, self._floating = window, side, docked, floating
        self.content: QWidget = self
        """What the panel is opened for: Help frames it."""
        self.easy_width = 0
        """From which width, at 100 %, it is so much better to read that panes of a narrow window may fold for it."""
        self.is_in_sight = False
        """Whether it is on show: Qt calls a panel under another tab visible, and only tells otherwise in a signal."""
        self._came_from: QWidget | None = None
        self._is_placed = False
        self._last_width = 0
        self.visibilityChanged.connect(self._note_sight)
        self.hide()

    def open_beside(self, about: QWidget | None = None) -> None:
        """Show the panel: where it was, if that still is a place to be, else where it leaves `about` in sight.

        The keyboard goes to it, and back when it closes.
        """
        if self.isHidden():
            self._came_from = QApplication.focusWidget()
            is_kept = self._is_placed or self._window.restoreDockWidget(self)
            self._is_placed = True
            if not is_kept:
                self._window.addDockWidget(self._side, self)
            self.hide()
            if not (is_kept and self._fits()):
                self._place(about)
            elif self._last_width and not self.isFloating() and not self._docked_panels():
                self.show()
                self._take_width(self._last_width)  # else it had that of the panel that was there after it
            if about is not None:
                bring_out(about)
        self.show()
        self.raise_()
        set_reading_order(self)
        if self.isFloating():
            self.activateWindow()
        self._take_keyboard()

    def _note_sight(self, is_in_sight: bool) -> None:
        self.is_in_sight = is_in_sight

    def _take_keyboard(self) -> None:
        """Give the keyboard to the first control, or to the panel where there is none: from there Escape closes it."""
        # `nextInFocusChain` would make what it returns a child of this panel for PySide: see `test_workarounds.py`
        control = next((one for one in tab_stops(self) if one.isVisible() and one.isEnabled()), self)
        control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def event(self, event: QEvent) -> bool:
        """Take Escape before the window's command of that key does."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give the keyboard back to where it was when the panel opened."""
        held = QApplication.focusWidget()
        had_focus = self.isActiveWindow() if held is None else held is self or self.isAncestorOf(held)
        self._last_width = 0 if self.isFloating() else self.width()
        super().closeEvent(event)
        came_from, self._came_from = self._came_from, None
        if had_focus and came_from is not None and isValid(came_from) and came_from.isVisible():
            came_from.window().activateWindow()
            came_from.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fits(self) -> bool:
        """Return whether the place that the panel has is on a screen, or beside the panes in the window."""
        if self.isFloating():
            seen = [screen.availableGeometry() & self.frameGeometry() for screen in QGuiApplication.screens()]
            return any(part.width() >= _SEEN.width() and part.height() >= _SEEN.height() for part in seen)
        is_beside = bool(self._window.dockWidgetArea(self) & _SIDES)
        room = self._room()
        return room.width() >= self._least if is_beside else room.height() >= self.minimumSizeHint().height()

    @property
    def _least(self) -> int:
        """How wide the panel must be to be docked."""
        return max(px(self._docked[0]), self.minimumSizeHint().width())

    def _room(self, *, to_whole_panes: bool = False) -> QSize:
        """Return what the window's panes, and panels that are docked already, leave of it.

        In a narrow window some panes fold for a panel, unless it leaves enough room `to_whole_panes`.
        """
        held = self._window.size().boundedTo(self._window.screen().availableGeometry().size())
        panes = self._window.centralWidget()
        least = QSize() if panes is None else panes.minimumSizeHint()
        if to_whole_panes and isinstance(panes, Narrowing):
            least.setWidth(max(least.width(), panes.whole_width))
        beside = {self._window.dockWidgetArea(one): one.minimumSizeHint().width() for one in self._docked_panels()}
        around = held.height() - (0 if panes is None else panes.height())
        return held - least - QSize(sum(beside.values()) + px(_HANDLE), around + px(_HANDLE))

    def _place(self, about: QWidget | None) -> None:
        """Dock the panel where there is room for it, a tab beside those that are docked there, else let it float."""
        others = [one for one in self._docked_panels() if self._window.dockWidgetArea(one) == self._side]
        beside = max((one.minimumSizeHint().width() for one in others), default=0)
        room = self._room(to_whole_panes=True).width() + beside
        if self._room().width() + beside < self._least:
            self.setFloating(True)
            self.setGeometry(self._floating_place(about))
            return
        self.setFloating(False)
        if others:
            self._window.tabifyDockWidget(others[0], self)
        else:
            self.show()
            width = max(self._least, min(px(self._docked[1]), room - px(_EASE)))
            if width < px(self.easy_width) <= self._room().width():
                width = px(self.easy_width)
            self._take_width(width)

    def _take_width(self, width: int) -> None:
        self._window.resizeDocks([self], [width], Qt.Orientation.Horizontal)

    def _docked_panels(self) -> list[SidePanel]:
        """Return the other panels that stand beside the panes."""
        others = self._window.findChildren(SidePanel)
        return [one for one in others if one is not self and not one.isHidden() and not one.isFloating()]

    def _floating_place(self, about: QWidget | None) -> QRect:
        screen, window = self._window.screen().availableGeometry(), self._window.frameGeometry()
        wanted = scaled(self._floating)
        if about is None:
            return corner_place(window, screen, wanted, px(_HANDLE))
        hidden = QRect(about.mapToGlobal(about.rect().topLeft()), about.size())
        framed = floating_place(hidden, window, screen, wanted + _FRAME, self.minimumSizeHint() + _FRAME)
        return framed.adjusted(_FRAME.width() // 2, _FRAME.height() - 4, -_FRAME.width() // 2, -4)
