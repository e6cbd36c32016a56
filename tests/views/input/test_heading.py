import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.edits import input_cells
from convstudio.model.values.view_state import ViewState
from convstudio.views.input.heading import InputHeading
from tests.views.input_documents import input_of, lines


@pytest.fixture
def heading(qtbot: QtBot) -> InputHeading:
    heading = InputHeading()
    qtbot.addWidget(heading)
    return heading


def test_it_says_the_shape_and_the_name(heading):
    heading.show_input(input_of(lines()))

    assert (heading.shape_label.text(), heading.name_label.text()) == (
        "8 rows × 8 columns × 1 channel",
        "Two-pixel line",
    )


def test_the_shape_is_spelled_in_the_order_of_the_framework(heading):
    heading.show_input(input_of(lines(), ViewState(data_format="pytorch")))

    assert "1" in heading.shape_label.toolTip()
    assert heading.shape_label.text().startswith("1 channel")


def test_an_edited_input_is_said_to_be_edited(heading):
    heading.show_input(input_of(input_cells.fill_input(lines(), 2)))

    assert heading.name_label.text() == "Two-pixel line, edited"


def test_without_an_input_only_the_title_is_left(heading):
    heading.show_input(input_of(lines()))

    heading.show_nothing()

    assert (heading.shape_label.text(), heading.name_label.text()) == ("", "")
