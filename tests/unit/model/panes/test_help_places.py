"""Every question has its place, and no place is more than three clicks away."""

from __future__ import annotations

import pytest

from convstudio.files.projects.examples import find_example
from convstudio.model.panes.help_places import CLICKS_ALLOWED, HELP_PLACES
from convstudio.ops import multiplication_count, parameter_count

WORDS = {
    "E1": "cells beside a line",
    "E2": "hold vertical lines only",
    "E3": "[0, 1, 0] find bumps",
    "E4": "axes of the weights of a 1-D layer",
    "E5": "[columns, rows, channels]",
    "E6": "Which way does the filter move",
    "E7": "invariant or equivariant",
    "E8": "NumPy's dot",
    "C1": "change the values of a filter",
    "C2": "32 to 512 filters",
    "C3": "begin as random values",
    "C4": "How are the weights tuned",
    "C5": "pooling and flattening have no parameters",
    "C6": "number of filters the number of feature maps",
    "C7": "more filters first, and larger windows later",
    "C8": "stack add an axis",
    "C9": "how can the second one find anything else",
    "C10": "rows or columns come first",
    "C11": "networks for phones",
    "C12": "bad on new pictures",
    "C13": "replace the dense layer",
    "C14": "invariant or equivariant",
    "C15": "two layers of eight filters",
    "C16": "Which way does the filter move",
    "C17": "why has its map only one",
    "C18": "“filter size” and mean 64, 32, 16",
    "C19": "Are kernels the weights",
    "C20": "more classes need more",
    "C21": "224×224×3",
    "C22": "Who decides the values of a filter",
    "C23": "where is the learning",
    "C24": "10 maps become 64",
    "C25": "drop whole maps",
    "C26": "updated through max pooling",
    "C27": "shape and the number of filters",
    "C28": "become different when they read the same picture",
    "C29": "more axes in front than one batch",
    "C30": "64 × 64 maps",
    "C31": "really cross-correlation",
    "C32": "see every number",
}
MORE = (
    "line detector answer to lines alone",
    "does a network get wrong",
    "pictures of my own",
    "Which part of the input decided the class",
)


def place_of(words):
    (place,) = [place for place in HELP_PLACES if words in place.question]
    return place


@pytest.mark.parametrize("code", WORDS)
def test_every_confusion_has_one_place_with_a_picture(code):
    assert place_of(WORDS[code]).way


def test_there_are_no_other_questions():
    assert len(HELP_PLACES) == len({*WORDS.values(), *MORE} - {WORDS["C20"], WORDS["C23"]})


@pytest.mark.parametrize("place", HELP_PLACES, ids=lambda place: place.question)
def test_a_place_is_at_most_three_clicks_away_and_all_about_it_is_in_sentences(place):
    assert len(place.way) <= CLICKS_ALLOWED
    assert place.question.endswith("?")
    assert place.answer.endswith(".")
    assert place.look.endswith(".")


@pytest.mark.parametrize("place", HELP_PLACES, ids=lambda place: place.question)
def test_what_a_place_opens_is_there(place):
    assert find_example(place.start).id == place.start


def spaced(count):
    return f"{count:,}".replace(",", " ")


def answer_to(words):
    return next(place.answer for place in HELP_PLACES if words in place.question)


def test_the_numbers_in_the_answers_are_those_of_the_engine():
    depthwise_and_pointwise = parameter_count((3, 3, 1, 32), has_bias=False) + parameter_count((1, 1, 32, 64))
    assert spaced(parameter_count((3, 3, 32, 64))) in answer_to("phones")
    assert spaced(depthwise_and_pointwise) in answer_to("phones")
    assert spaced(parameter_count((3, 3, 8, 16))) in answer_to("eight filters")
    assert spaced(parameter_count((3, 3, 8, 8))) in answer_to("eight filters")
    assert spaced(parameter_count((3, 3, 3, 32))) in answer_to("224")
    assert spaced(parameter_count((3, 3, 64, 64))) in answer_to("64 × 64")
    assert spaced(parameter_count((3, 3, 1, 64))) in answer_to("64 × 64")
    assert spaced(3 * multiplication_count((1, 1), (3, 3, 64, 64))) in answer_to("larger windows")
    assert spaced(multiplication_count((1, 1), (7, 7, 64, 64))) in answer_to("larger windows")
    assert spaced(multiplication_count((1, 1), (3, 3, 10, 64))) in answer_to("10 maps")
