import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.values.view_state import ViewState
from convstudio.views.input.readout import InputReadout
from tests.views.input_documents import document_of, input_of, lines


@pytest.fixture
def readout(qtbot: QtBot) -> InputReadout:
    readout = InputReadout()
    qtbot.addWidget(readout)
    readout.resize(600, 40)
    readout.show()
    return readout


def test_it_says_the_window_and_the_range(readout):
    readout.show_input(input_of(lines(), ViewState(position=(2, 2))))

    assert readout.window_label.text() == "Window at rows 3–5, columns 3–5"
    assert readout.range_label.text() == "min 0 · max 1"


def test_it_counts_nan_and_infinity(readout):
    values = np.full((4, 4, 1), 0.5)
    values[0, 1], values[1, 1], values[2, 2] = np.nan, np.inf, -np.inf

    readout.show_input(input_of(document_of(values)))

    assert readout.range_label.text() == "min 0.5 · max 0.5 · NaN 1 · infinite 2"


def test_a_layer_that_cannot_work_has_no_window(readout):
    readout.show_input(input_of(lines(dilation=(9, 9))))

    assert readout.window_label.text() == "The window does not fit this input"


@pytest.mark.parametrize(("width", "lines_of_text"), [(600, 1), (200, 2)])
def test_window_and_range_are_on_one_line_where_both_fit(readout, qtbot, width, lines_of_text):
    readout.show_input(input_of(lines()))

    readout.resize(width, 60)

    qtbot.waitUntil(lambda: (readout.range_label.y() > readout.window_label.y()) == (lines_of_text == 2))
