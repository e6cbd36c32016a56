"""What screen readers learn of combo boxes and plots."""

import pytest
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from convstudio.views.parts.choices.accessible import install_accessibility
from convstudio.views.parts.controls import Choice
from convstudio.views.parts.plots.histogram import Histogram


@pytest.fixture
def _faces() -> object:
    return install_accessibility()


@pytest.mark.usefixtures("_faces")
def test_a_combo_box_is_named_by_its_label_and_tells_its_entry(qtbot: QtBot) -> None:
    choice = Choice("Padding", ["valid", "same"], "How far the kernel reaches past the input")
    qtbot.addWidget(choice)
    choice.show_index(1)
    face = QAccessible.queryAccessibleInterface(choice)
    told = face.text(QAccessible.Text.Name), face.text(QAccessible.Text.Value)
    assert (face.role(), told) == (QAccessible.Role.ComboBox, ("Padding", "same"))


@pytest.mark.usefixtures("_faces")
def test_a_plot_is_one_thing_with_a_name_and_a_sentence(qtbot: QtBot) -> None:
    plot = Histogram()
    qtbot.addWidget(plot)
    plot.say("Half of the values are 0.", "")
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    face = QAccessible.queryAccessibleInterface(plot)
    told = face.text(QAccessible.Text.Name), face.text(QAccessible.Text.Description)
    assert (face.role(), face.childCount()) == (QAccessible.Role.Chart, 0)
    assert told == (plot.accessibleName(), plot.accessibleDescription())
