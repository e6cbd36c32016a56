"""The card of the calculation: small grids with their signs, the arithmetic and its result, above the stepper."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convstudio.model.panes.explanation import Explanation, SmallContent
from convstudio.views.calculation.ledger import LedgerPanel
from convstudio.views.calculation.stepper import Stepper
from convstudio.views.calculation.text import CalculationField, ResultLabel
from convstudio.views.parts.controls import Card
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.grids.small_grid import FULL_HEIGHT, SmallGrid
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.signs import EquationSign
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import RHYTHM

_GROWTH_STEPS = 2  # in which the calculation doubles its size
_MOST_GROWTH = 2
_USUAL_GRIDS = 3


class EquationCard(Card):
    """Shows an explanation, and fits it to the room that there is; `refused` tells why there is nothing to copy."""

    refused = Signal(str)

    def __init__(self, speeds: Sequence[int]) -> None:
        super().__init__()
        self._explanation: Explanation | None = None
        self._below: QWidget | None = None
        self._wants_below = False
        self._wanted_grids = 0
        self._asked = QSize()
        self._make_equation()
        self.stepper = Stepper(speeds)
        self._lay_out()

    @property
    def sentence(self) -> str:
        """What is shown, as one sentence; "" where a problem is shown, which the panes tell themselves."""
        return "" if self._explanation is None else self._explanation.sentence

    def copy_calculation(self) -> None:
        """Put the whole calculation on the clipboard, with every term; where there is none, tell why in `refused`."""
        if self._explanation is None:
            self.refused.emit(self.field.toPlainText())
        else:
            QGuiApplication.clipboard().setText(self._explanation.whole)

    def _make_equation(self) -> None:
        self.window_grid, self.kernel_grid, self.products_grid = SmallGrid(), SmallGrid(), SmallGrid()
        self.filled_grid = SmallGrid()
        self.filled_grid.hide()
        self.ledger = LedgerPanel()
        self.ledger.hide()
        self.field = CalculationField()
        self.term_label = ElidedLabel()
        self.term_label.hide()
        self.result_label = ResultLabel()
        self.copy_button = IconButton("copy", "Copy calculation", "Copy the whole calculation as text",
                                      self.copy_calculation)  # fmt: skip

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        sized(column, contents_margins=(12, 8, 12, 8), spacing=4)
        self._equation = QWidget()
        self._equation.setLayout(self._equation_row())
        column.addWidget(self._equation, 1)
        column.addWidget(self.stepper)

    def _equation_row(self) -> QHBoxLayout:
        """Lay out window ⊙ kernel = products Σ text result; the ledger takes the place of the grids."""
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.field, 1)
        words.addWidget(self.term_label)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        sized(row, spacing=12)
        self._operators = [EquationSign(sign) for sign in "⊙=Σ "]
        for grid, operator in zip(self._grids, self._operators, strict=True):
            row.addWidget(grid)
            row.addWidget(operator)
        row.addWidget(self.ledger)
        row.addLayout(words, 1)
        row.addWidget(self.result_label)
        row.addWidget(self.copy_button)
        return row

    # --- folding -------------------------------------------------------------------------------------------------

    def set_folded(self, on: bool) -> None:
        """Keep the stepper alone, where the window is too low for the calculation and all maps."""
        self._equation.setVisible(not on)
        if self._below is not None:
            self._below.setVisible(not on and self._wants_below)
        self.stepper.unfold_button.setVisible(on)

    @property
    def least_heights(self) -> tuple[int, int]:
        """The least heights, folded and whole."""
        now, below = self.minimumSizeHint().height(), self._height_below
        equation = self._equation.minimumSizeHint().height() + self._column.spacing()
        return (now, now + equation + below) if self._equation.isHidden() else (now - equation - below, now)

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of the calculation as it is in a narrow window."""
        larger = self._growth() - 1
        equation = self._equation.minimumSizeHint().width() - int(
            self.result_label.minimumWidth() * larger / (larger + 1)
        )
        equation -= self.ledger.spare_width if self._has_ledger else self._width_of_grids
        rows = [row.minimumSizeHint().width() for row in (self.stepper, self._below) if row and not row.isHidden()]
        margins = self._column.contentsMargins()
        return QSize(max(equation, *rows) + margins.left() + margins.right(), self._least_height(larger))

    def _least_height(self, larger: float) -> int:
        """Return how low it can be: grids that are so much larger than on a small screen can be as small as there."""
        now, least = super().minimumSizeHint().height(), self.field.minimumSizeHint().height()
        spare = max(0, self._equation.minimumSizeHint().height() - least)
        has_grids = not (self._has_ledger or self._equation.isHidden())
        return now - min(spare, int(px(FULL_HEIGHT) * larger)) if has_grids else now

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Write numbers as long and as large as there is room for; leave out of the ledger what has no room."""
        growth = self._growth()
        self.field.set_growth(growth)
        self.result_label.set_growth(growth)
        if self._has_ledger:
            others = super().minimumSizeHint().width() - self.ledger.sizeHint().width()
            if self.ledger.fit(self.width() - others):
                self._equation.updateGeometry()
        else:
            self._fit_grids(growth)
        before, self._asked = self._asked, self.minimumSizeHint()
        if self._asked != before:
            self.updateGeometry()

    def _fit_grids(self, growth: float) -> None:
        self._fold_grids()
        grids = self._grids[: _USUAL_GRIDS if self.filled_grid.isHidden() else None]
        least = super().minimumSizeHint().width() - sum(grid.sizeHint().width() for grid in grids)
        for grid in grids:
            if grid.set_room((self.width() - least) // len(grids), growth):
                grid.updateGeometry()  # else the layout around it keeps the height that it had before
                self._equation.updateGeometry()

    def _growth(self) -> float:
        """Return how much larger than on a small screen the calculation is, in steps that are worth it."""
        room = self.height() - self.stepper.sizeHint().height() - self._height_below - 2 * px(RHYTHM)
        steps = int(_GROWTH_STEPS * room / px(FULL_HEIGHT))
        return min(max(steps, _GROWTH_STEPS), _MOST_GROWTH * _GROWTH_STEPS) / _GROWTH_STEPS

    def _add_below(self, tools: QWidget) -> None:
        """Give tools a row below the equation; they are folded with it."""
        self._below = tools
        self._column.insertWidget(1, tools)

    def _show_below(self, *, is_wanted: bool) -> None:
        """Show the row below the equation, unless it is folded, or hide it."""
        self._wants_below = is_wanted
        if self._below is not None:
            self._below.setVisible(is_wanted and not self._equation.isHidden())

    @property
    def _height_below(self) -> int:
        """The height that the row below the equation takes where the equation is not folded."""
        if self._below is None or not self._wants_below:
            return 0
        return self._below.minimumSizeHint().height() + self._column.spacing()

    @property
    def _grids(self) -> tuple[SmallGrid, ...]:
        return self.window_grid, self.kernel_grid, self.products_grid, self.filled_grid

    @property
    def _has_ledger(self) -> bool:
        return not self.ledger.isHidden()

    @property
    def _width_of_grids(self) -> int:
        """The width that the grids take that are on show, with their signs."""
        parts = [part for pair in zip(self._grids, self._operators, strict=True) for part in pair]
        return sum(part.sizeHint().width() + self._gap for part in parts if not part.isHidden())

    @property
    def _gap(self) -> int:
        layout = self._equation.layout()
        return 0 if layout is None else layout.spacing()

    def _fold_grids(self) -> None:
        """Leave the grids to the panes, which show the same numbers, where there is no room for them and the text."""
        wanted = list(zip(self._grids, self._operators, strict=True))[: self._wanted_grids]
        least = sum(grid.least_width + sign.sizeHint().width() + 2 * self._gap for grid, sign in wanted)
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        have_room = least + self._equation.minimumSizeHint().width() - self._width_of_grids <= room
        for place, pair in enumerate(zip(self._grids, self._operators, strict=True)):
            for part in pair:
                part.setVisible(have_room and place < self._wanted_grids)

    # --- showing -----------------------------------------------------------------------------------------------

    def _show_explanation(self, found: Explanation, *, refit: bool, with_grids: bool = True) -> None:
        self._explanation = found
        self._show_grids(found.grids if with_grids else (), found.signs, refit=refit)
        self.field.show_text(found.text, refit=refit)
        self.result_label.setText(found.result_text)
        self.term_label.setVisible(bool(found.term))
        self.term_label.setText(found.term)
        self.copy_button.setEnabled(True)

    def _show_grids(self, contents: Sequence[SmallContent], signs: str, *, refit: bool) -> None:
        """Show small grids, each with its sign after it; `refit` fits the cells to these numbers alone."""
        self._wanted_grids = len(contents)
        for index, (grid, operator) in enumerate(zip(self._grids, self._operators, strict=True)):
            content = contents[index] if index < len(contents) else None
            grid.show_content(content, refit=refit)
            operator.setText(signs[index] if index < len(signs) else "")
        self._fold_grids()

    def _show_problem(self, sentence: str) -> None:
        """Say why there is nothing to calculate."""
        self._explanation = None
        self._show_grids((), "", refit=True)
        self.ledger.hide()
        self.stepper.show_ledger(is_there=False, is_on=False)
        self.field.show_text(sentence)
        self.result_label.setText("")
        self.term_label.setVisible(False)
        self.copy_button.setEnabled(False)
