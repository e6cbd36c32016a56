"""The list of a file's arrays, and the question which one becomes the weights of a layer, and how."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from convstudio.session.workspace.workspace import Workspace
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.views.window.message_bar import Offer
from convstudio.wiring.offers import Offers

if TYPE_CHECKING:
    from convstudio.model.panes.weights.weights_list import ArrayLook
    from convstudio.session.workspace.weight_files import ListedWeights
    from convstudio.views.window.weights_dialog import WeightsDialog

_OTHERWISE, _OTHERWISE_TIP = "Read it otherwise…", "List the arrays of this file and the ways to read them"


class WeightsQuestions:
    """Shows the arrays of a file of weights, says how they were read, and offers to read them otherwise."""

    def __init__(self, window: MainWindow, workspace: Workspace, offers: Offers) -> None:
        self._window = window
        self._workspace = workspace
        self._offers = offers
        self._dialog: WeightsDialog | None = None
        workspace.weights.listed.connect(self._ask)
        workspace.weights.looked.connect(self._show_look)
        workspace.weights.weights_read.connect(self._tell)
        workspace.project.path_changed.connect(self.close)

    def close(self) -> None:
        """Close the list of a file that another one followed."""
        if self._dialog is not None:
            self._dialog.reject()

    def _ask(self, listed: ListedWeights) -> None:
        """List the arrays in a dialog that waits without blocking."""
        from convstudio.model.panes.weights.weights_list import listed_arrays  # here, and not above: no start needs it

        self.close()
        entries = {name: (one.shape, one.type_name) for name, one in listed.file.entries.items()}
        rows = listed_arrays(entries, listed.ways)
        first = listed.ways[0].names[0] if listed.ways else rows[0].name
        texts = {row.name: [way.text for way in listed.ways_of(row.name)] for row in rows if row.ways}
        dialog: WeightsDialog = load("window.weights_dialog.WeightsDialog")(
            self._window, listed.name, rows, texts, first, listed.problem, may_be_network=listed.may_be_network
        )
        self._dialog = dialog
        dialog.look_asked.connect(partial(self._workspace.weights.look, listed))
        dialog.chosen.connect(lambda name, way: self._workspace.weights.use(listed, listed.ways_of(name)[way]))
        dialog.network_asked.connect(partial(self._workspace.project.open_network, listed.path))
        dialog.finished.connect(self._forget)
        dialog.open()

    def _show_look(self, name: str, look: ArrayLook) -> None:
        if self._dialog is not None:
            self._dialog.show_look(name, look)

    def _tell(self, path: str, layer: int, told: str, has_others: bool) -> None:
        """Say how a file of weights was read, with the way to read it otherwise where there is one."""
        again = partial(self._workspace.weights.open_weights, path, layer, always_ask=True)
        self._offers.tell_read(told, (Offer(_OTHERWISE, _OTHERWISE_TIP, again),) if has_others else ())

    def _forget(self) -> None:
        self._dialog = None
        self._workspace.weights.forget_look()
