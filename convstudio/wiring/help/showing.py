"""Going to one place that Help names: the way there, the part that settles the question, and the frame around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QWidget
from shiboken6 import isValid

from convstudio.model.panes.help_places import HelpPlace
from convstudio.session.detour import Detour
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.views.window.ways import arrangements, entry_at, reveal, scroll_to, shown_part, switch_at

if TYPE_CHECKING:
    from convstudio.views.parts.panels.side_panel import SidePanel
    from convstudio.views.window.guide.callout import Callout

_TURN_MILLISECONDS = 30
_MOST_TURNS = 200
_SETTLED_TURNS = 3
_ROOM_TURNS = 20
"""A part that is not in sight after so many looks has no room beside the panels."""
_OPENS = ("Learn", "Train", "View")
"""The menus whose entries are chosen; what others would change is in the example that was opened."""
_BACK = "Back to my work: in the corner of the menu bar, or in the menu Help."
_NOT_THERE = "“{part}” cannot be seen in this window now. Make the window larger, and choose “Show me” again."


class Showing(QObject):
    """Shows one place, step by step, as soon as what it shows is worked out; ends with the frame around the part.

    `dock_of` returns the panel that an entry of the menus has opened.
    """

    def __init__(
        self,
        window: MainWindow,
        dock_of: Callable[[str], SidePanel | None],
        detour: Detour,
        place: HelpPlace,
        is_busy: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._dock_of = dock_of
        self._detour = detour
        self._place = place
        self._is_busy = is_busy
        self._has_gone = self._has_looked = False
        self._turns, self._looks, self._settled = 0, 0, 0
        self.callout: Callout | None = None
        self._turn = QTimer(self, interval=_TURN_MILLISECONDS)
        self._turn.timeout.connect(self._go_on)
        self._turn.start()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do: the frame is there, or cannot be."""
        return not self._turn.isActive()

    def end(self) -> None:
        """Take the frame away, and go no further."""
        self._turn.stop()
        if self.callout is not None and isValid(self.callout):
            self.callout.end()
        self.callout = None

    def _go_on(self) -> None:
        self._turns += 1
        if self._turns > _MOST_TURNS:
            self._turn.stop()
            self._window.messages.say(_NOT_THERE.format(part=self._place.part or self._place.way[-1]))
        elif self._is_busy():
            self._settled = 0
        elif not self._has_gone:
            self._has_gone = True
            self._go()
        else:
            self._looks += 1
            if self._looks == _ROOM_TURNS:
                self._make_room()
            self._frame()

    def _go(self) -> None:
        """Choose the entry of the menu, or switch the part on."""
        way = self._place.way
        entry = entry_at(self._window, way)
        if entry is not None and way[0] in _OPENS:
            is_new = self._dock_of(way[-1]) is None
            entry.trigger()
            if is_new:
                self._detour.add_way_back(partial(self._close_dock, way[-1]))
        else:
            self._switch_on()

    def _switch_on(self) -> None:
        switch = switch_at(self._window, self._place.way)
        if switch is not None:
            switch.click()
            self._detour.add_way_back(partial(_switch_off, switch))

    def _make_room(self) -> None:
        """Put away the panels that stand beside the panes, but for the one that is shown; the way back brings them."""
        own = self._dock_of(self._place.way[-1])
        for panel in self._window.findChildren(QDockWidget):
            if panel is not own and not panel.isHidden() and not panel.isFloating():
                panel.hide()
                self._detour.add_way_back(panel.show)

    def _close_dock(self, title: str) -> None:
        dock = self._dock_of(title)
        if dock is not None:
            dock.close()

    def _part(self) -> QWidget | None:
        if self._place.part:
            return shown_part(self._window, self._place.part)
        dock = self._dock_of(self._place.way[-1])
        return None if dock is None else dock.content

    def _frame(self) -> None:
        """Frame the part as soon as it stays where it is."""
        part = self._part()
        if part is None:
            return
        if not self._has_looked:
            self._has_looked = True
            for arrange in arrangements(part):
                self._detour.add_way_back(arrange)
        shown = reveal(part)
        if not shown.isVisible():
            self._switch_on()  # what was on may have been put away since, as the ledger in a low window
        scroll_to(part, self._place.line)
        self._settled = self._settled + 1 if shown.isVisible() else 0
        if self._settled < _SETTLED_TURNS:
            return
        self._turn.stop()
        window = part.window()
        if window is not self._window and self._place.part:
            self._detour.add_way_back(partial(_close, window))
        window.activateWindow()
        if shown.focusPolicy() != Qt.FocusPolicy.NoFocus:
            shown.setFocus(Qt.FocusReason.ShortcutFocusReason)
        look = self._place.look if shown is part else f"Under “{shown.accessibleName()}”: {self._place.look}"
        made: Callout = load("window.guide.callout.Callout")(shown, look, _BACK)
        made.begin()
        self.callout = made


def _switch_off(switch: QWidget) -> None:
    if isValid(switch) and switch.isChecked():  # type: ignore[attr-defined]  # it is a button that can be checked
        switch.click()  # type: ignore[attr-defined]


def _close(window: QWidget) -> None:
    if isValid(window):
        window.close()
