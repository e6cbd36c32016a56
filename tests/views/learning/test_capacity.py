"""The card of the capacity lab asks for what is typed, and shows what is trained."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convstudio.model.learning.study import Study, StudySettings, StudySummary
from convstudio.model.panes.learning.capacity.study_form import read_study, typed
from convstudio.model.panes.learning.capacity.study_graph import graph_choices, study_graph
from convstudio.model.panes.learning.capacity.study_map import study_map
from convstudio.model.panes.learning.capacity.study_table import summary_cells
from convstudio.views.learning.capacity import CapacityCard

STUDY = Study()
CHOICES = graph_choices(STUDY)
ONE = StudySummary(2, 3, 4, 3, 0.75, 0.0625, 0.7, 0.8, 0.5, 0.875, 32, 1656, 0.5)


@pytest.fixture
def card(qtbot: QtBot) -> CapacityCard:
    card = CapacityCard(typed(STUDY), [choice.title for choice in CHOICES])
    qtbot.addWidget(card)
    card.resize(420, 640)
    card.show()
    return card


def test_it_opens_ready_and_one_key_asks_for_the_study(card: CapacityCard, qtbot: QtBot) -> None:
    with qtbot.waitSignal(card.start_asked) as asked:
        qtbot.keyClick(card.run, Qt.Key.Key_Space)
    assert asked.args == [typed(STUDY)]


def test_while_it_runs_the_same_button_stops(card: CapacityCard, qtbot: QtBot) -> None:
    card.show_progress(1, 4, "1 of 4 networks trained", is_running=True)
    assert (card.run.text(), card.run.accessibleName(), card.bar.value()) == ("Stop study", "Stop study", 1)
    with qtbot.waitSignal(card.stop_asked):
        qtbot.keyClick(card.run, Qt.Key.Key_Space)


def test_what_is_typed_is_asked_for(card: CapacityCard) -> None:
    card.filters.setText("16")
    assert (card.typed.filters, card.typed.kernels) == ("16", "3, 5")


def test_results_are_a_picture_a_sentence_and_a_table_that_can_be_copied(card: CapacityCard, qtbot: QtBot) -> None:
    card.show_lines(study_graph(STUDY, [ONE], CHOICES[0]))
    card.show_results("So.", [summary_cells(ONE)])
    assert (card.verdict.text(), card.table.rows[0][:3]) == ("So.", ("2", "3×3", "4"))
    assert "4 classes 75" in card.plot.accessibleDescription()
    with qtbot.waitSignal(card.copy_asked):
        qtbot.keyClick(card.copy, Qt.Key.Key_Space)


def test_nothing_can_be_copied_or_saved_before_there_is_a_result(card: CapacityCard) -> None:
    card.show_results("", [])
    assert not card.copy.isEnabled()
    assert not card.save.isEnabled()


def test_another_picture_is_asked_for_by_its_place(card: CapacityCard, qtbot: QtBot) -> None:
    with qtbot.waitSignal(card.choice_made) as asked:
        qtbot.keyClick(card.choice, Qt.Key.Key_Down)
        if not asked.signal_triggered:
            card.choice.choose(1)
    assert asked.args == [1]


def test_the_heat_map_takes_the_place_of_the_lines_and_back(card: CapacityCard) -> None:
    card.show_map(study_map(STUDY, [ONE], CHOICES[-2]))
    assert (card.map.isVisible(), card.plot.isVisible()) == (True, False)
    assert "2 filters 3×3: 75" in card.map.accessibleDescription()
    card.show_lines(study_graph(STUDY, [ONE], CHOICES[0]))
    assert (card.map.isVisible(), card.plot.isVisible()) == (False, True)


def test_optimiser_and_rate_are_asked_for(card: CapacityCard) -> None:
    card.optimiser.show_index(0)
    card.rate.show_value(0.5)
    assert read_study(card.typed).settings == StudySettings(optimiser="sgd", rate=0.5)
