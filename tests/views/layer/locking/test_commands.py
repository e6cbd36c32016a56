from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model.edits.learning.locks import lock_filters, lock_layer, lock_weights
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.kernel_pane import KernelPane
from tests.views.intents import on_edit
from tests.views.kernel_documents import LINE, image_document, sequence_document

THREE = image_document(LINE, channels=3, filters=3)


@pytest.fixture
def pane(qtbot: QtBot) -> KernelPane:
    pane = KernelPane(load_detectors(), LIMITS)
    qtbot.addWidget(pane)
    pane.resize(560, 470)
    return pane


def select(pane: KernelPane, first: tuple[int, int], last: tuple[int, int]) -> None:
    grid = pane.stage.grid
    block = QItemSelection(grid.grid.index(*first), grid.grid.index(*last))
    grid.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def text(action: QAction) -> str:
    return action.text().replace("&", "")


def steps(pane: KernelPane) -> list:
    heard: list = []
    on_edit(pane, lambda step, edit, _gesture: heard.append((step, edit)))
    return heard


def test_the_selected_weights_of_the_kernel_on_show_are_locked(pane: KernelPane) -> None:
    pane.show_document(THREE, ViewState(filter=1, channel=2))
    heard = steps(pane)
    select(pane, (0, 1), (1, 2))
    pane.locks.weights.trigger()
    ((step, edit),) = heard
    locks = conv_at(edit(THREE), 0).locks
    assert locks is not None
    assert (step, int(locks.weights.sum())) == ("Lock 4 weights", 4)
    assert locks.weights[:2, 1:, 2, 1].all()


def test_the_menu_says_what_will_happen_to_the_selected_weights(pane: KernelPane) -> None:
    pane.show_document(lock_weights(THREE, 0, [(0, 0, 0, 0)]), ViewState())
    select(pane, (0, 0), (0, 0))
    assert text(pane.locks.weights) == "Unlock weights"
    select(pane, (0, 0), (0, 1))
    assert text(pane.locks.weights) == "Lock weights"


def test_a_weight_of_a_sequence_is_locked(pane: KernelPane) -> None:
    document = sequence_document((1, 2, 3))
    pane.show_document(document, ViewState(position=(0,)))
    heard = steps(pane)
    select(pane, (0, 2), (0, 2))
    pane.locks.weights.trigger()
    locks = conv_at(heard[0][1](document), 0).locks
    assert locks is not None
    assert locks.weights[:, 0, 0].tolist() == [False, False, True]


def test_filters_selected_together_are_locked_together(pane: KernelPane) -> None:
    pane.show_document(THREE, ViewState())
    pane.show()
    heard = steps(pane)
    pane.matrix.choose([0, 2])
    assert text(pane.locks.filters) == "Lock filters"
    pane.locks.filters.trigger()
    ((step, edit),) = heard
    assert step == "Lock 2 filters"
    assert edit(THREE) == lock_filters(THREE, 0, [0, 2])


def test_the_only_filter_is_locked_from_the_menu(pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(document, ViewState())
    heard = steps(pane)
    next(one for one in pane.commands.actions() if text(one) == "Lock filter").trigger()
    assert heard[0][1](document) == lock_filters(document, 0, [0])


def test_an_entry_says_that_the_whole_layer_is_locked(pane: KernelPane) -> None:
    pane.show_document(lock_layer(THREE, 0), ViewState())
    select(pane, (0, 0), (0, 0))
    assert text(pane.locks.weights) == "Lock weights (the whole layer is locked)"
    assert not pane.locks.weights.isEnabled()
    assert not pane.locks.filters.isEnabled()


def test_a_lock_that_was_asked_for_too_late_changes_no_other_layer(pane: KernelPane) -> None:
    pane.show_document(THREE, ViewState())
    heard = steps(pane)
    pane.locks.filters.trigger()
    other: Document = replace(THREE, network=image_document(LINE).network)
    with pytest.raises(ValueError, match="in the meantime"):
        heard[0][1](other)
