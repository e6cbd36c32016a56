from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible, QAction, QUndoStack
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QProgressBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.library.examples import EXAMPLES
from convstudio.model.library.help_examples import HELP_EXAMPLES
from convstudio.model.values.progress import Wait
from convstudio.views.window.main_window import MainWindow, Panes
from convstudio.views.window.ribbon import Ribbon

HEIGHT = 700


@pytest.fixture
def undo_stack(qapp: QApplication) -> QUndoStack:
    return QUndoStack()


@pytest.fixture
def window(qtbot: QtBot, undo_stack: QUndoStack) -> MainWindow:
    panes = Panes(Ribbon(), QWidget(), QWidget(), QWidget(), QWidget(), QWidget())
    window = MainWindow(panes, undo_stack, lambda: True)
    qtbot.addWidget(window)
    window.resize(1366, HEIGHT)
    window.show()
    qtbot.waitExposed(window)
    return window


def widths(window: MainWindow) -> list[int]:
    QApplication.processEvents()
    return window.equation.sizes()


def test_a_message_moves_no_pane(window: MainWindow) -> None:
    before = window.equation.geometry()
    window.messages.say("Stride rows is a whole number from 1 to 64, so 99 is refused.")
    QApplication.processEvents()
    assert window.equation.geometry() == before


def test_a_long_sentence_about_the_step_does_not_widen_the_window(window: MainWindow) -> None:
    before = window.minimumSizeHint()
    window.status.show_sentence("every product is 0; " * 100)
    QApplication.processEvents()
    assert window.minimumSizeHint() == before


def test_a_screen_reader_reads_the_sentence_about_the_step(window: MainWindow) -> None:
    window.status.show_sentence("Row 1, column 3: 3 products of 1 add up to 3.")
    labels = window.statusBar().findChildren(QLabel)
    read = [QAccessible.queryAccessibleInterface(label).text(QAccessible.Text.Name) for label in labels]
    assert "Row 1, column 3: 3 products of 1 add up to 3." in read


def test_the_menu_of_a_pane_can_be_reached_through_the_edit_menu(window: MainWindow) -> None:
    menu = QMenu("Rows and columns", window)
    window.menus.add_to_edit_menu(menu)
    edit = next(action.menu() for action in window.menuBar().actions() if action.text() == "&Edit")
    assert menu.menuAction() in edit.actions()


def test_a_wide_window_goes_to_the_pictures(window: MainWindow) -> None:
    window.resize(2560, HEIGHT)
    left, kernel, right = widths(window)
    assert left == right > kernel


def test_panes_that_the_user_moved_keep_their_shares(window: MainWindow) -> None:
    window.equation.moveSplitter(300, 1)
    before = widths(window)
    window.resize(1400, HEIGHT)
    assert widths(window)[0] == pytest.approx(before[0], abs=20)


def test_panes_come_back_as_the_user_left_them(window: MainWindow) -> None:
    window.equation.moveSplitter(300, 1)
    before, splitters = widths(window), window.splitters_text
    window.equation.moveSplitter(500, 1)
    window.restore_layout("", splitters, "")
    window.resize(1366, HEIGHT + 10)
    assert widths(window) == before


def test_the_kernel_of_a_small_window_keeps_its_share(window: MainWindow) -> None:
    left, kernel, right = widths(window)
    assert left == right
    assert kernel == pytest.approx(400, abs=20)


def progress_bar(window: MainWindow) -> QProgressBar:
    return next(bar for bar in window.findChildren(QProgressBar) if bar.accessibleName() == "Progress")


def test_progress_is_on_show_only_while_something_takes_long(window: MainWindow) -> None:
    assert not progress_bar(window).isVisible()
    window.status.show_progress(Wait("Opening photo.png", 0.25))
    assert progress_bar(window).isVisible()
    assert progress_bar(window).value() == progress_bar(window).maximum() / 4
    window.status.show_progress(None)
    assert not progress_bar(window).isVisible()


def test_the_button_beside_the_progress_asks_to_cancel(window: MainWindow, qtbot: QtBot) -> None:
    window.status.show_progress(Wait("Opening photo.png", 0.25))
    button = next(b for b in window.findChildren(QToolButton) if b.accessibleName() == "Cancel")
    with qtbot.waitSignal(window.status.cancel_asked):
        button.click()


def test_the_edit_menu_says_what_became_of_older_steps_only_when_there_is_something_to_say(window: MainWindow) -> None:
    edit = next(action.menu() for action in window.menuBar().actions() if action.text() == "&Edit")
    before = [action.text() for action in edit.actions()]
    window.menus.show_history("Older steps were dropped.")
    assert [action.text() for action in edit.actions()] == [*before[:2], "Older steps were dropped.", *before[2:]]
    window.menus.show_history("")
    assert [action.text() for action in edit.actions()] == before


def test_every_entry_of_the_edit_menu_has_a_name_for_screen_readers(window: MainWindow) -> None:
    edit = next(action.menu() for action in window.menuBar().actions() if action.text() == "&Edit")
    face = QAccessible.queryAccessibleInterface(edit)
    entries = [face.child(place) for place in range(face.childCount())]
    named = [entry.text(QAccessible.Text.Name) for entry in entries if entry.role() == QAccessible.Role.MenuItem]
    assert len(named) > 5
    assert all(named)


def shape_actions(window: MainWindow) -> dict[str, QAction]:
    view = next(action.menu() for action in window.menuBar().actions() if action.text() == "&View")
    return {action.data(): action for action in view.actions() if action.text().startswith("Shapes as")}


def test_the_view_menu_offers_shapes_in_both_data_formats(window: MainWindow) -> None:
    assert [action.text().replace("&", "") for action in shape_actions(window).values()] == [
        "Shapes as Keras writes them [samples, rows, columns, channels]",
        "Shapes as PyTorch writes them [samples, channels, rows, columns]",
    ]


def test_choosing_a_data_format_asks_for_it(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.menus.data_format_asked) as asked:
        shape_actions(window)["pytorch"].trigger()
    assert asked.args == ["pytorch"]


def test_the_data_format_in_use_is_ticked(window: MainWindow) -> None:
    window.menus.show_data_format("pytorch")
    assert [name for name, action in shape_actions(window).items() if action.isChecked()] == ["pytorch"]


def test_the_file_menu_lists_the_ready_made_networks_and_says_what_there_is_to_see(window: MainWindow) -> None:
    asked: list[str] = []
    window.menus.example_asked.connect(asked.append)
    file_menu = next(action.menu() for action in window.menuBar().actions() if action.text() == "&File")
    examples = next(action.menu() for action in file_menu.actions() if action.text() == "E&xamples")
    more = next(action.menu() for action in examples.actions() if action.text() == "&More examples")
    offered = [action for menu in (examples, more) for action in menu.actions() if action.text() and not action.menu()]
    for action in offered:
        action.trigger()
    listed = [*EXAMPLES, *HELP_EXAMPLES]
    assert asked == [example.id for example in listed]
    assert [action.toolTip() for action in offered] == [example.about for example in listed]


def test_the_sign_of_a_layer_that_slides_no_kernel_is_an_arrow(window: MainWindow) -> None:
    before = window.equation.grab().toImage()
    window.show_sign("→")
    signs = [window.equation.sign_of(window.equation.handle(place)) for place in (1, 2)]
    assert signs == ["→", "→"]
    assert window.equation.grab().toImage() != before


def test_the_window_is_usable_on_a_screen_of_1152_pixels(window: MainWindow) -> None:
    assert window.minimumSizeHint().width() <= 1152


def test_a_long_message_moves_no_pane(window: MainWindow) -> None:
    before = window.equation.geometry()
    window.messages.tell(
        "Read 0.weight (6×2×3×3) as PyTorch Conv2d, filters × channels × rows × columns: 6 filters, kernel 3×3, "
        "2 channels each, no bias found, so 0, sets Groups from 1 to 2."
    )
    QApplication.processEvents()
    assert window.equation.geometry() == before
