import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.values.limits import LIMITS
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.kernel_pane import KernelPane
from tests.views.kernel_documents import LINE, image_document

LOW, HIGH = 250, 700


@pytest.fixture
def shown(qtbot: QtBot) -> KernelPane:
    pane = KernelPane([], LIMITS)
    qtbot.addWidget(pane)
    pane.show_document(image_document(LINE, channels=3, filters=4), ViewState())
    pane.show()
    return pane


@pytest.mark.parametrize(("height", "is_there"), [(LOW, False), (HIGH, True)])
def test_the_matrix_is_there_where_it_has_room(qtbot: QtBot, shown: KernelPane, height: int, is_there: bool) -> None:
    shown.resize(620, height)
    matrix: QWidget = shown.matrix
    qtbot.waitUntil(lambda: matrix.isVisibleTo(shown) == is_there)
