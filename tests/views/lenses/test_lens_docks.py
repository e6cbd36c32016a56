"""The windows of the lenses: opened once each, kept up to date, closed with Escape."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.lenses.catalogue import lens_kinds
from convstudio.views.lenses.learn import LensDocks
from convstudio.views.lenses.lens_dock import LensDock
from tests.views.map_documents import lines_document, sequence_document

KINDS = lens_kinds(load_detectors())
MAX_POOL = Pool("max", (2, 2))
TITLES = [kind.title for kind in KINDS]


@pytest.fixture
def learn(qtbot: QtBot) -> LensDocks:
    beside = QMainWindow()
    qtbot.addWidget(beside)
    beside.resize(1500, 900)
    beside.show()
    return LensDocks(KINDS, beside, {})


def show(learn: LensDocks, document: Document, **view: object) -> None:
    state = replace(ViewState(position=(0,) * document.sample.rank), **view)
    learn.show_document(document, state, forward(document))


def opened(learn: LensDocks, title: str) -> LensDock:
    learn.open(title)
    window = learn.dock_of(title)
    assert window is not None
    return window


@pytest.mark.parametrize("title", TITLES)
def test_a_lens_has_its_title_its_lesson_and_a_readout(learn: LensDocks, title: str) -> None:
    show(learn, lines_document())
    window = opened(learn, title)
    assert window.windowTitle() == title
    assert window.lesson.text()
    assert window.lens.verdict.text()


def test_a_lens_keeps_what_it_showed_so_that_no_other_document_can_pass_for_it(learn: LensDocks) -> None:
    window, document = opened(learn, TITLES[0]), lines_document()
    window.show_document(document, ViewState(), None)
    shown = weakref.ref(document)
    del document
    assert shown() is not None


@pytest.mark.parametrize("title", TITLES)
def test_a_lens_that_is_closed_keeps_no_document(learn: LensDocks, title: str) -> None:
    document = lines_document()
    show(learn, document)
    opened(learn, title).close()
    seen = weakref.ref(document)
    del document
    show(learn, sequence_document())
    gc.collect()
    assert seen() is None


@pytest.mark.parametrize("title", TITLES)
def test_escape_closes_a_lens_and_it_opens_anew(learn: LensDocks, title: str, qtbot: QtBot) -> None:
    show(learn, lines_document())
    qtbot.keyClick(opened(learn, title), Qt.Key.Key_Escape)
    assert learn.dock_of(title) is None
    assert opened(learn, title).isVisible()


def test_a_lens_that_is_open_already_is_not_opened_twice(learn: LensDocks) -> None:
    show(learn, lines_document())
    assert opened(learn, TITLES[0]) is opened(learn, TITLES[0])


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("document", [sequence_document(), lines_document()], ids=["sequence", "image"])
def test_an_open_lens_shows_the_newest_document(learn: LensDocks, title: str, document: Document) -> None:
    show(learn, lines_document())
    lens = opened(learn, title).lens
    show(learn, document)
    assert lens.stage.isVisible()


@pytest.mark.parametrize("title", TITLES)
def test_a_large_photograph_with_many_filters_is_shown_too(learn: LensDocks, title: str) -> None:
    rng = np.random.default_rng(0)
    photograph = Sample.of("photograph", rng.random((300, 400, 3)))
    layer = replace(Conv.of(rng.normal(size=(7, 7, 3, 64))), padding="same", activation="relu", stride=(2, 2))
    document = Document(photograph, Network((layer, Conv.of(rng.normal(size=(3, 3, 64, 8))))))
    show(learn, document, filter=63, channel=2)
    assert opened(learn, title).lens.stage.isVisible()


@pytest.mark.parametrize("title", TITLES)
def test_a_volume_is_refused_in_a_sentence(learn: LensDocks, title: str) -> None:
    volume = Document(Sample.of("volume", np.zeros((4, 4, 4, 1))), Network((Conv.of(np.ones((2, 2, 2, 1, 1))),)))
    show(learn, volume)
    lens = opened(learn, title).lens
    assert "4×4×4×1 has planes too" in lens.problem.text()
    assert not lens.stage.isVisible()


@pytest.mark.parametrize("title", TITLES)
def test_a_lens_shows_again_when_its_problem_is_mended(learn: LensDocks, title: str) -> None:
    misfit = Document(lines_document().sample, Network((Conv.of(np.ones((3, 3, 2, 1))),)))
    show(learn, misfit)
    lens = opened(learn, title).lens
    assert any(words in lens.problem.text() for words in ("2 channels", "a channel axis of length 2"))
    show(learn, lines_document())
    assert lens.stage.isVisible()


def test_a_deeper_layer_is_examined_on_what_it_reads(learn: LensDocks) -> None:
    first = lines_document().layers[0]
    document = Document(lines_document().sample, Network((first, Conv.of(np.ones((2, 2, 1, 1))))))
    show(learn, document, layer=1)
    lens = opened(learn, "Collapse two layers").lens
    assert lens.plates["Input"].values.tolist() == [[0, 0, 3, 3, 0, 0]] * 6  # type: ignore[attr-defined]


def test_a_step_of_the_window_does_not_examine_anything_anew(learn: LensDocks) -> None:
    document = lines_document()
    result = forward(document)
    learn.show_document(document, ViewState(), result)
    lens = opened(learn, "Collapse two layers").lens
    lens.verdict.setText("untouched")
    learn.show_document(document, ViewState(position=(3, 3)), result)
    assert lens.verdict.text() == "untouched"


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_values_that_are_not_finite_are_shown_or_explained(learn: LensDocks, title: str, odd: float) -> None:
    values = np.zeros((8, 8, 1))
    values[3, 3], values[3, 4] = odd, -odd
    show(learn, Document(Sample.of("odd", values), Network((lines_document().layers[0],))))
    lens = opened(learn, title).lens
    assert lens.stage.isVisible() or "NaN or infinite" in lens.problem.text()


@pytest.mark.parametrize("title", TITLES)
def test_weights_that_are_not_finite_are_shown_or_explained(learn: LensDocks, title: str) -> None:
    weights = np.full((3, 3, 1, 1), np.nan)
    show(learn, Document(lines_document().sample, Network((Conv.of(weights),))))
    lens = opened(learn, title).lens
    assert lens.stage.isVisible() or "NaN or infinite" in lens.problem.text()


def test_an_activation_between_two_convolutions_is_left_out_and_said_to_be(learn: LensDocks) -> None:
    first = lines_document().layers[0]
    layers = (first, Activation(), Conv.of(np.ones((2, 2, 1, 1))))
    show(learn, Document(lines_document().sample, Network(layers)))
    lens = opened(learn, "Collapse two layers").lens
    lens.second.show_index(0)  # type: ignore[attr-defined]
    lens.update_figures()
    assert "without the ReLU between" in lens.facts.text()
    assert lens.verdict.text().startswith("The same")


@pytest.mark.parametrize("between", [MAX_POOL, Conv.of(np.ones((2, 2, 1, 1)))])
def test_only_a_convolution_that_follows_at_once_is_the_next_layer(learn: LensDocks, between: Layer) -> None:
    first = lines_document().layers[0]
    layers = (first, between, Conv.of(np.ones((2, 2, 1, 1))))
    show(learn, Document(lines_document().sample, Network(layers)))
    lens = opened(learn, "Collapse two layers").lens
    is_offered = lens.second.model().item(0).isEnabled()  # type: ignore[attr-defined]
    assert is_offered is isinstance(between, Conv)


def test_the_menu_learn_offers_every_lens_with_its_lesson(qtbot: QtBot, learn: LensDocks) -> None:
    assert list(learn.lessons) == TITLES
    assert all(learn.lessons.values())


def test_a_tool_does_not_bring_back_a_layer_that_is_not_looked_at_any_more(learn: LensDocks) -> None:
    show(learn, lines_document())
    lens = opened(learn, "Collapse two layers").lens
    first = lines_document().layers[0]
    show(learn, Document(lines_document().sample, Network((first, MAX_POOL))), layer=1)
    lens.relu.click()  # type: ignore[attr-defined]
    assert not lens.stage.isVisible()
    assert "needs a convolution" in lens.problem.text()
