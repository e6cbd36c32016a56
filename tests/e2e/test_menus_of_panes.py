"""A right click, or the menu key, offers what can be done with what is under it: the same commands as in the menus."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QMenu, QTableView, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.layer.filter_matrix import NAME as MATRIX
from convstudio.views.parts.grids.series_dialog import SeriesDialog
from convstudio.views.window.chip import Chip
from tests.e2e.answers import SHIFT, Inside
from tests.e2e.driver import Desk, case, tell
from tests.e2e.test_typing_in_the_window import select, steps


def open_menu(widget: QWidget, at: QPoint, reason: QContextMenuEvent.Reason) -> QMenu:
    """Ask for the menu of a widget, and return the one that opens."""
    QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), "no menu opened"
    return menu


def commands(menu: QMenu) -> list[QAction]:
    """Return the commands of a menu, those of its submenus too."""
    found: list[QAction] = []
    for action in menu.actions():
        held = action.menu()
        found += commands(held) if isinstance(held, QMenu) else [action]
    return [action for action in found if action.text()]


def named(menu: QMenu, text: str) -> QAction:
    return next(action for action in commands(menu) if action.text().replace("&", "").startswith(text))


def choose(widget: QWidget, at: QPoint, text: str) -> None:
    """Right-click on a widget, and choose a command."""
    menu = open_menu(widget, at, QContextMenuEvent.Reason.Mouse)
    named(menu, text).trigger()
    menu.close()
    widget.window().activateWindow()  # the offscreen platform does not give the window back what the menu took


def in_menu_bar(desk: Desk) -> list[QAction]:
    return [action for top in desk.window.menuBar().actions() for action in commands(top.menu())]


def surface(desk: Desk, name: str) -> QWidget:
    kind = QListView if name in ("Channels", "All maps") else QTableView
    return desk.find(kind, name).viewport()


def chip(desk: Desk) -> QWidget:
    return next(one for one in desk.window.findChildren(Chip) if one.isVisible() and one.whatsThis())


def input_chip(desk: Desk) -> QWidget:
    return next(one for one in desk.window.findChildren(Chip) if one.accessibleName() == "Input")


def picture(desk: Desk) -> QWidget:
    return next(one for one in desk.window.findChildren(QWidget) if one.accessibleName() == "Feature map picture")


PLACES: dict[str, tuple[Callable[[Desk], QWidget], str]] = {
    "input": (lambda desk: surface(desk, "Input"), "Copy input cells"),
    "kernel": (lambda desk: surface(desk, "Kernel"), "Copy kernel cells"),
    "matrix": (lambda desk: surface(desk, MATRIX), "Duplicate"),
    "channels": (lambda desk: surface(desk, "Channels"), "Rename this channel"),
    "all maps": (lambda desk: surface(desk, "All maps"), "Rename"),
    "layer": (chip, "Remove layer"),
    "input chip": (input_chip, "Insert row above"),
}


def test_what_is_offered_is_the_same_command_as_in_the_menu_bar(qtbot: QtBot, inside: Inside) -> None:
    reasons = (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard)

    def story(desk: Desk) -> None:
        inside.studio.kernel_pane.commands.run("duplicate")
        desk.wait(lambda: inside.studio.gallery_pane.isVisible() and bool(inside.studio.gallery_pane.list.chosen_maps))
        for (place, (find, text)), reason in product(PLACES.items(), reasons):
            with case((place, reason)):
                menu = open_menu(find(desk), QPoint(20, 20), reason)
                wanted, offered = named(menu, text), in_menu_bar(desk)
                assert any(action is wanted for action in offered)
                assert all(any(action is one for one in offered) for action in commands(menu))
                menu.close()

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_the_menu_of_the_map_offers_what_the_menu_bar_offers(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        menu = open_menu(picture(desk), QPoint(20, 20), QContextMenuEvent.Reason.Mouse)
        offered = {action.text() for action in commands(menu)}
        assert offered - {action.text() for action in in_menu_bar(desk)} == set()
        menu.close()

    assert tell(qtbot, story) == 0


def test_shift_and_f10_open_the_menu_of_what_has_the_keyboard(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        table = desk.find(QTableView, "Kernel")
        select(table, (1, 2), (1, 2))
        desk.key(Qt.Key.Key_F10, SHIFT)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert named(menu, "Copy kernel cells").isEnabled()
        menu.close()

    assert tell(qtbot, story) == 0


def test_a_series_fills_the_selected_cells_in_one_step(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        table = desk.find(QTableView, "Kernel")
        QTest.keyClick(table, Qt.Key.Key_Home)
        select(table, (0, 0), (2, 1))
        choose(table.viewport(), QPoint(9, 9), "Fill series into kernel")
        dialog = desk.window.findChild(SeriesDialog)
        dialog.kind.setCurrentIndex(1)
        dialog.kind.chosen.emit(1)
        dialog.number.setValue(1)
        dialog.step.setValue(0.5)
        dialog.accept()
        assert inside.document.layers[0].weights[:, :2, 0, 0].tolist() == [[1, 1], [1.5, 1.5], [2, 2]]
        assert steps(inside) == 1

    assert tell(qtbot, story) == 0


def test_a_grid_is_copied_as_a_picture_of_all_its_cells(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        table = desk.find(QTableView, "Kernel")
        choose(table.viewport(), QPoint(9, 9), "Copy kernel as picture")
        image = QGuiApplication.clipboard().image()
        assert (image.width(), image.height()) == (3 * table.columnWidth(0), 3 * table.rowHeight(0))

    assert tell(qtbot, story) == 0


def test_cells_are_set_to_zero_from_the_menu(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        table = desk.find(QTableView, "Kernel")
        select(table, (0, 0), (2, 2))
        choose(table.viewport(), QPoint(9, 9), "Set kernel cells to 0")
        np.testing.assert_array_equal(inside.document.layers[0].weights, 0)
        assert steps(inside) == 1

    assert tell(qtbot, story) == 0


def test_what_a_layer_made_can_be_copied_and_not_changed(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        inside.studio.session.look(replace(inside.studio.session.view, layer=1))
        menu = open_menu(surface(desk, "Input"), QPoint(20, 20), QContextMenuEvent.Reason.Mouse)
        texts = ("Copy input cells", "Copy input as picture", "Paste into input", "Insert row above")
        assert [named(menu, text).isEnabled() for text in texts] == [True, True, False, False]
        menu.close()

    assert tell(qtbot, story, "example:digits") == 0
