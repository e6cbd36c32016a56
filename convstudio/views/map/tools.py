"""What can be done with the feature map on show: choices of colours and levels, buttons, the right-click menu."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from convstudio.model.colour.colour_maps import COLOUR_MAP_NAMES, shown_title
from convstudio.model.values.scale import Scale
from convstudio.model.words.map_text import COPIES
from convstudio.views.map.colour_menu import ColourMenu
from convstudio.views.parts import dialogs
from convstudio.views.parts.controls import Choice, labelled, row_of
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.sizes import px

_RANGES = ("all", "99 %", "set")
_SET = 2
_SPACING = 4
_RANGES_TIP = (
    "The values between the ends of the colours, here and on all tiles: all, the middle 99\xa0%, or set on the bar"
)


class MapTools(QWidget):
    """Offers what acts on the map; each signal carries what was chosen.

    `colours_asked` carries the name of a colour map, `cuts_asked` whether rare extremes are left out; `hold_asked` asks
    for the levels to stay as they are, `automatic_asked` for those of the values; `copy_asked` carries one of `COPIES`,
    `export_asked` what to save.
    """

    colours_asked = Signal(str)
    cuts_asked = Signal(bool)
    hold_asked = Signal()
    automatic_asked = Signal()
    copy_asked = Signal(str)
    export_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.colours_choice = Choice(
            "Colours",
            [shown_title(name) for name in COLOUR_MAP_NAMES],
            "How values become colours, here and on all tiles",
        )
        self.colours_choice.setMinimumContentsLength(6)
        self.levels_choice = Choice("Levels", _RANGES, _RANGES_TIP)
        self.levels_choice.setMinimumContentsLength(3)
        self.table_button = IconButton("table", "Show the table", "Show the numbers as a table", toggles=True)
        self.histogram_button = IconButton("chart-column", "Histogram", "How often each value occurs", toggles=True)
        self.fit_button = IconButton("maximize", "Fit", "Show the whole map (0; + and − zoom)")
        self.export_button = IconButton("download", "Export map", "Save this map, or all maps of this layer")
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.colour_menu = ColourMenu(self)
        self.automatic_action = self._make_automatic_action()
        self._exports = self._make_exports()
        self.copy_menu = self._make_copy_menu()
        self.picture_menu = self._make_picture_menu()
        self.export_button.setMenu(self._make_export_menu())
        self.colours_choice.chosen.connect(lambda index: self.colours_asked.emit(COLOUR_MAP_NAMES[index]))
        self.colour_menu.chosen.connect(self.colours_asked)
        self.levels_choice.chosen.connect(self._ask_levels)
        self._lay_out()

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of two rows: colours above, and the other tools below."""
        first, *others = (part.sizeHint().width() for part in self._parts)
        width = max(first, sum(others) + px(_SPACING) * (len(others) - 1))
        return QSize(width, self._tools.heightForWidth(width))

    def show_scale(self, scale: Scale, *, cuts: bool) -> None:
        """Show which colours and levels are chosen; `cuts` is whether rare extremes of this map are left out."""
        is_set = scale.held is not None
        self.colours_choice.show_index(COLOUR_MAP_NAMES.index(scale.colours.name))
        self.colour_menu.show_name(scale.colours.name)
        self.levels_choice.show_index(_SET if is_set else int(cuts))
        self.automatic_action.setEnabled(is_set)

    def show_use(self, *, has_map: bool, has_colours: bool) -> None:
        """Offer what acts on a map, and what acts on its colours."""
        for button in (self.export_button, self.histogram_button):
            button.setEnabled(has_map)
        self.copy_menu.setEnabled(has_map)
        for tool in (self.colours_choice, self.levels_choice, self.fit_button, self.colour_menu):
            tool.setEnabled(has_map and has_colours)

    def show_table_use(self, holds: bool, side: int) -> None:
        """Offer the table, or tell that maps beyond `side` cells a side have none."""
        tip = "Show the numbers as a table" if holds else f"The table shows maps up to {side}×{side}"
        self.table_button.setEnabled(holds)
        self.table_button.setToolTip(tip)
        if not holds:
            self.table_button.setChecked(False)

    def open_menu(self, place: QPoint) -> None:
        """Open the menu of the picture at a place of the screen."""
        self.picture_menu.popup(place)

    def _ask_levels(self, index: int) -> None:
        if index == _SET:
            self.hold_asked.emit()
        else:
            self.cuts_asked.emit(index == 1)

    def _make_export_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addActions(self._exports)
        return menu

    def _make_automatic_action(self) -> QAction:
        """Make the command that lets the values set the levels; it stands with the colours, in the menu bar too."""
        self.colour_menu.addSeparator()
        action = self.colour_menu.addAction("Automatic levels")
        action.triggered.connect(lambda _checked=False: self.automatic_asked.emit())
        return action

    def _make_copy_menu(self) -> QMenu:
        menu = QMenu("Copy &map as", self)
        for way, text in COPIES.items():
            menu.addAction(text).triggered.connect(lambda _checked=False, way=way: self.copy_asked.emit(way))
        return menu

    def _make_picture_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addMenu(self.copy_menu)
        menu.addSeparator()
        menu.addMenu(self.colour_menu)
        menu.addSeparator()
        menu.addActions(self._exports)
        return menu

    def _make_exports(self) -> list[QAction]:
        actions: list[QAction] = []
        for what, text in dialogs.EXPORTS.items():
            action = QAction(text, self)
            action.triggered.connect(lambda _checked=False, what=what: self.export_asked.emit(what))
            actions.append(action)
        return actions

    def _lay_out(self) -> None:
        tools = self._tools = FlowLayout(self, spacing=_SPACING)  # below each other in a narrow window
        self._parts: list[QWidget] = []
        for choice in (self.colours_choice, self.levels_choice):
            part = QWidget()
            part.setLayout(row_of(labelled(choice.accessibleName(), choice), choice, spacing=4))
            self._parts.append(part)
        self._parts += [self.table_button, self.histogram_button, self.fit_button, self.export_button]
        for tool in self._parts:
            tools.addWidget(tool)
