"""An edit lays out nothing anew and paints only the panes that show what it changed, the map first and once."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.app import Studio
from convstudio.model.edits import building, input_cells, kernel_weights
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.session import recompute
from convstudio.wiring import display
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell
from tests.e2e.paints import Counts, counting, settle
from tests.waiting import WAIT

FIRST, LAST = 0, 3


def stack() -> Document:
    """Make a picture of 64×64×3 through 8 filters, ReLU, pooling and 4 filters."""
    first, second = (
        replace(Conv.of(building.glorot((3, 3, channels, filters), 1)), padding="same")
        for channels, filters in ((3, 8), (8, 4))
    )
    values = np.random.default_rng(1).random((64, 64, 3), np.float32)
    return Document(Sample.of("noise", values), Network((first, Activation(activation="relu"), Pool(), second)))


def with_weight(document: Document, value: float) -> Document:
    return kernel_weights.set_weights_block(document, 0, 0, 0, (1, 1), np.full((1, 1), value))


def with_cell(document: Document, value: float) -> Document:
    return input_cells.set_input_values(document, (32, 32), np.full((1, 1), value), 0)


def counts_of(studio: Studio, layer: int, edit: Callable[[Document, float], Document]) -> Counts:
    """Open the stack at a layer, make an edit twice, and count what the second one does to the window."""
    document = stack()
    studio.session.restart(document, stepping.select_layer(document, ViewState(), layer))
    settle(studio)
    studio.session.apply("Edit", edit(studio.session.document, 0.25))
    settle(studio)
    with counting() as counts:
        studio.session.apply("Edit", edit(studio.session.document, 0.26))
        settle(studio)
    return counts


@pytest.mark.parametrize("layer", [FIRST, LAST])
@pytest.mark.parametrize("edit", [with_weight, with_cell])
def test_an_edit_paints_the_map_once(qtbot: QtBot, inside: Inside, layer: int, edit: Callable) -> None:
    def story(desk: Desk) -> None:
        viewport = inside.studio.map_pane.picture.viewport()
        assert counts_of(inside.studio, layer, edit).paints[viewport] == 1

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("edit", [with_weight, with_cell])
def test_an_edit_lays_out_nothing_anew(qtbot: QtBot, inside: Inside, edit: Callable) -> None:
    def story(desk: Desk) -> None:
        assert counts_of(inside.studio, FIRST, edit).layouts == {}

    assert tell(qtbot, story) == 0


def test_an_edited_weight_leaves_the_input_and_the_chips_unpainted(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        counts = counts_of(inside.studio, FIRST, with_weight)
        assert counts.painted_in(inside.studio.input_pane) == 0
        assert counts.painted_in(inside.studio.ribbon) == 0

    assert tell(qtbot, story) == 0


def test_an_edited_cell_leaves_the_kernel_and_the_chips_unpainted(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        counts = counts_of(inside.studio, FIRST, with_cell)
        assert counts.painted_in(inside.studio.layer_pane) == 0
        assert counts.painted_in(inside.studio.ribbon) == 0

    assert tell(qtbot, story) == 0


def test_the_new_map_is_painted_before_what_a_deeper_layer_reads(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "_PATIENCE_MILLISECONDS", WAIT)  # a busy machine takes longer than this otherwise

    def story(desk: Desk) -> None:
        studio = inside.studio
        counts = counts_of(studio, LAST, with_weight)
        order = list(counts.paints)  # of the first paint of each
        grid, viewport = studio.input_pane.page.grid.viewport(), studio.map_pane.picture.viewport()
        assert order.index(viewport) < order.index(grid)

    assert tell(qtbot, story) == 0


def test_the_layers_behind_are_computed_as_soon_as_the_map_is_painted(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recompute, "_PATIENCE_SECONDS", 2 * WAIT)  # they would not come by themselves

    def story(desk: Desk) -> None:
        studio = inside.studio
        document = stack()
        studio.session.restart(document, stepping.select_layer(document, ViewState(), 0))
        desk.wait(lambda: not studio.display.is_computing)
        assert studio.display.result is not None
        assert studio.display.result.is_complete

    assert tell(qtbot, story) == 0


def test_readings_of_a_result_are_shown_once_also_where_the_next_one_takes_long(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def story(desk: Desk) -> None:
        studio, read = inside.studio, []
        document = stack()
        studio.session.restart(document, stepping.select_layer(document, ViewState(), LAST))
        settle(studio)
        monkeypatch.setattr(studio.input_pane, "show_result", lambda _document, _view, result: read.append(result))
        with monkeypatch.context() as held:
            held.setattr(studio.recompute, "request", lambda *_arguments: None)
            studio.session.apply("Edit", with_weight(studio.session.document, 0.25))
            desk.wait(lambda: not studio.display.is_explaining)
            assert read == []
        studio.display.compute()
        desk.wait(lambda: not studio.display.is_computing)
        assert read == [studio.display.result]

    assert tell(qtbot, story) == 0
