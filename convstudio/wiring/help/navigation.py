"""Help leads to the place where a question is answered, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convstudio.model.panes.help_places import HELP_PLACES, HelpPlace
from convstudio.model.values.view_state import DataFormat
from convstudio.session.detour import Detour
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.views.window.message_bar import Offer
from convstudio.views.window.ways import go_along, switch_at

if TYPE_CHECKING:
    from convstudio.views.window.pages.help_window import HelpWindow

_BACK_TIP = "Change back what Help changed to show you the answer"


class HelpNavigation:
    """Lists where each question is answered, goes there, and offers to change back what that changed."""

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        workspace: Workspace,
        jobs: Jobs,
        use_data_format: Callable[[DataFormat], object],
    ) -> None:
        self._window = window
        self._session = session
        self._workspace = workspace
        self._jobs = jobs
        self._use_data_format = use_data_format
        self._questions: HelpWindow | None = None
        window.menus.places_asked.connect(self.show)

    @property
    def questions(self) -> HelpWindow:
        """The window with the questions, made when it is first asked for."""
        if self._questions is None:
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
        """Go to a place; where that is not possible now, the list says what it needs."""
        switch = switch_at(self._window, place.way)
        turned = None if switch is None else (switch.accessibleName(), switch.click)
        detour = Detour(self._session, self._workspace, self._use_data_format, turned)
        if go_along(self._window, place.way):
            self.questions.accept()
            self._jobs.then(lambda: self._offer_way_back(detour))
        else:
            self.questions.say(place.needs)

    def _offer_way_back(self, detour: Detour) -> None:
        """Tell what Help changed to show its answer, after the present message, and offer to change it back."""
        if not detour.sentence:
            return

        def go_back() -> None:
            self._window.messages.put_away()
            detour.go_back()

        said = f"{self._window.messages.sentence} {detour.sentence}".strip()
        self._window.messages.offer(said, Offer("Back", _BACK_TIP, go_back), is_news=True)
