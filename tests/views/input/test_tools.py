"""The tools of the input pane offer what edits a sample; of what a layer made they tell the origin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.projects.examples import load_example
from convstudio.files.resources import sample_thumbnail
from convstudio.model.run.layer_input import origin_of
from convstudio.views.input.tools import InputTools

DIGITS = load_example("digits")[0]
OF_THE_SECOND_LAYER = origin_of(DIGITS, 1)


@pytest.fixture
def tools(qtbot: QtBot) -> Iterator[InputTools]:
    window = QWidget()
    shown = InputTools((("digit-1-1", "A digit", ""),), sample_thumbnail)
    QHBoxLayout(window).addWidget(shown)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield shown
    del window


def least_width(tools: InputTools) -> int:
    return tools.minimumSizeHint().width()


@pytest.mark.parametrize("ways", [(None, OF_THE_SECOND_LAYER), (OF_THE_SECOND_LAYER, None)])
def test_what_is_exchanged_never_asks_for_room_beside_each_other(tools: InputTools, ways: tuple[object, ...]) -> None:
    before, after = ways
    tools.show_origin(before)  # type: ignore[arg-type]
    QApplication.processEvents()
    widths = [least_width(tools)]
    tools.show_origin(after)  # type: ignore[arg-type]
    at_once = least_width(tools)
    QApplication.processEvents()
    widths.append(least_width(tools))
    assert at_once <= max(widths)


def test_the_origin_of_what_a_layer_made_stands_in_place_of_the_button_that_opens(tools: InputTools) -> None:
    tools.show_origin(OF_THE_SECOND_LAYER)
    button = next(one for one in tools.findChildren(QToolButton) if one.text().startswith("Open image"))
    assert OF_THE_SECOND_LAYER is not None
    assert tools.origin_label.text() == OF_THE_SECOND_LAYER.title
    assert (tools.origin_label.isVisible(), button.isVisible()) == (True, False)
    tools.show_origin(None)
    assert (tools.origin_label.isVisible(), button.isVisible()) == (False, True)
