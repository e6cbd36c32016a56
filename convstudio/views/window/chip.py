"""The chips of the ribbon: one each for the input and the layers, and the places where they can be dragged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QScrollArea

from convstudio.views.parts.icons import paint_icon
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.sizes import px
from convstudio.views.parts.theme import body_font, small_font, tokens_of

_PADDING = 12
_BESIDE = 10
_EDGE = 40
_LOCK = 13
_LOCKED = "Locked: training leaves it"
_NO_KEY = Qt.KeyboardModifier.NoModifier


@handles_keys("Ribbon", ("Left, Right", "Go from layer to layer"))
class Chip(QAbstractButton):
    """A layer: its name and number, and below them in grey the facts. `moved` asks for a chip beside it.

    `menu_asked` carries the place of the screen where its menu is wanted. `more` is asked for another line of the
    tooltip when that is wanted: what takes longer to find out than a change of the network may.
    """

    moved = Signal(int)
    menu_asked = Signal(object)

    def __init__(self, tip: str) -> None:
        super().__init__()
        self._facts = ""
        self._number = ""
        self._shown: tuple[object, ...] = ()
        self._tip_lines: tuple[str, ...] = (tip,)
        self.more: Callable[[], str] = str
        self._is_off = self._is_locked = False
        self.shows_focus = False
        self._tip = tip
        self._write_tip()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_texts(
        self,
        name: str,
        facts: str,
        spelled: str = "",
        *,
        number: int | None = None,
        selected: bool = False,
        is_off: bool = False,
        is_locked: bool = False,
    ) -> None:
        """Show a layer's name and facts, and with the mouse over it the shape `spelled` out.

        `number` is what sentences call the layer; `selected` is the current one; one that is off is pale, and
        one that is locked has a padlock.
        """
        before, self._shown = self._shown, (name, facts, spelled, number, selected, is_off, is_locked)
        if before == self._shown:
            return
        self._number = "" if number is None else str(number)
        called = "" if number is None else f"Layer {number}"
        self.setWhatsThis(called)
        tip = f"{called}. {self._tip}" if called else self._tip
        self._tip_lines = (spelled, f"{_LOCKED}." if is_locked else "", tip)
        self._write_tip()
        self._facts = facts
        self._is_off, self._is_locked = is_off, is_locked
        self.setText(name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(f"{facts}, {_LOCKED[:1].lower()}{_LOCKED[1:]}" if is_locked else facts)
        self.setCheckable(selected)
        self.setChecked(selected)
        self.updateGeometry()
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._write_tip(self.more())
        return super().event(event)

    def _write_tip(self, more: str = "") -> None:
        first, *others = self._tip_lines
        self.setToolTip("\n".join(line for line in (first, more, *others) if line))

    def sizeHint(self) -> QSize:
        numbered = self._metrics(bold=False).horizontalAdvance(self._number) + px(_BESIDE) if self._number else 0
        numbered += px(_LOCK) + px(_BESIDE) // 2 if self._is_locked else 0
        widest = max(
            self._metrics(bold=True).horizontalAdvance(self.text()) + numbered,
            self._metrics(bold=False).horizontalAdvance(self._facts),
        )
        return QSize(widest + 2 * px(_PADDING), px(40))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_marked = self.isChecked() or (self.hasFocus() and self.shows_focus)
        painter.setPen(QPen(tokens.selection if is_marked else tokens.edge, 2 if is_marked else 1))
        painter.setBrush(tokens.selection_ground if self.isChecked() else tokens.card)
        inset = 1.0 if is_marked else 1.5  # a line of one pixel fills one, and not half of two
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
        if self.hasFocus() and self.shows_focus:
            painter.setPen(QPen(tokens.selection, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 4, 4)
        painter.setFont(body_font(is_bold=True))
        painter.setPen(tokens.secondary if self._is_off else tokens.text)
        area = self.rect().adjusted(px(_PADDING), px(4), -px(_PADDING), -px(4))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.text())
        painter.setFont(small_font())
        painter.setPen(tokens.text if self.isChecked() else tokens.secondary)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, self._facts)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self._number)
        if self._is_locked:
            number = painter.fontMetrics().horizontalAdvance(self._number) + px(_BESIDE) // 2
            place = QRect(area.right() + 1 - number - px(_LOCK), area.top() + px(1), px(_LOCK), px(_LOCK))
            paint_icon(painter, "lock", place, painter.pen().color())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and event.modifiers() in (_NO_KEY, Qt.KeyboardModifier.KeypadModifier):
            self.moved.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus that the keyboard brought; the one that a new window starts with would look like a choice."""
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.shows_focus = True
        super().focusInEvent(event)

    def _metrics(self, *, bold: bool) -> QFontMetrics:
        return QFontMetrics(body_font(is_bold=True) if bold else small_font())


class ChipRow:
    """The chips of the layers from left to right, as what can be dragged."""

    is_column = False

    def __init__(self, chips: Sequence[Chip], ribbon: QScrollArea) -> None:
        self._chips = chips
        self._ribbon = ribbon

    def count(self) -> int:
        """Return how many layers there are."""
        return len(self._chips)

    def item_at(self, point: QPoint) -> int | None:
        """Return the layer whose chip is under a point."""
        return next((at for at, chip in enumerate(self._chips) if chip.geometry().contains(point)), None)

    def nearest(self, point: QPoint) -> int:
        """Return the layer whose chip is nearest to a point."""
        return min(range(len(self._chips)), key=lambda at: abs(self.place_of(at).center().x() - point.x()))

    def place_of(self, item: int) -> QRect:
        """Return where a chip is."""
        return self._chips[item].geometry()

    def bring_into_sight(self, point: QPoint) -> None:
        """Scroll the ribbon where a point is at its edge."""
        self._ribbon.ensureVisible(point.x(), point.y(), px(_EDGE), 0)
