"""The receptive-field X-ray follows the document, the layer, and the current output."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.examples import load_example
from convstudio.model.document import Document
from convstudio.model.forward import forward
from convstudio.model.layers import Conv
from convstudio.model.network import Network
from convstudio.model.sample import Sample
from convstudio.model.view_state import ViewState
from convstudio.views.lenses.catalogue import lens_kinds
from convstudio.views.lenses.learn import Learn
from convstudio.views.lenses.xray import XrayLens
from convstudio.views.theme import LIGHT

TITLE = "Receptive-field X-ray"
THREE = replace(Conv.of(np.ones((3, 3, 1, 1))), padding="same")
TWO_THREES = Document(Sample.of("zeros", np.zeros((8, 8, 1))), Network((THREE, THREE)))


@pytest.fixture
def learn(qtbot: QtBot) -> Learn:
    beside = QWidget()
    qtbot.addWidget(beside)
    return Learn(lens_kinds(()), beside)


@pytest.fixture
def lens(learn: Learn) -> XrayLens:
    show(learn, TWO_THREES, layer=1, position=(3, 3))
    learn.open(TITLE)
    window = learn.window_of(TITLE)
    assert window is not None
    assert isinstance(window.lens, XrayLens)
    return window.lens


def show(learn: Learn, document: Document, **view: object) -> None:
    learn.show_document(document, replace(ViewState(), **view), forward(document))


def test_each_layer_has_a_picture(lens: XrayLens) -> None:
    assert [tile.title.text() for tile in lens.tiles] == [
        "Input",
        "Layer 1: Conv 3×3 · 1 filter",
        "Layer 2: Conv 3×3 · 1 filter",
    ]
    assert lens.verdict.text() == "This output sees 25 of the 64 cells of the input, along 81 paths."


def test_it_follows_the_current_output(lens: XrayLens, learn: Learn) -> None:
    show(learn, TWO_THREES, layer=1, position=(0, 0))
    assert lens.tiles[0].facts.text() == "8×8×1\nrows 1–3, columns 1–3\n25 paths"


def test_it_follows_the_layer(lens: XrayLens, learn: Learn) -> None:
    show(learn, TWO_THREES, layer=0, position=(3, 3))
    assert len(lens.tiles) == 2
    assert lens.verdict.text() == "This output sees 9 of the 64 cells of the input, along 9 paths."


def test_it_follows_an_edit(lens: XrayLens, learn: Learn) -> None:
    dilated = TWO_THREES.with_layer(0, replace(THREE, dilation=(2, 2)))
    show(learn, dilated, layer=1, position=(3, 3))
    assert lens.details.text().startswith("Receptive field: size 7×7")


def test_a_layer_that_cannot_work_says_why_in_place_of_the_pictures(lens: XrayLens, learn: Learn) -> None:
    show(learn, TWO_THREES.with_layer(1, Conv.of(np.ones((9, 9, 1, 1)))), layer=1, position=(0, 0))
    assert lens.problem.text().startswith("Layer 2 makes no feature map: the kernel 9×9 is larger")
    assert not lens.stage.isVisible()


def test_screen_readers_hear_what_each_picture_shows(lens: XrayLens) -> None:
    face = QAccessible.queryAccessibleInterface(lens.tiles[0].picture)
    assert face.text(QAccessible.Text.Name) == "X-ray of Input"
    assert face.text(QAccessible.Text.Description) == "8×8×1 · rows 2–6, columns 2–6 · 81 paths"


def test_what_is_seen_is_framed(lens: XrayLens) -> None:
    picture = lens.tiles[0].picture.grab().toImage()
    frame = LIGHT.window.rgb()
    framed = sum(picture.pixel(x, y) == frame for x in range(picture.width()) for y in range(picture.height()))
    assert framed > 100


@pytest.mark.parametrize("example_id", ["digits", "gabor", "separable"])
def test_every_layer_of_an_example_can_be_looked_through(lens: XrayLens, learn: Learn, example_id: str) -> None:
    document, view = load_example(example_id)
    show(learn, document, layer=view.layer, position=view.position, filter=view.filter)
    assert len(lens.tiles) == view.layer + 2
    assert all(not tile.picture.grab().isNull() for tile in lens.tiles)


def test_a_click_on_a_cell_of_a_layer_asks_to_look_at_it(lens: XrayLens, learn: Learn, qtbot: QtBot) -> None:
    picture = lens.tiles[1].picture
    with qtbot.waitSignal(learn.look_asked) as asked:
        qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.cell_area(6, 2).center().toPoint())
    moved = asked.args[0](TWO_THREES, ViewState(layer=1, position=(3, 3)))
    assert (moved.layer, moved.position) == (0, (6, 2))


def test_a_click_on_the_input_asks_for_nothing(lens: XrayLens, learn: Learn, qtbot: QtBot) -> None:
    picture = lens.tiles[0].picture
    with qtbot.assertNotEmitted(learn.look_asked):
        qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.cell_area(6, 2).center().toPoint())
