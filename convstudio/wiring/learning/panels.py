"""The menu Train: opens its panels beside the panes, and keeps those on show up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from convstudio.model.run.forward import Forward
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.changes import Changes
from convstudio.wiring.display import Display
from convstudio.wiring.learning.entries import ENTRIES, PanelEntry

if TYPE_CHECKING:
    from convstudio.model.panes.exports.training import TrainingRecord
    from convstudio.model.values.learning.dataset import Dataset
    from convstudio.session.learning.data_choice import DataChoice
    from convstudio.session.learning.data_loader import DataLoader
    from convstudio.views.parts.panels.side_panel import SidePanel


@dataclass(frozen=True)
class Connections:
    """What the panels of the menu Train work with.

    `panes` are those of the window by their names: "input", "kernel", "map". `display` has the newest forward run,
    `open` opens another panel by its title, `data` holds the samples that are trained on, and `loader` reads others.
    """

    window: MainWindow
    session: Session
    editor: Editor
    changes: Changes
    jobs: Jobs
    panes: Mapping[str, QWidget]
    display: Display
    open: Callable[[str], object]
    data: DataChoice
    loader: DataLoader


class LearningPanel:
    """One panel with its wiring: a subclass makes its `dock`, and may follow what is selected.

    `about` is the pane that the panel leaves in sight at first.
    """

    about = "kernel"
    dock: SidePanel

    def __init__(self, connections: Connections) -> None:
        self.connections = connections

    def open(self) -> None:
        """Show the panel, or bring it to the front."""
        self.dock.open_beside(self.connections.panes.get(self.about))

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Follow another document, or another part of it; `result` is the newest run of it. Called while on show."""

    def write_again(self) -> None:
        """Write the numbers again that do not follow the document: they are written in another way now."""

    @property
    def is_running(self) -> bool:
        """Whether something runs that changes the document by and by."""
        return False

    def pause(self) -> None:
        """Stop that, so that it can go on later."""

    def record(self) -> TrainingRecord | None:
        """Return what the last training of the network left, where the panel makes one."""
        return None

    def close(self, patience: int) -> bool:
        """End what runs; wait `patience` ms for it, and return whether it ended."""
        del patience
        return True


class LearningPanels:
    """Opens the panels of the menu Train; each is made when it is first opened, and kept."""

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        editor: Editor,
        changes: Changes,
        jobs: Jobs,
        panes: Mapping[str, QWidget],
        display: Display,
        entries: Sequence[PanelEntry] = ENTRIES,
    ) -> None:
        self._window, self._session, self._editor, self._changes = window, session, editor, changes
        self._jobs, self._panes, self._display = jobs, panes, display
        self._entries = {entry.title: entry for entry in entries}
        self._made: dict[str, LearningPanel] = {}
        self._shown: tuple[Document, ViewState, Forward | None] | None = None
        window.menus.offer_training({entry.title: entry.lesson for entry in entries})
        window.menus.training_asked.connect(self.open)
        display.add_follower(self.show_document)

    def dock_of(self, title: str) -> SidePanel | None:
        """Return a panel that is open."""
        made = self._made.get(title)
        return None if made is None or made.dock.isHidden() else made.dock

    def panel(self, title: str) -> LearningPanel:
        """Return a panel with its wiring; it is made where it was not opened before."""
        if title not in self._made:
            module, _, name = self._entries[title].made_by.rpartition(".")
            make = getattr(import_module(f"convstudio.wiring.learning.{module}"), name)
            self._made[title] = make(self._connections)
        return self._made[title]

    def open(self, title: str) -> None:
        """Open a panel, or bring it to the front."""
        panel = self.panel(title)
        if self._shown is not None:
            panel.show_document(*self._shown)
        panel.open()

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Show another document, or another part of it, in all open panels; `result` is the newest run of it."""
        is_other_format = self._shown is not None and self._shown[1].numbers != view.numbers
        self._shown = document, view, result
        for panel in self._made.values():
            if is_other_format:
                panel.write_again()
            if not panel.dock.isHidden():
                panel.show_document(document, view, result)

    @property
    def is_running(self) -> bool:
        """Whether a panel runs something that changes the document by and by."""
        return any(panel.is_running for panel in self._made.values())

    def tell_written(self, sentence: str) -> None:
        """Say what was written in the line at the foot, or above the panes where a run would overwrite that line."""
        if self.is_running:
            self._window.messages.tell(sentence)
        else:
            self._window.status.show_sentence(sentence)

    def pause(self) -> None:
        """Stop all that, so that it can go on later."""
        for panel in self._made.values():
            panel.pause()

    def record(self) -> TrainingRecord | None:
        """Return what the last training of the network left; None where there was none."""
        found = (panel.record() for panel in self._made.values())
        return next((record for record in found if record is not None), None)

    def data(self) -> Dataset | None:
        """Return the data that were chosen to train on; None where none were."""
        return self._connections.data.data

    def close(self, patience: int) -> bool:
        """End what the panels run; wait `patience` ms for each, and return whether all ended."""
        ended = [panel.close(patience) for panel in self._made.values()]
        return all(ended)

    @cached_property
    def _connections(self) -> Connections:
        from convstudio.session.learning.data_choice import DataChoice  # here, and not above: no start needs them
        from convstudio.session.learning.data_loader import DataLoader

        choice = DataChoice(self._window)
        return Connections(
            self._window,
            self._session,
            self._editor,
            self._changes,
            self._jobs,
            self._panes,
            self._display,
            self.open,
            choice,
            DataLoader(self._session, self._editor, self._jobs, choice),
        )
