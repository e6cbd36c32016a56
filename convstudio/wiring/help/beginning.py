"""What a new window says to somebody who is new: where to begin, and what the panes are."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu

from convstudio.model.values.document import Document
from convstudio.session.session import Session
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.views.window.ribbon import Ribbon
from convstudio.views.window.ways import entry_at, reveal, shown_part
from convstudio.wiring.help.navigation import HelpNavigation
from convstudio.wiring.settings.preferences import Preferences

TOUR: tuple[tuple[str, str], ...] = (
    ("Input", "The input: a table of numbers. Type into it, paint on it, or choose another one under Sample."),
    ("Kernel", "The kernel: the weights of one filter. Change one of them, or choose a detector above it."),
    ("Feature map", "The feature map: what the kernel answers at every place of the input. Point at a cell of it."),
    ("Calculation", "The calculation: every term of the current output. Play moves the window on."),
    ("Network", "The layers of the network. Add a layer, and it reads the maps of the one before it."),
)
"""The parts of the window in the order of the equation, each with what it is."""
_NOTE = "Click to go on, Escape to end."


class Beginning(QObject):
    """Offers examples, recent files and a tour while the project is the one that every window begins with.

    It goes with the first change, and for good when the user closes it; the tour stays in the Help menu.
    """

    def __init__(
        self,
        window: MainWindow,
        ribbon: Ribbon,
        session: Session,
        first: Document,
        preferences: Preferences,
        places: HelpNavigation,
    ) -> None:
        super().__init__(window)
        self._window, self._ribbon, self._session = window, ribbon, session
        self._preferences, self._places = preferences, places
        self._first = first
        self._step = 0
        window.menus.tour_asked.connect(self.begin_tour)
        if preferences.settings.welcome:
            self._offer()

    def _offer(self) -> None:
        menus = [self._menu("File", "Examples"), self._menu("File", "Open recent")]
        self._welcome = load("window.guide.welcome.Welcome")(
            self._window.band, self._ribbon, self._window.messages, *menus
        )
        self._welcome.tour_asked.connect(self.begin_tour)
        self._welcome.answers_asked.connect(self._places.show)
        self._welcome.closed.connect(self._forget)
        self._session.document_changed.connect(self._follow)
        self._follow(self._first, self._session.document)

    def begin_tour(self) -> None:
        """Show what each part of the window is, one after the other."""
        self._step = 0
        self._show_part()

    def _menu(self, *way: str) -> QMenu:
        entry = entry_at(self._window, way)
        menu = None if entry is None else entry.menu()
        assert isinstance(menu, QMenu), "the menus of files are part of the window"
        return menu

    def _follow(self, _before: Document, document: Document) -> None:
        self._welcome.show_wanted(document is self._first and self._preferences.settings.welcome)

    def _forget(self) -> None:
        self._preferences.keep(welcome=False)

    def _show_part(self) -> None:
        while self._step < len(TOUR):
            name, sentence = TOUR[self._step]
            self._step += 1
            part = shown_part(self._window, name)
            if part is not None and part.isVisible():
                self._callout = load("window.guide.callout.Callout")(reveal(part), sentence, _NOTE)
                self._callout.ended.connect(self._go_on)
                self._callout.begin()
                return

    def _go_on(self) -> None:
        if not self._callout.was_escaped:
            QTimer.singleShot(0, self, self._show_part)  # after the click that ended the last one
