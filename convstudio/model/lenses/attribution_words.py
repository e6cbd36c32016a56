"""The words of the lens on what decided: the scores that can be asked about, and what is said of the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from convstudio.model.lenses.attribution import Attribution, Score, TermShares
from convstudio.model.run.forward import Forward
from convstudio.model.run.prediction import predicted
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import format_number, format_shape, percent
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence
from convstudio.ops import OVER_CHANNELS

PREDICTED, SELECTED = "The predicted class", "The selected value"
_ROUNDING = 1e-5
EMPTY_CAM = (
    "Grad-CAM is 0 everywhere: where the maps are active, their mean gradients add up to no more than 0. Choose "
    "another layer, or the score after softmax."
)


def score_entries(document: Document) -> tuple[str, ...]:
    """Return which scores can be asked about: classes where the network ends in a vector, and the selected value.

    >>> from convstudio.model.kinds.flatten import Flatten
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> held = Document(Sample.of("two", [[0], [1]]), Network((Flatten(),)), class_names=("cat",))
    >>> score_entries(held)
    ('The predicted class', 'cat', 'class 1', 'The selected value')
    """
    made = document.output_shape(len(document.layers) - 1)
    if made is None or len(made) != 1:
        return (SELECTED,)
    return (PREDICTED, *(class_name(document, index) for index in range(made[0])), SELECTED)


def planes_refusal(document: Document) -> str:
    """Say that an input with planes is not shown."""
    return (
        f"This lens shows sequences and images, and the input {format_shape(document.sample.values.shape)} has planes "
        "too. Choose a sequence or an image as the input."
    )


def class_name(document: Document, index: int) -> str:
    """Return what a class is called: its name, or its number, counted from 0."""
    names = document.class_names
    return names[index] if index < len(names) and names[index] else f"class {index}"


def score_of(result: Forward, view: ViewState, entry: int, *, is_before_softmax: bool) -> Score:
    """Return the score that an entry of `score_entries` means.

    Raises ValueError with a sentence where the layers make nothing, or there is no such output.
    """
    entries, layers = score_entries(result.document), result.layers
    problem = next((one.problem for one in layers if one.output is None), "")
    if problem:
        raise ValueError(problem)
    last = len(layers) - 1
    if entries[entry] == SELECTED and entry == len(entries) - 1:
        return Score(result, view.layer, _selected_place(result, view), is_before_softmax=False)
    if entry == 0:
        maps = layers[last].maps
        assert maps is not None, "every layer made something"
        entry = 1 + (0 if np.isnan(maps).any() else int(np.argmax(maps)))
    return Score(result, last, (entry - 1,), is_before_softmax)


def has_softmax(document: Document) -> bool:
    """Return whether the network's last layer ends in a softmax or a log softmax."""
    last = document.layers[-1]
    return last.is_on and last.ends_in in OVER_CHANNELS


def predicted_words(result: Forward) -> str:
    """Say what the network predicts for this sample; nothing where it predicts nothing."""
    told = predicted(result, result.document.class_names)
    return as_sentence(f"the network {told}") if told else ""


def score_sentence(found: Attribution) -> str:
    """Say which number was followed back, and how much of it gradient × input adds up to."""
    score, rest = found.score, found.value - found.carried
    told = f"{_score_name(score)} is {format_number(found.value)}{_softmax_words(found)}."
    carried = f"Gradient × input adds up to {format_number(found.carried)}"
    if not math.isfinite(rest):
        return f"{told} {carried}."
    if abs(rest) <= _ROUNDING * max(abs(found.value), abs(found.carried)):
        return f"{told} {carried}: all of it."
    others = "comes from biases" if found.is_homogeneous else "comes from biases, and from activations that are curved"
    return f"{told} {carried}; the rest, {format_number(rest)}, {others}."


def term_sentence(found: TermShares, layer_name: str, channel: str) -> str:
    """Say what the terms of one output carry of the score, and how that is worked out."""
    calculation = found.calculation
    where = place(calculation.position, is_vector=calculation.window.ndim == 2 and len(calculation.position) == 1)
    total, slope = format_number(float(found.values.sum())), format_number(found.slope)
    of_channel = f" Shown: {channel}." if channel else ""
    terms = counted(calculation.products.size, "term")
    return as_sentence(
        f"{layer_name}, {where}: the score changes by {slope} for each unit of this sum. The {terms}, times that, add "
        f"up to {total}. The terms of the calculation have these colours.{of_channel}"
    )


def layer_entries(document: Document, layers: Sequence[int]) -> tuple[str, ...]:
    """Return the names of layers, with their numbers, in few letters."""
    return tuple(f"{at + 1} {document.layers[at].name}" for at in layers)


def _selected_place(result: Forward, view: ViewState) -> tuple[int, ...]:
    """Return the current output of the selected layer; raise ValueError where there is none."""
    shape = result.document.output_shape(view.layer)
    assert shape is not None, "every layer made something"
    position = view.shown_position
    if len(position) != max(1, len(shape) - 1) or any(at >= n for at, n in zip(position, shape, strict=False)):
        raise ValueError("There is no output at this place. Select a cell of the feature map.")
    return position if len(shape) == 1 else (*position, min(view.filter, shape[-1] - 1))


def _score_name(score: Score) -> str:
    document = score.result.document
    is_vector = len(score.place) == 1
    if is_vector and score.layer == len(document.layers) - 1:
        return f"The score of “{class_name(document, score.place[0])}”"
    if is_vector:
        return f"Value {score.place[0] + 1} of layer {score.layer + 1}"
    *position, index = score.place
    return f"Map {index + 1} of layer {score.layer + 1} at {place(position)}"


def _softmax_words(found: Attribution) -> str:
    """Say on which side of the softmax the score stands, where there is one, and the share that it becomes."""
    score = found.score
    last = score.result.layers[score.layer]
    if not last.layer.is_on or last.layer.ends_in not in OVER_CHANNELS:
        return ""
    if not score.is_before_softmax:
        return " after softmax" if last.layer.ends_in == "softmax" else " after log softmax"
    made = last.maps
    assert made is not None, "the score is one of its values"
    share = float(made[score.place])
    return f" before softmax, {percent(share if last.layer.ends_in == 'softmax' else math.exp(share))} after it"
