"""The controls of a run say what they do, and a slider takes the place of the bar while it rests."""

import pytest
from pytestqt.qtbot import QtBot

from convstudio.views.learning.run_bar import RunBar, RunFacts


@pytest.fixture
def bar(qtbot: QtBot) -> RunBar:
    made = RunBar()
    qtbot.addWidget(made)
    made.resize(420, 160)
    made.show()
    return made


def test_the_main_button_is_named_by_what_it_does(bar: RunBar) -> None:
    bar.show_facts(RunFacts("Pause", is_running=True))
    assert (bar.train_button.text(), bar.train_button.accessibleName()) == ("Pause", "Pause")
    assert not bar.step_button.isEnabled()


def test_a_rested_run_can_be_gone_through(bar: RunBar, qtbot: QtBot) -> None:
    bar.show_facts(RunFacts("Go on", step=40, steps=100, can_go_back=True))
    assert bar.slider.isVisible()
    with qtbot.waitSignal(bar.place_asked) as asked:
        bar.slider.setValue(12)
    assert asked.args == [12]


def test_showing_a_place_asks_for_nothing(bar: RunBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bar.place_asked):
        bar.show_facts(RunFacts("Go on", step=40, steps=100, can_go_back=True))


def test_there_is_no_way_back_from_the_start(bar: RunBar) -> None:
    bar.show_facts(RunFacts("Go on", step=0, steps=100, can_go_back=True))
    assert not bar.back_button.isEnabled()
    assert not bar.restart_button.isEnabled()


def test_trouble_is_said_with_a_way_out_where_there_is_one(bar: RunBar, qtbot: QtBot) -> None:
    bar.show_trouble("The loss is infinite.")
    assert not bar.slower_button.isVisible()
    bar.show_trouble("The loss is infinite.", slower=0.01)
    assert bar.slower_button.isVisible()
    assert bar.slower_button.text() == bar.slower_button.accessibleName() == "Begin again with rate 0.01"
    with qtbot.waitSignal(bar.slower_asked):
        bar.slower_button.click()
    bar.show_trouble("")
    assert not bar.trouble.isVisible()
