"""The commands on the selected cells of a grid: its menu holds them, and so does one of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QPixmap
from PySide6.QtWidgets import QMenu

from convstudio.model.values.arrays import same_array
from convstudio.views.parts.grids.grid_model import GridContent, GridModel
from convstudio.views.parts.grids.selected_cells import SelectedCells
from convstudio.views.parts.later import load

_GONE = "The cells changed in the meantime, so nothing was filled. Try again."


class GridActions(QObject):
    """Copy, paste, fill; `picture` draws the whole grid."""

    def __init__(self, name: str, selected: SelectedCells, model: GridModel, picture: Callable[[], QPixmap]) -> None:
        super().__init__(selected.view)
        self._selected = selected
        self._model = model
        self._picture = picture
        what = name[:1].lower() + name[1:]
        self.copy = self._action(f"Copy {what} cells\tCtrl+C", selected.copy)
        self.copy_picture = self._action(f"Copy {what} as picture", self._copy_picture)
        self._edits = (
            self._action(f"Paste into {what}\tCtrl+V", selected.paste),
            self._action(f"Set {what} cells to 0\tDelete", self._clear),
            self._action(f"Fill series into {what}…", self.ask_series),
        )
        self.paste, self.clear, self.series = self._edits

    @property
    def all(self) -> tuple[QAction, ...]:
        """Every command, in the order of a menu."""
        return (self.copy, self.copy_picture, *self._edits)

    def show_content(self, content: GridContent) -> None:
        """Offer what the cells on show allow."""
        for action in self._edits:
            action.setEnabled(content.takes_edits)
        for action in (self.copy, self.copy_picture):
            action.setEnabled(content.values.size > 0)

    def ask_series(self) -> None:
        """Ask with which series the selected cells are to be filled."""
        held = self._selected.values()
        if held is None:
            self._model.refused.emit("No cell is selected. Select the cells to fill, then choose the command again.")
            return
        from convstudio.model.panes.cells.series import filled, first_series  # here, and not above: no start needs it

        dialog = load("parts.grids.series_dialog.SeriesDialog")(first_series(held), self._selected.view.window())
        box, subject = self._selected.box, self._model.content.subject

        def fill() -> None:
            now = self._selected.values(box)
            is_same = now is not None and same_array(now, held) and self._model.content.subject == subject
            if is_same:
                self._selected.write(box, filled(held, dialog.series))
            else:
                self._model.refused.emit(_GONE)

        dialog.accepted.connect(fill)
        dialog.open()

    def open_menu(self, place: QPoint, more: Sequence[QAction] = ()) -> None:
        """Open a menu of these commands, and `more` below them, for a grid whose pane has no menu for it."""
        menu = QMenu(self._selected.view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([*self.all, *more])
        menu.popup(place)

    def _clear(self) -> None:
        self._selected.fill(0.0)

    def _copy_picture(self) -> None:
        QGuiApplication.clipboard().setPixmap(self._picture())

    def _action(self, text: str, run: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _checked=False: run())
        return action
