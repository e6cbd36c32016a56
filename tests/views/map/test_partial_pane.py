from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.partial_maps import partial_maps, request_of
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.map.partial_pane import PartialPane

HELD = Document(
    Sample.of("card", np.random.default_rng(1).uniform(size=(6, 6, 3))),
    Network((Conv.of(np.random.default_rng(2).normal(size=(3, 3, 3, 2))),)),
)


def show(pane: PartialPane, view: ViewState) -> None:
    asked = request_of(HELD, view, HELD.sample.values, HELD.sample.channel_names)
    assert asked is not None
    pane.show_document(HELD, view)
    pane.show_maps(partial_maps(asked))


def titles(pane: PartialPane) -> list[str]:
    model = pane.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


@pytest.fixture
def pane(qtbot: QtBot) -> PartialPane:
    pane = PartialPane()
    qtbot.addWidget(pane)
    pane.resize(420, 400)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def test_depthwise_shows_a_named_tile_per_channel(pane: PartialPane) -> None:
    show(pane, ViewState(pairing="depthwise"))
    assert titles(pane) == ["red", "green", "blue"]
    assert pane.sentence_label.text().startswith("This is what depthwise would make: 3 maps")


def test_every_pair_shows_a_tile_per_filter_and_channel(pane: PartialPane) -> None:
    show(pane, ViewState(pairing="every pair"))
    assert titles(pane) == ["1 · red", "1 · green", "1 · blue", "2 · red", "2 · green", "2 · blue"]


def test_all_tiles_have_the_scale_of_the_colour_bar(pane: PartialPane) -> None:
    show(pane, ViewState(pairing="every pair"))
    assert pane.bar.numbers[0] in pane.facts_label.text()


def test_choosing_a_tile_asks_for_its_kernel(qtbot: QtBot, pane: PartialPane) -> None:
    view = ViewState(pairing="every pair")
    show(pane, view)
    with qtbot.waitSignal(pane.intent_asked) as asked:
        qtbot.keyClick(pane.list, Qt.Key.Key_End)
    found = asked.args[0].move(HELD, view)
    assert (found.filter, found.channel) == (1, 2)


def test_the_button_leads_back_to_the_sum(qtbot: QtBot, pane: PartialPane) -> None:
    view = ViewState(pairing="depthwise")
    show(pane, view)
    with qtbot.waitSignal(pane.intent_asked) as asked:
        pane.back_button.click()
    assert asked.args[0].move(HELD, view).pairing == "standard"


def test_fewer_pairs_than_before_leave_no_row_of_the_others(pane: PartialPane) -> None:
    show(pane, ViewState(pairing="every pair"))
    asked = request_of(HELD, ViewState(pairing="depthwise"), HELD.sample.values, HELD.sample.channel_names)
    assert asked is not None
    pane.show_maps(partial_maps(asked))
    assert titles(pane) == ["red", "green", "blue"]


def test_another_way_keeps_no_tile_of_the_one_before(pane: PartialPane) -> None:
    show(pane, ViewState(pairing="depthwise"))
    pane.show_document(HELD, ViewState(pairing="every pair"))
    assert titles(pane) == []
