"""The arrays of a file of weights, what each is like, and the ways to read it; the user chooses one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from convstudio.model.panes.weights.weights_list import COLUMNS, ArrayLook, ListedArray, matching
from convstudio.model.values.answers.counted import counted
from convstudio.views.parts.controls import PlainLabel, image_of, labelled
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.pictures.picture_icon import picture_icon
from convstudio.views.parts.plain_text import as_title
from convstudio.views.parts.sizes import fitting_size, sized
from convstudio.views.parts.text_field import TextField
from convstudio.views.parts.theme import RHYTHM

_SIZE = QSize(1020, 560)
_PICTURE = QSize(150, 80)
_FACTS = ("Fact", "Value")
_WAITING = (("Reading…", ""),)
_NO_WAY = "This array cannot be the weights of the layer."


class WeightsDialog(QDialog):
    """Lists arrays with a search, and of the selected one its facts and the ways to read it. It waits without blocking.

    `look_asked` carries the name of an array that is to be read, and `chosen` that of the one to use, with the number
    of the way, counted from 0. `network_asked` tells that all arrays are to be opened as a network; only where the file
    `may_be_network` there is a button for that.
    """

    look_asked = Signal(str)
    chosen = Signal(str, int)
    network_asked = Signal()

    def __init__(
        self,
        window: QWidget,
        file_name: str,
        rows: Sequence[ListedArray],
        ways: Mapping[str, Sequence[str]],
        first: str,
        problem: str,
        *,
        may_be_network: bool = False,
    ) -> None:
        super().__init__(window)
        self._all, self._ways = tuple(rows), dict(ways)
        self._rows = self._all
        self._name = first
        self.setWindowTitle(f"{as_title(f'Weights in {file_name}')} – ConvStudio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._search = TextField()
        self._search.setAccessibleName("Search arrays")
        self._search.setPlaceholderText("part of a name, a shape such as 3×3, or a type")
        self._search.setToolTip("Words of a name, a shape such as 3×3 or a type; all of them must be there")
        self._search.setClearButtonEnabled(True)
        self._count = PlainLabel(small=True)
        self._table = FactsTable("Arrays", "Each array with its shape; choose one to see what is in it", COLUMNS)
        self._facts = FactsTable("Facts of the array", "Range, quantiles and share of zeros of the array", _FACTS)
        self._facts.show_in_full()
        self._readings = QListWidget()
        self._readings.setAccessibleName("Ways to read it")
        self._readings.setToolTip("Each with its first kernels; Enter or double-click uses one")
        sized(self._readings, icon_size=_PICTURE)
        self._readings.setWordWrap(True)
        self._note = PlainLabel()
        self._note.setWordWrap(True)
        self._note.setText(problem)
        self._note.setVisible(bool(problem))
        self._lay_out(may_be_network)
        self._show_rows()
        self._search.textChanged.connect(self._find)
        self._table.row_chosen.connect(self._select)
        self._readings.itemActivated.connect(lambda _item: self._use())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._select(self._row)

    def show_look(self, name: str, look: ArrayLook) -> None:
        """Show what an array is like, if it is still the selected one."""
        if name != self._name:
            return
        self._facts.show_rows(look.facts or ((look.problem, ""),))
        for place, painted in enumerate(look.pictures):
            item = self._readings.item(place)
            if painted is not None and item is not None:
                picture = QPixmap.fromImage(image_of(painted))
                item.setIcon(picture_icon(picture, _PICTURE, may_grow=False))

    @property
    def _row(self) -> int:
        names = [row.name for row in self._rows]
        return names.index(self._name) if self._name in names else 0

    def _find(self, search: str) -> None:
        """Show the arrays that a search finds, and keep the selection where it is among them."""
        self._rows = matching(self._all, search)
        self._show_rows()
        if self._rows and self._rows[self._row].name != self._name:
            self._select(self._row)

    def _show_rows(self) -> None:
        self._table.show_rows([row.cells for row in self._rows], self._row if self._rows else None)
        if self._rows:
            self._table.scrollTo(self._table.facts.index(self._row, 0))
        found = f" of {len(self._all)}" if len(self._rows) < len(self._all) else ""
        self._count.setText(f"{len(self._rows)}{found} arrays" if found else counted(len(self._all), "array"))

    def _select(self, row: int) -> None:
        """Show the ways to read an array, and ask what it is like."""
        if not 0 <= row < len(self._rows):
            return
        self._name = self._rows[row].name
        ways = self._ways.get(self._name, ())
        self._readings.clear()
        self._readings.addItems(list(ways) or [_NO_WAY])
        self._readings.setCurrentRow(0)
        self._readings.setEnabled(bool(ways))
        self._ok.setEnabled(bool(ways))
        self._facts.show_rows(_WAITING)
        self.look_asked.emit(self._name)

    def _use(self) -> None:
        if self._ok.isEnabled():
            name, way = self._name, max(0, self._readings.currentRow())
            self.accept()
            self.chosen.emit(name, way)

    def _open_network(self) -> None:
        self.accept()
        self.network_asked.emit()

    def _lay_out(self, may_be_network: bool) -> None:
        button = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(button.Ok | button.Cancel)
        self._ok = buttons.button(button.Ok)
        self._ok.setText("&Use as weights")
        if may_be_network:
            network = buttons.addButton("Open as a &network", QDialogButtonBox.ButtonRole.ActionRole)
            network.setToolTip("Replace the project by the chain of layers that these arrays are the weights of")
            network.clicked.connect(self._open_network)
        buttons.accepted.connect(self._use)
        buttons.rejected.connect(self.reject)
        left = QVBoxLayout()
        left.addWidget(self._search)
        left.addWidget(self._table, 1)
        left.addWidget(self._count)
        right = QVBoxLayout()
        right.addWidget(labelled("Facts of the array", self._facts))
        right.addWidget(self._facts, 1)
        right.addWidget(labelled("Ways to read it", self._readings))
        right.addWidget(self._readings, 1)
        both = QHBoxLayout()
        sized(both, spacing=2 * RHYTHM)
        both.addLayout(left, 5)
        both.addLayout(right, 4)
        column = QVBoxLayout(self)
        column.addLayout(both, 1)
        column.addWidget(self._note)
        column.addWidget(buttons)
        self.resize(fitting_size(self, _SIZE))
