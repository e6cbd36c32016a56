"""What decided: how one score of a network changes with every cell of the input, every map, and every term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.term_marks import TermMark, term_marks
from convstudio.model.lenses.subject import Doubles
from convstudio.model.panes.readout import shown_channel
from convstudio.model.run.backward import backward
from convstudio.model.run.forward import Forward, LayerResult
from convstudio.model.run.layer_input import input_channel_names
from convstudio.model.run.patching import finished, is_patchable
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.model.values.layer import Layer
from convstudio.model.values.maps import Maps
from convstudio.model.values.progress import Progress
from convstudio.model.values.view_state import ViewState
from convstudio.ops import OVER_CHANNELS
from convstudio.ops.padding import Array

_HOMOGENEOUS = frozenset({"linear", "relu", "leaky_relu", "abs"})
"""The activations that are a slope times what they read."""


@dataclass(frozen=True, eq=False)
class Score:
    """One number of a complete forward run: value `place` of what layer `layer` makes.

    `place` is `(*position, filter)`, of a vector `(value,)`. Where the layer ends in a softmax or log softmax and
    `is_before_softmax`, the score is what that reads: it does not depend on the scores of other classes.
    """

    result: Forward
    layer: int
    place: tuple[int, ...]
    is_before_softmax: bool = True

    def is_the_same_as(self, other: Score | None) -> bool:
        """Return whether another one is the same number of the same run."""
        return (
            other is not None
            and self.result is other.result
            and (self.layer, self.place) == (other.layer, other.place)
            and self.is_before_softmax == other.is_before_softmax
        )


@dataclass(frozen=True, eq=False)
class Attribution:
    """The gradients of a score in the sample and in what every layer up to it makes.

    `inputs` is the sample, `(*spatial, channels)`. `gradients[0]` is the gradient in it, `gradients[n]` that in the
    output of layer n, counted from 1, each in the shape of what it belongs to.
    """

    score: Score
    value: float
    inputs: Floats
    gradients: tuple[Array, ...]

    @property
    def gradient(self) -> Array:
        """The gradient in the input, `(*spatial, channels)`."""
        return self.gradients[0]

    @cached_property
    def saliency(self) -> Array:
        """The largest |gradient| of the channels, `(*spatial,)`."""
        return np.asarray(np.abs(self.gradient).max(axis=-1))

    @cached_property
    def times_input(self) -> Doubles:
        """Gradient × input, added up over the channels, `(*spatial,)`."""
        with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
            return np.asarray(np.sum(self.gradient.astype(np.float64) * self.inputs, axis=-1))

    @property
    def carried(self) -> float:
        """How much of the score gradient × input adds up to."""
        return float(self.times_input.sum())

    @property
    def layers(self) -> tuple[LayerResult, ...]:
        """The results of the layers that the score was followed through."""
        return self.score.result.layers[: len(self.gradients) - 1]

    @property
    def is_homogeneous(self) -> bool:
        """Whether the score is a sum of slopes times what is read and biases, so that only biases are missing."""
        ends = (_ends_in(result.layer) for result in self.layers)
        return all(end in _HOMOGENEOUS or (end in OVER_CHANNELS and self.score.is_before_softmax) for end in ends)


def attribution_of(score: Score, progress: Progress | None = None) -> Attribution:
    """Follow a score back to the input by the chain rule.

    Raises ValueError with the reason where a layer made no maps, CancelledError once `progress` is cancelled.

    Source: K. Simonyan, A. Vedaldi and A. Zisserman, "Deep inside convolutional networks", 2013,
    https://arxiv.org/abs/1312.6034, section 3.

    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.run.forward import forward
    >>> from convstudio.model.values.document import Document
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> sample = Sample.of("steps", np.reshape([1.0, 2.0, 3.0], (3, 1)))
    >>> result = forward(Document(sample, Network((Conv.of(np.reshape([5.0, -1.0], (2, 1, 1))),))))
    >>> found = attribution_of(Score(result, 0, (1, 0)))
    >>> found.value, found.gradient[:, 0].tolist(), found.times_input.tolist()
    (7.0, [0.0, 5.0, -1.0], [0.0, 10.0, -3.0])
    """
    sample = score.result.document.sample.values.to_array()
    layers = _followed(score)
    made = layers[-1].maps if layers else sample
    if made is None:
        raise ValueError(layers[-1].problem)
    seed = np.zeros(made.shape, np.float32)
    seed[score.place] = 1
    gradients = [seed]
    if layers:
        through = backward(Forward(score.result.document, layers), seed, progress)
        gradients = [*(one.inputs for one in through), seed]
    return Attribution(score, float(made[score.place]), sample, tuple(gradients))


def class_activation(found: Attribution, layer: int) -> Doubles:
    """Return Grad-CAM on what a layer makes, `(*spatial,)`: `max(0, Σ mean(gradient of map) · map)`.

    The mean is over all positions of a map. Raises ValueError where the layer makes no maps, or comes after the score.

    Source: R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks", 2016,
    https://arxiv.org/abs/1610.02391, equations 1 and 2.
    """
    if layer not in cam_layers(found.score):
        raise ValueError(f"Layer {layer + 1} has no maps that the score is made of. Choose another layer.")
    maps = found.score.result.layers[layer].maps
    assert maps is not None, "the score was followed back through it"
    spatial = tuple(range(maps.ndim - 1))
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        weights = found.gradients[layer + 1].mean(axis=spatial, dtype=np.float64)
        return np.asarray(np.maximum(maps @ weights, 0))


def cam_layers(score: Score) -> tuple[int, ...]:
    """Return the layers before that of the score that make maps, in their order: Grad-CAM can be asked of each."""
    layers = score.result.layers[: score.layer]
    return tuple(at for at, one in enumerate(layers) if one.output is not None and one.output.spatial)


def usual_cam_layer(score: Score) -> int | None:
    """Return the layer that Grad-CAM is made for: the last convolution, after the activation that follows it.

    None where no layer before the score makes maps.
    """
    choices, layers = cam_layers(score), score.result.layers
    convolutions = [at for at in choices if layers[at].layer.kernel_cells]
    if not convolutions:
        return choices[-1] if choices else None
    last = convolutions[-1]
    is_followed = last + 1 in choices and layers[last + 1].layer.ends_in != "linear"
    return last + 1 if is_followed and not layers[last + 1].layer.kernel_cells else last


def stretched(values: Doubles, spatial: Sequence[int]) -> Doubles:
    """Stretch a map `(*map,)` over an input of the lengths `spatial`, by linear interpolation between cell centres.

    >>> stretched(np.array([0.0, 1.0]), (4,)).tolist()
    [0.0, 0.25, 0.75, 1.0]
    """
    for axis, length in enumerate(spatial):
        at = np.clip((np.arange(length) + 0.5) * values.shape[axis] / length - 0.5, 0, values.shape[axis] - 1)
        first = np.floor(at).astype(int)
        share = (at - first).reshape((-1,) + (1,) * (values.ndim - axis - 1))
        after = np.minimum(first + 1, values.shape[axis] - 1)
        values = np.take(values, first, axis) * (1 - share) + np.take(values, after, axis) * share
    return values


# --- the terms of one output -----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class TermShares:
    """What each term of one output carries of a score, to first order.

    `slope` is the gradient of the score in the sum of the terms, before the activation; `values` are the products
    times the slope, in the shape of the products, in float64. `names` are those of all channels of the input.
    """

    calculation: Calculation
    slope: float
    names: tuple[str, ...] = ()

    @property
    def values(self) -> NDArray[np.float64]:
        """Product times slope of every term, `(*kernel, channels read)`."""
        with np.errstate(all="ignore"):
            return self.calculation.products * self.slope

    def marks(self, text: str, channel: int) -> tuple[TermMark, ...]:
        """Mark the terms of the calculation's `text`, of one channel: all channels have the same colours."""
        values = self.values
        at = shown_channel(self.calculation, channel, None)
        line, reach = text.split("\n", maxsplit=1)[0], float(np.abs(values[np.isfinite(values)]).max(initial=0))
        return term_marks(line, values[..., at].ravel(), reach)


def term_shares(found: Attribution, view: ViewState) -> TermShares:
    """Return what the terms of the current output of the selected layer carry of the score.

    Raises ValueError with a sentence where the layer multiplies no weights, or the score is not made of its output.
    """
    if view.layer >= len(found.layers):
        raise ValueError("The score is not made of this layer's output. Select a layer before it.")
    held = found.layers[view.layer]
    layer, read = held.layer, held.read
    if not layer.is_on or read is None:
        raise ValueError("The selected layer is switched off: it has no terms.")
    grad, position = found.gradients[view.layer + 1], view.shown_position
    if len(position) != max(1, grad.ndim - 1) or any(at >= n for at, n in zip(position, grad.shape, strict=False)):
        raise ValueError("There is no output at this place. Select a cell of the feature map.")
    names = input_channel_names(found.score.result.document, view.layer, read.channels)
    calculation = layer.explain(read, view, names)
    if not isinstance(calculation, Calculation):
        raise ValueError(f"{layer.name} multiplies no weights. Select a convolution or a dense layer.")
    return TermShares(calculation, _slope(held, grad, position, calculation.filter), names)


def _slope(held: LayerResult, grad: Array, position: tuple[int, ...], index: int) -> float:
    """Return the gradient of a score in one sum of a layer, given that in all of its outputs."""
    at = position if grad.ndim > 1 else ()
    if held.layer.ends_in == "linear":
        return float(grad[(*at, index)])
    ending = held.layer.sums_and_activation()[-1]
    vector = np.ascontiguousarray(grad[at])
    return float(ending.backward(np.ascontiguousarray(_sums_at(held, at)), vector).inputs[index])


def _sums_at(held: LayerResult, at: tuple[int, ...]) -> Floats:
    """Return what all filters, or units, of a layer add up to at one position, before the activation."""
    layer, read = held.layer, held.read
    assert read is not None, "a layer that made maps has read something"
    if held.sums is not None and is_patchable(layer):
        box = tuple(slice(place, place + 1) for place in at)
        return finished(held.sums.box(box), layer.bias, "linear").reshape(-1)
    return np.asarray(layer.sums_and_activation()[0].run(read.to_array())[at])


def _followed(score: Score) -> tuple[LayerResult, ...]:
    """Return the layers that lead to a score; of one that ends in a softmax, without that where it is left out."""
    *before, last = score.result.layers[: score.layer + 1]
    if not score.is_before_softmax or _ends_in(last.layer) not in OVER_CHANNELS:
        return (*before, last)
    parts = last.layer.sums_and_activation()
    if len(parts) == 1:
        return tuple(before)
    read = last.read
    if read is None or last.output is None:
        return (*before, last)
    sums = Maps(TiledArray(parts[0].run(read.to_array())))
    return (*before, replace(last, layer=parts[0], output=sums))


def _ends_in(layer: Layer) -> str:
    return layer.ends_in if layer.is_on else "linear"
