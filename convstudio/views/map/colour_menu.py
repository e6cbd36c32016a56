"""The menu in which the colour map of feature maps is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from convstudio.model.colour.colour_maps import COLOUR_MAPS, shown_title


class ColourMenu(QMenu):
    """Offers all colour maps, those of one family in a submenu; `chosen` carries the name of one."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("&Map colours", parent)
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for family, names in COLOUR_MAPS.items():
            menu = self.addMenu(family) if family else self
            for name in names:
                action = self._group.addAction(menu.addAction(shown_title(name)))
                action.setCheckable(True)
                action.setData(name)
                self._actions[name] = action
        self._group.triggered.connect(lambda action: self.chosen.emit(action.data()))

    def show_name(self, name: str) -> None:
        """Tick the colour map that is shown."""
        self._actions[name].setChecked(True)
