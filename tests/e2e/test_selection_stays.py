"""Going to another layer and back keeps what was selected."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.e2e.answers import CTRL, Inside
from tests.e2e.driver import Desk, tell


def test_the_one_active_cell_of_the_example_is_still_selected_after_a_look_at_the_layer_before(
    qtbot: QtBot, inside: Inside
) -> None:
    def story(desk: Desk) -> None:
        studio = inside.studio
        studio.workspace.open("example:plus")
        desk.wait_for_files()
        start = studio.session.view
        assert start.layer > 0
        assert start.position != (0, 0)
        calculation = desk.calculation()
        desk.key(Qt.Key.Key_PageUp, CTRL)
        assert studio.session.view.layer == start.layer - 1
        desk.key(Qt.Key.Key_PageDown, CTRL)
        assert (studio.session.view.position, studio.session.view.filter) == (start.position, start.filter)
        desk.wait(lambda: desk.calculation() == calculation)

    assert tell(qtbot, story) == 0
