"""The windows of the lenses: opened once each, kept up to date, closed with Escape."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model.document import Document
from convstudio.model.forward import forward
from convstudio.model.layers import Conv
from convstudio.model.network import Network
from convstudio.model.sample import Sample
from convstudio.model.view_state import ViewState
from convstudio.views.lenses.catalogue import lens_kinds
from convstudio.views.lenses.learn import Learn
from convstudio.views.lenses.lens_window import LensWindow
from tests.views.map_documents import lines_document, sequence_document

KINDS = lens_kinds(load_detectors())
TITLES = [kind.title for kind in KINDS]


@pytest.fixture
def learn(qtbot: QtBot) -> Learn:
    beside = QWidget()
    qtbot.addWidget(beside)
    return Learn(KINDS, beside)


def show(learn: Learn, document: Document, **view: object) -> None:
    state = replace(ViewState(position=(0,) * document.sample.rank), **view)
    learn.show_document(document, state, forward(document))


def opened(learn: Learn, title: str) -> LensWindow:
    learn.open(title)
    window = learn.window_of(title)
    assert window is not None
    return window


@pytest.mark.parametrize("title", TITLES)
def test_a_lens_has_its_title_its_lesson_and_a_readout(learn: Learn, title: str) -> None:
    show(learn, lines_document())
    window = opened(learn, title)
    assert window.windowTitle() == f"{title} – ConvStudio"
    assert window.lesson.text()
    assert window.lens.verdict.text()


@pytest.mark.parametrize("title", TITLES)
def test_escape_closes_a_lens_and_it_opens_anew(learn: Learn, title: str, qtbot: QtBot) -> None:
    show(learn, lines_document())
    qtbot.keyClick(opened(learn, title), Qt.Key.Key_Escape)
    assert learn.window_of(title) is None
    assert opened(learn, title).isVisible()


def test_a_lens_that_is_open_already_is_not_opened_twice(learn: Learn) -> None:
    show(learn, lines_document())
    assert opened(learn, TITLES[0]) is opened(learn, TITLES[0])


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("document", [sequence_document(), lines_document()], ids=["sequence", "image"])
def test_an_open_lens_shows_the_newest_document(learn: Learn, title: str, document: Document) -> None:
    show(learn, lines_document())
    lens = opened(learn, title).lens
    show(learn, document)
    assert lens.stage.isVisible()


@pytest.mark.parametrize("title", TITLES)
def test_a_large_photograph_with_many_filters_is_shown_too(learn: Learn, title: str) -> None:
    rng = np.random.default_rng(0)
    photograph = Sample.of("photograph", rng.random((300, 400, 3)))
    layer = replace(Conv.of(rng.normal(size=(7, 7, 3, 64))), padding="same", activation="relu", stride=(2, 2))
    document = Document(photograph, Network((layer, Conv.of(rng.normal(size=(3, 3, 64, 8))))))
    show(learn, document, filter=63, channel=2)
    assert opened(learn, title).lens.stage.isVisible()


@pytest.mark.parametrize("title", TITLES)
def test_a_volume_is_refused_in_a_sentence(learn: Learn, title: str) -> None:
    volume = Document(Sample.of("volume", np.zeros((4, 4, 4, 1))), Network((Conv.of(np.ones((2, 2, 2, 1, 1))),)))
    show(learn, volume)
    lens = opened(learn, title).lens
    assert "4×4×4×1 has planes too" in lens.problem.text()
    assert not lens.stage.isVisible()


@pytest.mark.parametrize("title", TITLES)
def test_a_lens_shows_again_when_its_problem_is_mended(learn: Learn, title: str) -> None:
    misfit = Document(lines_document().sample, Network((Conv.of(np.ones((3, 3, 2, 1))),)))
    show(learn, misfit)
    lens = opened(learn, title).lens
    assert "made for 2-D inputs of 2 channels" in lens.problem.text()
    show(learn, lines_document())
    assert lens.stage.isVisible()


def test_a_deeper_layer_is_examined_on_what_it_reads(learn: Learn) -> None:
    first = lines_document().layers[0]
    document = Document(lines_document().sample, Network((first, Conv.of(np.ones((2, 2, 1, 1))))))
    show(learn, document, layer=1)
    lens = opened(learn, "Collapse two layers").lens
    assert lens.plates["Input"].values.tolist() == [[0, 0, 3, 3, 0, 0]] * 6  # type: ignore[attr-defined]


def test_a_step_of_the_window_does_not_examine_anything_anew(learn: Learn) -> None:
    document = lines_document()
    result = forward(document)
    learn.show_document(document, ViewState(), result)
    lens = opened(learn, TITLES[0]).lens
    lens.verdict.setText("untouched")
    learn.show_document(document, ViewState(position=(3, 3)), result)
    assert lens.verdict.text() == "untouched"
