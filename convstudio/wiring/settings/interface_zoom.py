"""The zoom of the whole interface: chosen in the menu, kept for the next start, and never too large for the screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QApplication

from convstudio.views.parts.sizes import ZOOMS, interface_scale, room_on_screen, scaled
from convstudio.views.parts.style import apply_zoom
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.settings.preferences import Preferences

_EASY = 90  # percent: with it the window fits a screen of 1920×1080 whose desktop shows everything at 200 %
_LAYOUTS = 3  # after which a window has put away what it has no room for
_ENOUGH = QSize(960, 508)
"""The room in which the window fits at 100 %: tests/e2e/test_every_screen.py holds it to that."""


class InterfaceZoom:
    """Makes the interface larger or smaller at once."""

    def __init__(self, app: QApplication, window: MainWindow, preferences: Preferences) -> None:
        self._app = app
        self._window = window
        self._preferences = preferences
        self.percent = preferences.settings.zoom
        self.told = ""
        window.menus.zoom.stepped.connect(self.step)
        window.menus.zoom.chosen.connect(self.use)
        window.desktop_changed.connect(self.follow_desktop)

    def start(self) -> None:
        """Take up the zoom of last time, or the largest one that fits: most often before the window is shown.

        `told` says so where it is another one, as after every later change.
        """
        size = self._window.size()
        self.told = self._fit()
        if self._window.isVisible():  # it was tried
            self._take_size(size)
        self._window.menus.zoom.show_zoom(self.percent)

    def step(self, steps: int) -> None:
        """Go to the next larger or smaller zoom."""
        others = [zoom for zoom in ZOOMS if (zoom - self.percent) * steps > 0]
        if others:
            self.use(min(others) if steps > 0 else max(others))
        else:
            which = "largest" if steps > 0 else "smallest"
            self._window.status.show_sentence(f"{self.percent} % is the {which} zoom.")

    def use(self, percent: int) -> None:
        """Show everything so large from now on, in a window as large as it was, where that is large enough."""
        size = self._window.size()
        self._apply(percent)
        self._say(self._fit())
        self._window.menus.zoom.show_zoom(self.percent)
        self._take_size(size)
        self._preferences.keep(zoom=self.percent)

    def follow_desktop(self) -> None:
        """Take up another font and other colours of the desktop."""
        self._preferences.follow_desktop()
        self._apply(self.percent)
        self._say(self._fit())
        self._window.menus.zoom.show_zoom(self.percent)

    def _apply(self, percent: int) -> None:
        self.percent = percent
        apply_zoom(self._app, percent)

    def _say(self, sentence: str) -> None:
        messages = self._window.messages
        if sentence:
            messages.say(sentence)
        elif self.told and messages.sentence == self.told:  # it tells of a zoom that is not any more
            messages.put_away()
        self.told = sentence

    def _fit(self) -> str:
        """Lower a zoom at which the window is larger than its screen; return a sentence about it.

        Below 100 % only so far that numbers are still easy to read, and only where that makes the window fit.
        """
        asked = self.percent
        while interface_scale() > 1.0 and self.percent > ZOOMS[0] and not self._is_on_screen():
            self._apply(max(zoom for zoom in ZOOMS if zoom < self.percent))
        if interface_scale() <= 1.0 and self.percent > _EASY and not self._fits_with_all():
            before, fitted = self.percent, self._is_on_screen()
            self._apply(_EASY)
            if not self._fits_with_all() and (fitted or not self._is_on_screen()):
                self._apply(before)
        if self.percent == asked:
            return ""
        return f"At {asked} % the window does not fit this screen, so the zoom is {self.percent} %."

    def _take_size(self, size: QSize) -> None:
        """Let the window have a size again, also where it has yet to put away what it has no room for."""
        for _ in range(_LAYOUTS):
            self._window.keep_on_screen(size)
            if self._window.size() == size:
                return
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)

    def _fits_with_all(self) -> bool:
        """Return whether there is room for whatever the window may show."""
        return _fits(scaled(_ENOUGH), room_on_screen(self._window))

    def _is_on_screen(self) -> bool:
        """Return whether the window fits its screen; where it is in doubt, make it as large as that and look.

        Only a window that is shown is laid out as it will be, and a wide one shows more, which takes more height.
        """
        if self._fits_with_all():  # most starts are answered without a layout of the window
            return True
        room = room_on_screen(self._window)
        self._window.show()
        for _ in range(_LAYOUTS):
            if not (self._window.isMaximized() or self._window.isFullScreen()):
                self._window.resize(room)
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            if _fits(self._window.minimumSizeHint(), room):
                return True
        return False


def _fits(size: QSize, room: QSize) -> bool:
    return size.width() <= room.width() and size.height() <= room.height()
