"""After any edit, undo or change of layer, all parts of the window show the numbers of the document of now."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.app import Studio
from convstudio.model.edits import building, input_cells, kernel_weights, layer_settings
from convstudio.model.edits.intent import Intent
from convstudio.model.panes import gallery
from convstudio.model.run.forward import LayerResult, forward
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell

KINDS = ("Activation", "Max pooling", "Convolution", "Transposed convolution", "Flatten", "Dense", "Softmax")


def settle(desk: Desk, studio: Studio) -> LayerResult:
    """Wait until everything is computed; return what the selected layer should show."""
    document, view = studio.session.document, studio.session.view
    made = forward(document).layers[view.layer].output

    def is_surveyed() -> bool:
        survey, live = studio.gallery_pane._survey, studio.display.layer_result
        return not gallery.can_show(made) or (survey is not None and live is not None and survey.maps is live.output)

    desk.wait(lambda: not studio.recompute.is_busy and not studio.display.is_explaining and is_surveyed())
    return forward(document).layers[view.layer]


def assert_agrees(desk: Desk, studio: Studio) -> None:
    """Check input, map, calculation and gallery against a run of the document from nothing."""
    wanted, view = settle(desk, studio), studio.session.view
    assert_same(studio.map_pane._map, wanted.shown_map(view.filter))
    if wanted.read is not None:
        assert_same(studio.input_pane._input.reading.values.to_array(), wanted.read.to_array())
    if wanted.maps is None:
        assert desk.calculation() != ""
        assert studio.gallery_pane._survey is None
        return
    filters = () if wanted.maps.ndim == 1 else (view.filter,)
    expected = wanted.maps[(*view.shown_position, *filters)]
    assert studio.calculation_pane._explanation.output == pytest.approx(float(expected), rel=1e-4, abs=1e-4)


def assert_same(shown: np.ndarray | None, wanted: np.ndarray | None) -> None:
    assert (shown is None) == (wanted is None)
    if shown is not None and wanted is not None:
        np.testing.assert_allclose(shown, wanted, rtol=1e-4, atol=1e-4)


def change(studio: Studio, draw: random.Random) -> None:
    """Do something that a user does, in a layer that is there."""
    document, view = studio.session.document, studio.session.view
    layer, number, value = draw.randrange(len(document.layers)), draw.randint(1, 4), draw.choice((-2.0, 0.5, 3.0))
    cell = [draw.randrange(length) for length in document.sample.values.spatial]
    kind, stack = draw.choice(KINDS), studio.session.undo_stack
    changes = {
        "look": lambda: studio.changes.look(lambda d, v: stepping.select_layer(d, v, layer)),
        "paint": lambda: edit(studio, lambda d: input_cells.paint_input(d, cell, 1, value, None)),
        "filters": lambda: edit(studio, lambda d: layer_settings.set_filters(d, view.layer, number)),
        "kernel": lambda: edit(studio, lambda d: kernel_weights.set_kernel_size(d, view.layer, (2 * number - 1,) * 2)),
        "add": lambda: studio.changes.take(
            Intent("Add", lambda d: building.add_layer(d, layer, kind), building.adding(layer))
        ),
        "remove": studio.ribbon._take_out,
        "switch": studio.ribbon._switch_over,
        "move": lambda: studio.ribbon._move(1),
        "terms": studio.calculation_pane.stepper.terms_button.click,
        "step": lambda: [studio.changes.step("forward") for _ in range(number)],
        "undo": lambda: [stack.undo() for _ in range(number)],
        "redo": lambda: [stack.redo() for _ in range(number)],
    }
    draw.choice(list(changes.values()))()


def edit(studio: Studio, edited: Callable[[Document], Document]) -> None:
    studio.editor.apply(Intent("Edit", edited))


def test_an_edit_of_the_input_and_its_undo_reach_the_layer_that_is_looked_at(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        studio = inside.studio
        for kind in ("Activation", "Convolution"):
            studio.ribbon._add(kind)
        before = settle(desk, studio).maps
        edit(studio, lambda d: input_cells.paint_input(d, (4, 4), 3, 5.0, None))
        assert_agrees(desk, studio)
        studio.session.undo_stack.undo()
        assert_agrees(desk, studio)
        assert_same(studio.display.layer_result.maps, before)

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.every) for seed in (2, 3))])
def test_all_parts_of_the_window_agree_with_every_lens_open(qtbot: QtBot, inside: Inside, seed: int) -> None:
    def story(desk: Desk) -> None:
        studio, draw = inside.studio, random.Random(seed)
        for title in studio.learn.lessons:
            studio.learn.open(title)
        for _ in range(25):
            for _ in range(draw.randint(1, 3)):
                change(studio, draw)
                QApplication.processEvents()
            assert_agrees(desk, studio)

    assert tell(qtbot, story) == 0
