"""The receptive-field X-ray follows the document, the layer, and the current output."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QScrollArea
from pytestqt.qtbot import QtBot

from convstudio.files.projects.examples import load_example
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.lenses.catalogue import lens_kinds
from convstudio.views.lenses.learn import LensDocks
from convstudio.views.lenses.xray import PlaneTile, XrayLens
from convstudio.views.parts.theme import LIGHT

TITLE = "Receptive-field X-ray"
THREE = replace(Conv.of(np.ones((3, 3, 1, 1))), padding="same")
TWO_THREES = Document(Sample.of("zeros", np.zeros((8, 8, 1))), Network((THREE, THREE)))


@pytest.fixture
def learn(qtbot: QtBot) -> LensDocks:
    beside = QMainWindow()
    qtbot.addWidget(beside)
    beside.resize(1500, 900)
    beside.show()
    return LensDocks(lens_kinds(()), beside, {})


@pytest.fixture
def lens(learn: LensDocks) -> XrayLens:
    show(learn, TWO_THREES, layer=1, position=(3, 3))
    learn.open(TITLE)
    window = learn.dock_of(TITLE)
    assert window is not None
    assert isinstance(window.lens, XrayLens)
    return window.lens


def show(learn: LensDocks, document: Document, **view: object) -> None:
    learn.show_document(document, replace(ViewState(), **view), forward(document))


def click(qtbot: QtBot, tile: PlaneTile, row: int, column: int) -> None:
    place = tile.cell_area(row, column).center().toPoint()
    qtbot.mouseClick(tile.picture.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_each_layer_has_a_picture(lens: XrayLens) -> None:
    assert [tile.title.text() for tile in lens.tiles] == [
        "Input",
        "Layer 1: Conv 3×3 · 1 filter",
        "Layer 2: Conv 3×3 · 1 filter",
    ]
    assert lens.verdict.text() == "This output sees 25 of the 64 cells of the input, along 81 paths."


def test_the_height_of_a_tiles_texts_is_known_before_it_is_laid_out(lens: XrayLens, qtbot: QtBot) -> None:
    lens.show()
    QApplication.processEvents()
    assert [tile.head_at(tile.width()) for tile in lens.tiles] == [tile.picture.y() for tile in lens.tiles]
    new = PlaneTile()
    qtbot.addWidget(new)
    new.facts.setText(lens.tiles[0].facts.text())
    assert new.head_at(lens.tiles[0].width()) == lens.tiles[0].picture.y()


def test_it_follows_the_current_output(lens: XrayLens, learn: LensDocks) -> None:
    show(learn, TWO_THREES, layer=1, position=(0, 0))
    assert lens.tiles[0].facts.text() == "8×8×1\nrows 1–3, columns 1–3\n25 paths"


def test_it_follows_the_layer(lens: XrayLens, learn: LensDocks) -> None:
    show(learn, TWO_THREES, layer=0, position=(3, 3))
    assert len(lens.tiles) == 2
    assert lens.verdict.text() == "This output sees 9 of the 64 cells of the input, along 9 paths."


def test_it_follows_an_edit(lens: XrayLens, learn: LensDocks) -> None:
    dilated = TWO_THREES.with_layer(0, replace(THREE, dilation=(2, 2)))
    show(learn, dilated, layer=1, position=(3, 3))
    assert lens.details.text().startswith("Receptive field: size 7×7")


def test_a_layer_that_cannot_work_says_why_in_place_of_the_pictures(lens: XrayLens, learn: LensDocks) -> None:
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
def test_every_layer_of_an_example_can_be_looked_through(lens: XrayLens, learn: LensDocks, example_id: str) -> None:
    document, view = load_example(example_id)
    show(learn, document, layer=view.layer, position=view.position, filter=view.filter)
    assert len(lens.tiles) == view.layer + 2
    assert all(not tile.picture.grab().isNull() for tile in lens.tiles)


def test_a_click_on_a_cell_of_a_layer_asks_to_look_at_it(lens: XrayLens, learn: LensDocks, qtbot: QtBot) -> None:
    with qtbot.waitSignal(learn.intent_asked) as asked:
        click(qtbot, lens.tiles[1], 6, 2)
    moved = asked.args[0].move(TWO_THREES, ViewState(layer=1, position=(3, 3)))
    assert (moved.layer, moved.position) == (0, (6, 2))


def test_a_click_on_the_input_asks_for_nothing(lens: XrayLens, learn: LensDocks, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(learn.intent_asked):
        click(qtbot, lens.tiles[0], 6, 2)


def test_a_click_on_the_part_of_a_large_layer_asks_for_the_cell_of_the_layer(
    lens: XrayLens, learn: LensDocks, qtbot: QtBot
) -> None:
    large = Document(Sample.of("zeros", np.zeros((90, 120, 1))), Network((THREE, THREE)))
    show(learn, large, layer=1, position=(40, 100))
    with qtbot.waitSignal(learn.intent_asked) as asked:
        click(qtbot, lens.tiles[1], 42, 97)
    moved = asked.args[0].move(large, ViewState(layer=1, position=(40, 100)))
    assert (moved.layer, moved.position) == (0, (42, 97))


def test_the_wheel_over_a_picture_scrolls_the_layers(lens: XrayLens, learn: LensDocks, qtbot: QtBot) -> None:
    deep = Document(Sample.of("zeros", np.zeros((8, 8, 1))), Network((THREE,) * 40))
    show(learn, deep, layer=39, position=(3, 3))
    bar = lens.findChildren(QScrollArea)[0].verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    picture, window = lens.tiles[0].picture, lens.window()
    QTest.wheelEvent(window.windowHandle(), picture.mapTo(window, QPointF(20, 20)), QPoint(0, -120))
    qtbot.waitUntil(lambda: bar.value() > 0)


def test_pointing_at_a_picture_tells_the_facts_of_its_layer(lens: XrayLens) -> None:
    assert lens.tiles[0].picture.toolTip() == "8×8×1\nrows 2–6, columns 2–6\n81 paths"
