"""A surface that shows a stretch of cells: the wheel zooms into it, the mouse drags it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from convstudio.views.keys import ZOOM_STEP

_NOTCH = 120
_BUTTONS = Qt.MouseButton.LeftButton | Qt.MouseButton.MiddleButton


class ZoomStage(QAbstractScrollArea):
    """Keeps which cells are seen, one unit a cell, and moves them by wheel and mouse within bounds.

    `clicked_at` carries where a click lies, in cells: a press of the left button that dragged nothing.
    It does what pyqtgraph's view would: this is on show in every start, and importing that library takes longer than
    all of this program.
    """

    clicked_at = Signal(QPointF)

    def __init__(self) -> None:
        super().__init__()
        self._shown = QRectF(0, 0, 1, 1)
        self._fitted = QRectF(0, 0, 1, 1)
        self._cells = QRectF(0, 0, 1, 1)
        self._fewest = 1.0
        self._zooms = (False, False)
        self._is_fitted = True
        self._pressed_at: QPointF | None = None
        self._is_dragging = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        for bar in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        for surface in (self, self.viewport()):  # else what lies under it is painted with it every time
            surface.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def place(self) -> QTransform:
        """Where cells lie in pixels of this widget."""
        across, down = self.width() / self._shown.width(), self.height() / self._shown.height()
        return QTransform(across, 0, 0, down, -self._shown.left() * across, -self._shown.top() * down)

    @property
    def seen(self) -> QRectF:
        """The stretch of columns and rows that is seen."""
        return QRectF(self._shown)

    def fit_to(self, shown: QRectF, cells: QRectF, fewest: float) -> None:
        """Show a stretch in which all `cells` lie; zooming goes from `fewest` columns to twice as many as these."""
        self._fitted, self._cells, self._fewest = shown, cells, fewest
        self._is_fitted = True
        self._look_at(QRectF(shown))

    def allow_zoom(self, *, across: bool, down: bool) -> None:
        """Say in which directions wheel and mouse change what is seen."""
        self._zooms = across, down

    def zoom_by(self, factor: float, centre: QPointF) -> None:
        """Enlarge what is seen around a point, measured in cells."""
        least, most = self._fewest, 2 * self._fitted.width()
        width = min(max(self._shown.width() / factor, min(least, most)), most)
        share = width / self._shown.width()
        shares = share, (share if self._zooms[1] else 1.0)
        left, top = (
            at - (at - start) * part
            for at, start, part in zip(centre.toTuple(), self._shown.topLeft().toTuple(), shares, strict=True)
        )
        self._is_fitted = False
        self._look_at(QRectF(left, top, width, self._shown.height() * shares[1]))

    def move_by(self, across: float, down: float) -> None:
        """Look at cells further right and further down."""
        self._look_at(self._shown.translated(across, down))

    def point_at(self, place: QPointF) -> QPointF:
        """Return which point, measured in cells, lies at a place of this widget."""
        return self.place.inverted()[0].map(place)

    # --- Qt's own events -----------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cells as large as they are; whoever has them fitted fits them anew."""
        super().resizeEvent(event)
        before = event.oldSize()
        if not self._is_fitted and before.width() > 0 and before.height() > 0:
            wide = self._shown.width() * self.width() / before.width()
            self._look_at(QRectF(self._shown.left(), self._shown.top(), wide, self._tall(before.height())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._zooms[0]:
            self.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / _NOTCH), self.point_at(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in _BUTTONS:
            self._pressed_at, self._is_dragging = event.position(), False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None and event.buttons() & _BUTTONS:
            self._drag_to(event.position())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, self._pressed_at = self._pressed_at is not None, None
        if was_pressed and not self._is_dragging and event.button() == Qt.MouseButton.LeftButton:
            self.clicked_at.emit(self.point_at(event.position()))
        event.accept()

    # --- helpers -------------------------------------------------------------------------------------------------

    def _drag_to(self, at: QPointF) -> None:
        assert self._pressed_at is not None
        way = QGuiApplication.styleHints().startDragDistance()
        self._is_dragging = self._is_dragging or (at - self._pressed_at).manhattanLength() >= way
        if self._is_dragging and any(self._zooms):
            by = self.point_at(self._pressed_at) - self.point_at(at)
            self._is_fitted, self._pressed_at = False, at
            self.move_by(by.x() * self._zooms[0], by.y() * self._zooms[1])

    def _tall(self, before: int) -> float:
        return self._shown.height() * (self.height() / before if self._zooms[1] else 1.0)

    def _look_at(self, shown: QRectF) -> None:
        """Look at a stretch, moved so far that its middle lies on a cell."""
        middle, inside = shown.center(), self._cells
        if not self._is_fitted:
            middle.setX(min(max(middle.x(), inside.left()), inside.right()))
            middle.setY(min(max(middle.y(), self._lowest(inside)), self._highest(inside)))
            shown.moveCenter(middle)
        self._shown = shown
        self.take_place()

    def _lowest(self, inside: QRectF) -> float:
        return inside.top() if self._zooms[1] else self._fitted.center().y()

    def _highest(self, inside: QRectF) -> float:
        return inside.bottom() if self._zooms[1] else self._fitted.center().y()

    def take_place(self) -> None:
        """Paint the cells where they lie now."""
        self.viewport().update()
