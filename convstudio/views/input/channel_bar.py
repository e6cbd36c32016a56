"""The channels of an input, and beside them what can be done with them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.views.input.channel_menu import ChannelMenu
from convstudio.views.input.channel_strip import Channels, ChannelStrip
from convstudio.views.parts.controls import row_of, tool_button
from convstudio.views.parts.room.side_scroll import SideScroll
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import RHYTHM

_EVERY_TIP = "Cells, brush and fill write into every channel, not only into the selected one"
_BUTTON_HEIGHT, _LOW_BUTTON_HEIGHT = 26, 20
_BUTTON_GAP = 2
LOWEST_PANE = 290
"""The height of a pane below which nothing in it takes more room than it must."""
_ARRANGE_TIP = "Keep, add, remove, move or name channels, or turn the axes"


class ChannelBar(QWidget):
    """The strip, its menu, and the choice between editing one channel and all; hidden for a single channel.

    `channel_asked` carries the channel to select, or None for all.
    """

    channel_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.strip = ChannelStrip()
        self.menu = ChannelMenu(self)
        self.every_channel = tool_button("Edit all", "Edit all", _EVERY_TIP, toggles=True)
        self._arrange = tool_button("Arrange", "Arrange", _ARRANGE_TIP, menu=self.menu)
        self._buttons = QWidget()
        self._lay_out()
        self.strip.channel_asked.connect(self.channel_asked)
        self.strip.menu_asked.connect(self._open_menu)
        self.strip.move_asked.connect(self.menu.move_asked)
        self.strip.addActions(self.menu.actions())
        self.hide()

    @property
    def edits_every_channel(self) -> bool:
        """Whether edits of cells write into every channel, not only into the selected one."""
        return self.every_channel.isChecked()

    def show_channels(self, channels: Channels, chosen: int | None, current: int, *, editable: bool = True) -> None:
        """Show channels; `chosen` is selected (None: all in colour), `current` is the one whose numbers are shown."""
        count = len(channels.names)
        self.menu.show_channel(current, count)
        self.menu.show_rank(channels.values.rank)
        self.menu.menuAction().setEnabled(editable)
        self.strip.let_move(editable)
        if self._buttons.isHidden() == editable:
            self._buttons.setVisible(editable)
        self.strip.show_channels(channels, chosen, current)
        self.setVisible(count > 1)

    def show_nothing(self) -> None:
        """Show that there are no channels now."""
        self.menu.menuAction().setEnabled(False)
        self.hide()

    def fit_pane(self, height: int) -> None:
        """Show small tiles in a low pane, and low buttons beside them in the lowest."""
        is_lowest = height < px(LOWEST_PANE)
        self.strip.fit_pane(height, is_lowest=is_lowest)
        for button in (self._arrange, self.every_channel):
            sized(button, fixed_height=_LOW_BUTTON_HEIGHT if is_lowest else _BUTTON_HEIGHT)

    @property
    def spare_height(self) -> int:
        """How much of its height it can do without."""
        if self.isHidden():
            return 0
        least = 0 if self._buttons.isHidden() else 2 * px(_LOW_BUTTON_HEIGHT) + px(_BUTTON_GAP)
        return self.minimumSizeHint().height() - max(least, self.strip.lowest_height)

    def _open_menu(self, place: QPoint) -> None:
        if self.menu.menuAction().isEnabled():
            self.menu.popup(place)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._buttons)
        column.setContentsMargins(0, 0, 0, 0)
        sized(column, spacing=_BUTTON_GAP)
        column.addStretch(1)
        column.addWidget(self._arrange)
        column.addWidget(self.every_channel)
        column.addStretch(1)
        strip = SideScroll(self.strip, "the channels", self.strip.row_length)
        self.setLayout(row_of(strip, self._buttons, spacing=RHYTHM))
