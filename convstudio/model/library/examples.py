"""Ready-made networks whose weights do something visible: each with its sample and a hint what to compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.values.arrays import Floats
from convstudio.model.values.learning.settings import USUAL_TRAINING, TrainingSettings
from convstudio.model.values.learning.watched_phase import WatchedPhase
from convstudio.model.values.network import Network
from convstudio.model.values.sample import RGB
from convstudio.model.values.view_state import Cell, Pane, ViewState

Parts = Mapping[str, Floats]
"""The parts of example networks: the kernels of detectors by their id, and trained weights by their name."""

_COLOUR_MIXES: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "red": (1, 0, 0),
        "green": (0, 1, 0),
        "blue": (0, 0, 1),
        "brightness": (0.299, 0.587, 0.114),
        "red − green": (1, -1, 0),
        "blue − yellow": (-0.5, -0.5, 1),
    }
)


@dataclass(frozen=True)
class Example:
    """A ready-made network: what it is made for, and what there is to see.

    `sample` is the id of a bundled one, `about` tells in a sentence or two what to look for, `view` is where to begin.
    One that learns has a `target` map and its `training`.
    """

    id: str
    title: str
    about: str
    sample: str
    build: Callable[[Parts], Network]
    view: ViewState
    target: ArrayLike | None = None
    training: TrainingSettings = USUAL_TRAINING


def plus_detector(parts: Parts) -> Network:
    """Find the middle of a plus: lines of two directions, then the cells where both of them are.

    The line detectors answer 4 each where the lines cross, 6 and 0 on a line alone: added up, less 6, only the
    crossing stays above zero.
    """
    lines = detecting(parts, "vertical-line", "horizontal-line")
    return Network((lines, Activation(), _mixing({"plus": (1, 1)}, bias=[-6]), Activation()))


def line_detectors(parts: Parts) -> Network:
    """Answer to vertical lines with the tutorial's detector, and with one whose sides are negative."""
    return Network((detecting(parts, "tutorial-vertical-line", "vertical-line"),))


def bump_detectors(parts: Parts) -> Network:
    """Answer to bumps of a sequence with the tutorial's detector, and with one whose sides are negative."""
    return Network((detecting(parts, "tutorial-bump", "bump-centre-surround"),))


def corner_detector(parts: Parts) -> Network:
    """Find corners: edges of two directions, whatever their sign, then the cells where there is more than one edge.

    Sobel answers 4 on a straight edge of a white shape, and 3 in both directions on its corners.
    """
    edges = detecting(parts, "sobel-x", "sobel-y")
    return Network((edges, Activation(activation="abs"), _mixing({"corner": (1, 1)}, bias=[-4]), Activation()))


def gabor_pooling(parts: Parts) -> Network:
    """Find stripes of eight directions in a photograph, and keep the strongest answer of every 4×4 cells."""
    from convstudio.model.library.generators import Series, find_generator  # here, and not above: no start needs it

    del parts
    bank = find_generator("gabor").bank((15, 15), [8, 0, 0], [Series(1, 8, 0, 180)])
    stripes = replace(Conv.of(bank.kernels), filter_names=bank.names)
    return Network((stripes, Activation(), Pool(size=(4, 4))))


def separable_edges(parts: Parts) -> Network:
    """Find edges in each colour by itself, then mix the colours: the two halves of a separable convolution."""
    sobel = np.repeat(parts["sobel-x"][:, :, np.newaxis, np.newaxis], 3, axis=-1)
    each_colour = replace(Conv.of(sobel), groups=3, has_bias=False, filter_names=RGB)
    return Network((each_colour, _mixing(_COLOUR_MIXES)))


def digit_classifier(parts: Parts) -> Network:
    """Say which digit an 8×8 picture of values from 0 to 16 shows, with trained weights."""
    first, second = (
        replace(Conv.of(parts[f"{name}.weights"], parts[f"{name}.bias"]), padding="same") for name in ("conv1", "conv2")
    )
    dense = Dense.of(parts["dense.weights"], parts["dense.bias"])
    layers = (first, Activation(), Pool(), second, Activation(), Flatten(), dense, Activation(activation="softmax"))
    return Network(layers)


def untrained_digits(parts: Parts) -> Network:
    """Be about to learn which digit an 8×8 picture of values from 0 to 16 shows: all weights are drawn."""
    from convstudio.model.edits.building import glorot  # here, and not above: no start needs it

    del parts
    first, second = (
        replace(Conv.of(glorot(shape, seed)), padding="same")
        for seed, shape in enumerate(((3, 3, 1, 8), (3, 3, 8, 16)), start=1)
    )
    dense = Dense.of(glorot((256, 10), 3))
    begin, middle = (Rescaling.of(1 / 16, 0), first, Activation(), Pool()), (second, Activation(), Flatten())
    return Network((*begin, *middle, dense, Activation(activation="softmax")))


def worked_question(parts: Parts) -> Network:
    """Multiply with a kernel of 2×2 without a bias, then ReLU: small enough for one step of learning by hand.

    Source: https://ai.stackexchange.com/questions/12418
    """
    del parts
    kernel = replace(Conv.of(np.reshape([1, -1, 1, 1], (2, 2, 1, 1))), has_bias=False)
    return Network((kernel, Activation()))


def pooled_sequence(parts: Parts) -> Network:
    """Copy the middle of every window of a sequence, then ReLU, then the larger of every two steps."""
    return Network((detecting(parts, "tutorial-bump"), Activation(), Pool(size=(2,))))


_BY_HAND = TrainingSettings(loss="half_squared_error", optimiser="sgd", rate=0.5)
_FIRST_WEIGHT = Cell(Pane.KERNEL, (0, 0))


EXAMPLES: Sequence[Example] = (
    Example(
        "flat-area",
        "Line detectors on a flat area",
        "There is no line, and the tutorial's detector gives 3 everywhere, as on a line. Filter 2 has negative sides: "
        "it gives 0.",
        "flat",
        line_detectors,
        ViewState(position=(2, 2)),
    ),
    Example(
        "other-line",
        "Vertical line detectors on a horizontal line",
        "The tutorial's detector answers 1 to a horizontal line. Filter 2 has negative sides: it gives 0.",
        "horizontal-line",
        line_detectors,
        ViewState(position=(3, 2)),
    ),
    Example(
        "bumps",
        "Bump detectors on a ramp",
        "The tutorial's detector copies the middle of every window. Filter 2 has negative sides: ramps give 0.",
        "ramp-sequence",
        bump_detectors,
        ViewState(position=(2,)),
    ),
    Example(
        "plus",
        "Lines, then a plus",
        "Layer 3 adds the maps of both lines and subtracts 6: one cell is left, in the middle of the plus.",
        "plus-and-line",
        plus_detector,
        ViewState(layer=3, position=(3, 3)),
    ),
    Example(
        "corners",
        "Edges, then corners",
        "Layer 3 subtracts the response to one straight edge: only the six corners are left.",
        "corners-and-bar",
        corner_detector,
        ViewState(layer=3, position=(1, 1)),
    ),
    Example(
        "gabor",
        "Stripes of a brick wall",
        "Stripes of eight directions, pooled: compare the maps of 0° and of 90°.",
        "brick",
        gabor_pooling,
        ViewState(layer=2, filter=4, position=(30, 32)),
    ),
    Example(
        "separable",
        "Depthwise, then mixed",
        "Edges in each colour, then mixed: 45 weights do what a standard layer does with 162.",
        "astronaut",
        separable_edges,
        ViewState(layer=1, filter=3, position=(196, 125)),
    ),
    Example(
        "digits",
        "Handwritten digits",
        "Of 450 digits that it was not trained on, the network gets 438 right. Every digit under Sample is one of "
        "them.",
        "digit-7-2",
        digit_classifier,
        ViewState(layer=7, position=(7,)),
        training=TrainingSettings(data="digits"),
    ),
    Example(
        "digits-untrained",
        "Digits, untrained",
        "All weights are random, and the network guesses. Choose Train › Train… to train it, and watch its filters.",
        "digit-7-2",
        untrained_digits,
        ViewState(layer=1, position=(3, 3)),
        training=TrainingSettings(data="digits", rate=5e-3, schedule="cosine"),
    ),
    Example(
        "worked-question",
        "One step of learning by hand",
        "Step through the gradient, then choose Update: the loss falls by a quarter. Wrong sign makes it 7 times "
        "as large.",
        "worked-question",
        worked_question,
        ViewState(pinned=_FIRST_WEIGHT, watch=WatchedPhase("backward", weight=(0, 0), cell=(0, 0))),
        [[[1], [0]], [[0], [1]]],
        _BY_HAND,
    ),
    Example(
        "pooled-gradient",
        "A gradient through max pooling",
        "Follow the gradient back: the winner of each window gets it, ReLU lets it through or not, weights add it up.",
        "tutorial-sequence",
        pooled_sequence,
        ViewState(layer=2, position=(1,), watch=WatchedPhase("backward", cell=(0,))),
        [[-1], [0], [-1]],
        _BY_HAND,
    ),
)
"""The ready-made networks, in the order of the menu."""


def detecting(parts: Parts, *ids: str) -> Conv:
    """Make a layer on one channel with a filter for each detector."""
    kernels = np.stack([parts[detector_id] for detector_id in ids], axis=-1)
    return replace(Conv.of(kernels[..., np.newaxis, :]), filter_names=ids)


def _mixing(mixes: Mapping[str, Sequence[float]], bias: ArrayLike | None = None) -> Conv:
    """Make a 1×1 convolution: a filter for each name, with a weight for each channel."""
    weights = np.transpose(np.asarray(list(mixes.values()), np.float32))
    return replace(Conv.of(weights[np.newaxis, np.newaxis], bias), filter_names=tuple(mixes))
