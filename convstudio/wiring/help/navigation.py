"""Help leads to the place where a question is answered, and back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QToolButton

from convstudio.model.values.document import Document
from convstudio.model.values.view_state import DataFormat, ViewState
from convstudio.session.detour import Detour
from convstudio.session.jobs import Jobs
from convstudio.session.recompute import Recompute
from convstudio.session.session import Session
from convstudio.views.lenses.learn import LensDocks
from convstudio.views.parts.controls import tool_button
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow

if TYPE_CHECKING:
    from convstudio.model.panes.help_places import HelpPlace
    from convstudio.views.parts.panels.side_panel import SidePanel
    from convstudio.views.window.pages.help_window import HelpWindow
    from convstudio.wiring.help.showing import Showing

_SETTLED = 100
"""Milliseconds after which the window asks for no more room than the work needs."""
_BACK_TIP = "Close what Help opened, and go on with your work as it was"


class HelpNavigation:
    """Lists where each question is answered, goes there, and leads back to the work that was put aside for it.

    `may_leave` asks about unsaved changes of what is shown; `use_data_format` writes shapes in another data format.
    """

    def __init__(
        self,
        window: MainWindow,
        learn: LensDocks,
        session: Session,
        jobs: Jobs,
        recompute: Recompute,
        detour: Detour,
        may_leave: Callable[[Callable[[], object]], bool],
        use_data_format: Callable[[DataFormat], object],
    ) -> None:
        self._window = window
        self._docks: list[Callable[[str], SidePanel | None]] = [learn.dock_of]
        self._session = session
        self._jobs = jobs
        self._recompute = recompute
        self._detour = detour
        self._may_leave = may_leave
        self._use_data_format = use_data_format
        self._questions: HelpWindow | None = None
        self._back: QToolButton | None = None
        self._size = self._grown = QSize()
        self.showing: Showing | None = None
        window.menus.places_asked.connect(self.show)
        window.menus.back_asked.connect(self.go_back)
        detour.changed.connect(self._offer_way_back)
        detour.changed.connect(self._keep_size)

    @property
    def questions(self) -> HelpWindow:
        """The window with the questions, made when it is first asked for."""
        if self._questions is None:
            from convstudio.model.panes.help_places import HELP_PLACES  # here, and not above: no start needs it

            made: HelpWindow = load("window.pages.help_window.HelpWindow")(HELP_PLACES, self._window)
            made.place_asked.connect(self.go_to)
            self._questions = made
        return self._questions

    def show(self) -> None:
        """Show the list in front of the window."""
        self.questions.show()
        self.questions.raise_()
        self.questions.activateWindow()

    def go_to(self, place: HelpPlace) -> None:
        """Open the example of a place in the place of the work, and go there."""
        from convstudio.files.projects.examples import load_example  # here, and not above: no start needs it

        if self._questions is not None:
            self._questions.accept()
        self._end_showing()
        self._jobs.read(f"Opening {place.start}", lambda _: load_example(place.start), partial(self._open, place))

    def go_back(self) -> None:
        """Go on with the work that was put aside; what was made of the example meanwhile is asked about."""
        if self._detour.is_away and self._may_leave(self.go_back):
            self._note_growth()
            self._end_showing()
            self._window.messages.put_away()
            self._detour.come_back()

    def _open(self, place: HelpPlace, opened: tuple[Document, ViewState]) -> None:
        if self._detour.is_away and not self._may_leave(partial(self._open, place, opened)):
            return
        self._note_growth()
        self._window.messages.put_away()
        self._detour.show(*opened, partial(self._go_along, place))

    def _go_along(self, place: HelpPlace) -> None:
        from convstudio.wiring.help.showing import Showing  # here, and not above: no start needs it

        before = self._session.view.data_format
        self._detour.add_way_back(lambda: self._use_data_format(before))
        self.showing = Showing(self._window, self._dock_of, self._detour, place, self._is_busy)

    def add_docks(self, dock_of: Callable[[str], SidePanel | None]) -> None:
        """Take note of more panels that Help may lead to: `dock_of` returns one by its title, while it is open."""
        self._docks.append(dock_of)

    def _dock_of(self, entry: str) -> SidePanel | None:
        """Return the panel that an entry of the menus Learn and Train has opened; None where it is not open."""
        found = (dock_of(entry.removesuffix("…")) for dock_of in self._docks)
        return next((dock for dock in found if dock is not None), None)

    def _is_busy(self) -> bool:
        return not self._jobs.is_idle or self._recompute.is_busy

    def _end_showing(self) -> None:
        if self.showing is not None:
            self.showing.end()
            self.showing.deleteLater()
            self.showing = None

    def _offer_way_back(self, is_away: bool) -> None:
        """Offer the way back where no pane stands: in the corner of the menu bar."""
        self._window.menus.back.setEnabled(is_away)
        if self._back is None:
            self._back = tool_button("← Back to my work", "Back to my work", _BACK_TIP, self.go_back)
            self._window.menus.setCornerWidget(self._back)
        self._back.setVisible(is_away)

    def _keep_size(self, is_away: bool) -> None:
        """Take note of the size of the window, and give it back with the work where an example needed a larger one."""
        if is_away:
            self._size = self._grown = self._window.size()
        else:
            QTimer.singleShot(_SETTLED, self._window, self._give_size_back)

    def _note_growth(self) -> None:
        self._grown = self._grown.expandedTo(self._window.minimumSizeHint())

    def _give_size_back(self) -> None:
        has_grown = self._grown != self._size and self._window.size() == self._grown  # else the user gave it its size
        if has_grown and not self._detour.is_away:
            self._window.keep_on_screen(self._size)
