"""Where a feature map is seen: its picture, its table, the chart of a prediction, and the colour bar."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from convstudio.model.values.arrays import Floats
from convstudio.model.words.map_text import map_text
from convstudio.views.map.picture import MapPicture
from convstudio.views.map.table import MapTable
from convstudio.views.parts.pictures.colour_bar import ColourBar
from convstudio.views.parts.plots.bar_chart import BarChart
from convstudio.views.parts.sizes import scaled

_WIDEST = 2**20


class MapStage(QWidget):
    """Lays the picture over the table, so that the eye sees one and screen readers and the keyboard find the other too.

    The colour bar stands close to the right of what is painted; the chart of a prediction takes the whole stage.
    """

    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.picture = MapPicture()
        self.table = MapTable(self.picture)
        self.chart = BarChart()
        self.bar = ColourBar(is_adjustable=True)
        self._right = _WIDEST  # at the right end until the picture says where it is
        self._pages = QWidget(self)
        self._stack = QStackedLayout(self._pages)
        self._stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        for page in (self.picture, self.table, self.chart):
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(self.picture)
        self.bar.setParent(self)
        self.bar.raise_()
        self.picture.placed.connect(self._stand_beside)
        self.table.focused.connect(self.picture.show_focus)

    def raise_front(self, *, wants_table: bool, has_chart: bool) -> bool:
        """Show the table where it is wanted, the chart of a prediction, else the picture; return if it has colours."""
        front = self.table if wants_table else self.chart if has_chart else self.picture
        self._stack.setCurrentWidget(front)
        self.picture.setVisible(front is self.picture)
        self.chart.setVisible(front is self.chart)
        self.bar.setVisible(front is not self.chart)
        self._place()
        return front is not self.chart

    def copy(self, way: str, values: Floats | None) -> None:
        """Put the map on the clipboard in a way of `COPIES`: its picture as it is seen, or its `values` as text."""
        if way == "picture":
            self.picture.copy()
        elif values is not None:
            try:
                QGuiApplication.clipboard().setText(map_text(values, way))
            except ValueError as refusal:
                self.refused.emit(str(refusal))

    def show_table_use(self, holds: bool) -> None:
        """Give the keyboard to the table, or, for a map too large for one, to the picture."""
        self.picture.setFocusPolicy(Qt.FocusPolicy.NoFocus if holds else Qt.FocusPolicy.StrongFocus)
        self.table.setVisible(holds)

    def sizeHint(self) -> QSize:
        return scaled(QSize(420, 340))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(200, 74))  # more would make the window higher than a screen of 1920×1080 at 200 %

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        wide = 0 if self.bar.isHidden() else self.bar.sizeHint().width()
        room = self.width() - wide - 8
        self._pages.setGeometry(0, 0, room, self.height())
        self.bar.setGeometry(min(self._right + 9, room + 8), 0, wide, self.height())

    def _stand_beside(self, picture: QRect) -> None:
        """Move the bar beside a picture that covers this part of the stage."""
        self.bar.show_extent(picture.top(), picture.bottom())
        self._right = picture.right()
        self._place()
