"""A row of tools that moves into a menu what it has no room for."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from convstudio.views.parts.controls import Choice, row_of, tool_button
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.sizes import px

_SPACING = 4


class ToolRow(QWidget):
    """Tools from left to right; those that do not fit, from the last one on, are entries of its button **More**.

    A tool that is hidden by its owner takes no room and has no entry.
    """

    def __init__(self) -> None:
        super().__init__()
        self._slots: list[_Slot] = []
        self._lender: ToolRow | None = None
        self._host: ToolRow | None = None
        self._guests: list[ToolRow] = []
        self._asked = (QSize(), QSize())
        self._menu = QMenu(self)
        self._made: list[QObject] = []
        self._entries: dict[QToolButton, QAction] = {}
        self._menu.aboutToShow.connect(self._fill_menu)
        self._more = tool_button("More", "More", "Tools that have no room here", menu=self._menu)
        self._more.setParent(self)
        self._more.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, *tools: QWidget, stays: bool = False, room: int = 0, before: QWidget | None = None) -> None:
        """Add tools that belong together, such as a choice and its label, after all others or before one of them.

        Those that stay are never in the menu; others go there before these have less room than `room` at 100 %.
        """
        slot = _Slot(tools, stays=stays, room=room)
        slot.setParent(self)
        place = next((at for at, other in enumerate(self._slots) if before in other.tools), len(self._slots))
        self._slots.insert(place, slot)

    def fold_into(self, other: ToolRow) -> None:
        """List what has no room in the menu of another row, while that is shown: two menus would have one name."""
        self._host = other
        other._guests.append(self)

    def borrow(self, other: ToolRow) -> None:
        """Take over the tools of another row, which is hidden until it gets them back."""
        if self._lender is None:
            self._lender = other
            other.hide()
            for slot in other._slots:
                slot.setParent(self)
                slot.show()
            self._slots += other._slots
            self._refit()

    def give_back(self) -> None:
        """Give the tools back to the row that they were taken from."""
        other, self._lender = self._lender, None
        if other is not None:
            self._slots = [slot for slot in self._slots if slot not in other._slots]
            for slot in other._slots:
                slot.setParent(other)
                slot.show()
            other.show()
            for row in (self, other):
                row._refit()

    def _refit(self) -> None:
        """Fit the tools again; the rest of the window is laid out again only where they ask for another room."""
        self._fit()
        before, self._asked = self._asked, (self.sizeHint(), self.minimumSizeHint())
        if self._asked != before:
            self.updateGeometry()

    @property
    def folded(self) -> list[QWidget]:
        """The tools that are in the menu now, those of a row that folds into this one first."""
        own = [tool for slot in self._slots if slot.is_wanted and slot.isHidden() for tool in slot.tools]
        return [tool for guest in self._guests if guest._menu_row is self for tool in guest.folded] + own

    @property
    def _menu_row(self) -> ToolRow:
        """The row whose menu lists what has no room in this one."""
        return self if self._host is None or self._host.isHidden() else self._host

    def bring_out(self, part: QWidget) -> QWidget:
        """Return the tool itself, or the button with the menu that it is in."""
        is_folded = any(tool is part or tool.isAncestorOf(part) for tool in self.folded)
        return self._menu_row._more if is_folded else part

    def sizeHint(self) -> QSize:
        sizes = [slot.sizeHint() for slot in self._wanted]
        width = sum(size.width() for size in sizes) + px(_SPACING) * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSizeHint(self) -> QSize:
        staying = [slot.least_width + px(_SPACING) for slot in self._wanted if slot.stays]
        some_fold = self._menu_row is self and (len(staying) < len(self._wanted) or bool(self._guests))
        more = self._more.sizeHint().width() if some_fold else -px(_SPACING)
        return QSize(sum(staying) + more, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._refit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # --- laying out ----------------------------------------------------------------------------------------------

    @property
    def _wanted(self) -> list[_Slot]:
        return [slot for slot in self._slots if slot.is_wanted]

    def _fit(self) -> None:
        """Show as many tools as there is room for, and the menu for the rest."""
        gap, shown, before = px(_SPACING), self._wanted, self.folded
        others = [tool for guest in self._guests if guest._menu_row is self for tool in guest.folded]
        self._more.setVisible(self._menu_row is self and (bool(others) or _easy_width(shown, gap) > self.width()))
        room = self.width() - (0 if self._more.isHidden() else self._more.sizeHint().width() + gap)
        for slot in reversed(list(shown)):
            if _easy_width(shown, gap) <= room:
                break
            if not slot.stays:
                shown.remove(slot)
        for slot in self._slots:
            is_folded = slot.is_wanted and slot not in shown
            if slot.isHidden() != is_folded:
                slot.setVisible(not is_folded)
            if not slot.is_wanted:
                slot.resize(0, 0)  # hidden it would not tell when its owner wants it
        self._place(shown, max(0, room - _width(shown, gap)))
        if self._menu_row is not self and self.folded != before:
            self._menu_row._fit()

    def _place(self, shown: list[_Slot], free: int) -> None:
        """Place the tools: the free room is for those that grow, and for the names of icons."""
        greedy = [slot for slot in shown if slot.is_greedy]
        left = 0
        for slot in shown:
            width = slot.least_width + (free // len(greedy) if slot.is_greedy else 0)
            if not greedy and slot.named_width - width <= free:
                free -= slot.named_width - width
                width = slot.named_width
            slot.setGeometry(left, 0, width, self.height())
            left += width + px(_SPACING)
        size = self._more.sizeHint()
        self._more.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())

    # --- the menu ------------------------------------------------------------------------------------------------

    def _fill_menu(self) -> None:
        """List the folded tools in place of those of last time.

        `QMenu.clear` must not do it, nor may an entry with the menu of a button be deleted: PySide takes the menu for a
        part of the entry, and then says of all its commands, which the button still has, that they are deleted.
        """
        for entry in self._menu.actions():
            self._menu.removeAction(entry)
        made, self._made = self._made, []
        for one in made:
            one.deleteLater()
        for tool in self.folded:
            if isinstance(tool, Choice) and not tool.isHidden():
                self._menu.addMenu(self._menu_of(tool))
            elif not tool.isHidden():
                buttons = [tool] if isinstance(tool, QToolButton) else tool.findChildren(QToolButton)
                self._menu.addActions([self._action_of(button) for button in buttons if not button.isHidden()])

    def _action_of(self, button: QToolButton) -> QAction:
        action = QAction(self) if button.menu() is None else self._entry_with_menu(button)
        action.setText(button.accessibleName().replace("&", "&&"))
        action.setToolTip(button.toolTip())
        action.setEnabled(button.isEnabled())
        if button.menu() is not None:
            return action
        self._made.append(action)
        action.setCheckable(button.isCheckable())
        action.setChecked(button.isChecked())
        action.triggered.connect(lambda _checked=False: button.click())
        return action

    def _entry_with_menu(self, button: QToolButton) -> QAction:
        """Return the entry that opens the menu of a button, made when it is first needed."""
        if button not in self._entries:
            self._entries[button] = QAction(self)
            self._entries[button].setMenu(button.menu())
        return self._entries[button]

    def _menu_of(self, choice: Choice) -> QMenu:
        menu = QMenu(choice.accessibleName().replace("&", "&&"), self._menu)
        self._made.append(menu)
        menu.setEnabled(choice.isEnabled())
        for row in range(choice.count()):
            entry = menu.addAction(choice.itemText(row).replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(row == choice.currentIndex())
            entry.setEnabled(choice.is_usable(row))
            entry.triggered.connect(partial(self._take, choice, row))
        return menu

    def _take(self, choice: Choice, row: int, _checked: bool = False) -> None:
        choice.choose(row)


class _Slot(QWidget):
    """The room of some tools; hiding it leaves alone what their owner hid."""

    def __init__(self, tools: tuple[QWidget, ...], *, stays: bool, room: int) -> None:
        super().__init__()
        self.tools = tools
        self.stays = stays
        self._room = room
        self.setLayout(row_of(*tools, spacing=_SPACING))

    @property
    def is_wanted(self) -> bool:
        """Whether the owner shows any of the tools."""
        return any(not tool.isHidden() for tool in self.tools)

    @property
    def is_greedy(self) -> bool:
        """Whether one of the tools can use more room than it needs."""
        expanding = Qt.Orientation.Horizontal
        layout = self.layout()
        return layout is not None and bool(layout.expandingDirections() & expanding)

    @property
    def named_width(self) -> int:
        """The width with the name of a button that asks for the room of its icon alone."""
        (first, *_) = self.tools
        return first.named_width if isinstance(first, IconButton) else self.least_width

    @property
    def more(self) -> int:
        """The width that it should have beside its least one."""
        return max(0, px(self._room) - self.least_width)

    @property
    def least_width(self) -> int:
        """The width without which the tools are cut."""
        return self.minimumSizeHint().width() if self.is_greedy else self.sizeHint().width()


def _width(slots: list[_Slot], gap: int) -> int:
    return sum(slot.least_width + gap for slot in slots) - gap if slots else 0


def _easy_width(slots: list[_Slot], gap: int) -> int:
    """Return how wide some tools are with the room that they should have."""
    return _width(slots, gap) + sum(slot.more for slot in slots)
