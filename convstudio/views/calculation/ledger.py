"""The channel ledger: what each channel gives to one output, and a switch that compares other ways."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from convstudio.model.colour import display
from convstudio.model.colour.display import Levels
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes import ledger
from convstudio.model.panes.readout import shown_channel, shown_term, term_inside
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.view_state import ViewState
from convstudio.views.calculation.ledger_table import LedgerContent, LedgerTable
from convstudio.views.calculation.pairing_switch import PairingSwitch
from convstudio.views.parts.controls import row_of
from convstudio.views.parts.theme import RHYTHM


class LedgerPanel(QWidget):
    """The ledger of one output beside the switch.

    `channel_asked` carries the channel to select, `pairing_asked` the way to combine channels.
    """

    channel_asked = Signal(int)
    pairing_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.table = LedgerTable()
        self.switch = PairingSwitch()
        self._shown: tuple[Conv, Calculation, tuple[str, ...]] | None = None
        self._looks: tuple[object, ...] = ()
        self.setLayout(row_of(self.table, self.switch, spacing=2 * RHYTHM))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.table.channel_asked.connect(self.channel_asked)
        self.switch.chosen.connect(self.pairing_asked)

    @property
    def spare_width(self) -> int:
        """How much of its width it can do without."""
        switch = 0 if self.switch.isHidden() else self._switch_width
        return switch + self.switch.spare_width + (self.table.remark_width if self.table.writes_remarks else 0)

    @property
    def _switch_width(self) -> int:
        """The width of the switch without its counts, and of the gap before it."""
        layout = self.layout()
        return self.switch.sizeHint().width() - self.switch.spare_width + (0 if layout is None else layout.spacing())

    def fit(self, room: int) -> bool:
        """Leave out what a narrow window has no room for; return whether it is another part.

        First go the counts and the remarks, which tooltips tell, then the switch: the lines are read without it.
        """
        before = self.table.writes_remarks, self.switch.isHidden()
        compact = self.sizeHint().width() - self.spare_width + self._switch_width
        whole = compact + self.switch.counts_width + self.table.remark_width
        self.switch.setVisible(room >= compact)
        self.switch.show_counts(room >= whole)
        self.table.set_compact(room < whole)
        if before == (self.table.writes_remarks, self.switch.isHidden()):
            return False
        self.updateGeometry()  # at once: the window would grow to the width before
        return True

    def show_calculation(
        self, layer: Conv, calculation: Calculation, names: Sequence[str], levels: Levels, view: ViewState
    ) -> None:
        """Show one output; `levels` are those of the whole input, `names` those of its channels.

        Nothing is drawn again where an edit elsewhere left the same terms.
        """
        before, self._shown = self._shown, (layer, calculation, tuple(names))
        term = term_inside(calculation, view.term)
        self._channel = calculation.channels[shown_channel(calculation, view.channel, term)]
        looked, self._looks = self._looks, (levels, term, self._channel, view.pairing)
        if before is not None and looked == self._looks and _tells_the_same(before, self._shown):
            return
        self.switch.show_pairings(ledger.pairings(layer), view.pairing)
        lines = ledger.ledger(layer, calculation, names, view.pairing, term)
        kernel_levels, at = display.signed_levels(calculation.kernel), shown_term(calculation, term)
        self.table.show_content(LedgerContent(lines, levels, kernel_levels, self._channel, at))


def _tells_the_same(
    one: tuple[Conv, Calculation, tuple[str, ...]], other: tuple[Conv, Calculation, tuple[str, ...]]
) -> bool:
    return one[0] is other[0] and one[2] == other[2] and one[1].tells_the_same_as(other[1])
