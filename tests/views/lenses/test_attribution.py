"""The lens on what decided asks once for each score, and shows the answer to the newest question only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.files.projects.examples import load_example
from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses import attribution_words as words
from convstudio.model.lenses.attribution import Score, attribution_of
from convstudio.model.run.forward import Forward, forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.lenses.attribution import AttributionLens

DIGIT, VIEW = load_example("digits")
RUN = forward(DIGIT)


@pytest.fixture
def lens(qtbot: QtBot) -> AttributionLens:
    lens = AttributionLens()
    qtbot.addWidget(lens)
    lens.resize(560, 640)
    lens.show()
    return lens


@pytest.fixture
def asked(lens: AttributionLens) -> list[Score]:
    questions: list[Score] = []
    lens.question_asked.connect(questions.append)
    return questions


def show(lens: AttributionLens, document: Document, view: ViewState, result: Forward | None) -> None:
    lens.result = result
    lens.show_document(document, view, None)


def answered(lens: AttributionLens, asked: list[Score], view: ViewState = VIEW) -> None:
    show(lens, DIGIT, view, RUN)
    lens.show_answer(attribution_of(asked[-1]))


def test_the_predicted_class_is_asked_about_first(lens: AttributionLens, asked: list[Score]) -> None:
    show(lens, DIGIT, VIEW, RUN)
    assert [one.place for one in asked] == [(7,)]
    assert lens.verdict.text() == "The gradient is being computed."


def test_the_answer_is_shown_in_pictures_and_in_words(lens: AttributionLens, asked: list[Score]) -> None:
    answered(lens, asked)
    found = attribution_of(asked[0])
    assert "7.479 before softmax" in lens.verdict.text()
    np.testing.assert_allclose(lens.plates["Saliency"].values, found.saliency)
    np.testing.assert_allclose(lens.plates["Gradient"].values, found.gradient[..., 0])
    np.testing.assert_allclose(lens.plates["Gradient × input"].values, found.times_input, rtol=1e-6)
    assert lens.stage.isVisible()


def test_another_output_of_the_same_run_asks_nothing_and_changes_the_terms(
    lens: AttributionLens, asked: list[Score]
) -> None:
    answered(lens, asked)
    show(lens, DIGIT, replace(VIEW, layer=3, filter=2, position=(1, 2)), RUN)
    assert len(asked) == 1
    assert "row 2, column 3: the score changes by -0.051" in lens.terms.text()
    assert lens.plates["Terms × gradient"].values.shape == (3, 3)


def test_a_chosen_class_is_asked_about_and_stays_chosen(lens: AttributionLens, asked: list[Score]) -> None:
    answered(lens, asked)
    lens.score.choose(4)
    show(lens, DIGIT, replace(VIEW, layer=0), RUN)
    assert [one.place for one in asked] == [(7,), (3,)]
    assert lens.score.currentText() == "class 3"


def test_the_score_after_softmax_is_another_question(lens: AttributionLens, asked: list[Score]) -> None:
    answered(lens, asked)
    lens.side.choose(1)
    assert [one.is_before_softmax for one in asked] == [True, False]


def test_an_old_answer_is_not_shown(lens: AttributionLens, asked: list[Score]) -> None:
    show(lens, DIGIT, VIEW, RUN)
    lens.score.choose(4)
    lens.show_answer(attribution_of(asked[0]))
    assert lens.verdict.text() == "The gradient is being computed."
    assert not lens.plates["Saliency"].values.size


def test_grad_cam_of_the_chosen_layer_is_shown(lens: AttributionLens, asked: list[Score]) -> None:
    answered(lens, asked)
    lens.side.choose(1)
    lens.show_answer(attribution_of(asked[-1]))
    seen = []
    for row in range(lens.layer.count()):
        lens.layer.choose(row)
        seen.append(lens.plates["Grad-CAM"].caption.text())
    assert [text.split(" · ")[1] for text in seen] == ["layer 5", *(f"layer {number}" for number in range(1, 6))]


def test_an_empty_grad_cam_says_what_to_try(lens: AttributionLens, asked: list[Score]) -> None:
    answered(lens, asked)
    lens.score.choose(1)  # class 0, which no map of layer 5 speaks for
    lens.show_answer(attribution_of(asked[-1]))
    assert lens.plates["Grad-CAM"].caption.text() == "Grad-CAM · layer 5 · all 0"
    assert lens.details.text() == words.EMPTY_CAM


def test_without_the_input_below_zero_is_pale(lens: AttributionLens, asked: list[Score]) -> None:
    answered(lens, asked)
    lens.score.choose(1)  # class 0, which no map of layer 5 speaks for
    lens.show_answer(attribution_of(asked[-1]))
    before = np.asarray(lens.plates["Grad-CAM"]._content.colours[:])  # type: ignore[union-attr]
    lens.over.click()
    after = np.asarray(lens.plates["Grad-CAM"]._content.colours[:])  # type: ignore[union-attr]
    assert len(np.unique(before.reshape(-1, 3), axis=0)) > 1
    assert len(np.unique(after.reshape(-1, 3), axis=0)) == 1


def test_while_the_maps_are_computed_nothing_is_asked(lens: AttributionLens, asked: list[Score]) -> None:
    show(lens, DIGIT, VIEW, None)
    assert asked == []
    assert lens.verdict.text() == "The maps are being computed."


def test_a_network_that_ends_in_maps_is_asked_about_the_selected_value(
    lens: AttributionLens, asked: list[Score]
) -> None:
    document = Document(Sample.of("ones", np.ones((5, 5, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
    show(lens, document, ViewState(position=(2, 1)), forward(document))
    lens.show_answer(attribution_of(asked[-1]))
    assert asked[-1].place == (2, 1, 0)
    assert not lens.side.isEnabled()
    assert not lens.plates["Grad-CAM"].isVisible()
    assert lens.verdict.text() == (
        "Map 1 of layer 1 at row 3, column 2 is 9. Gradient × input adds up to 9: all of it."
    )


def test_a_volume_is_refused_in_the_place_of_the_pictures(lens: AttributionLens, asked: list[Score]) -> None:
    document = Document(Sample.of("volume", np.ones((3, 3, 3, 1))), Network((Conv.of(np.ones((1, 1, 1, 1, 1))),)))
    show(lens, document, ViewState(position=(0, 0, 0)), forward(document))
    assert "3×3×3×1 has planes too" in lens.problem.text()
    assert asked == []


def test_what_went_wrong_stands_in_the_place_of_the_pictures(lens: AttributionLens, asked: list[Score]) -> None:
    show(lens, DIGIT, VIEW, RUN)
    lens.show_answer("There is not enough memory.")
    assert lens.problem.text() == "There is not enough memory."
    assert not lens.stage.isVisible()


def test_in_a_wide_panel_all_pictures_are_in_one_row(lens: AttributionLens, asked: list[Score], qtbot: QtBot) -> None:
    answered(lens, asked)
    lens.resize(1180, 600)
    first, last = lens.plates["Saliency"], lens.plates["Grad-CAM"]
    qtbot.waitUntil(lambda: first.y() == last.y())
    lens.resize(560, 640)
    qtbot.waitUntil(lambda: first.y() < last.y())
