"""Ready-made networks whose weights do something to see: each with the sample it is made for, and what to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.arrays import Floats
from convstudio.model.kinds import Activation, Dense, Flatten, Pool
from convstudio.model.layers import Conv
from convstudio.model.network import Network
from convstudio.model.view_state import ViewState

Parts = Mapping[str, Floats]
"""What example networks are made of: the kernels of detectors by their id, and trained weights by their name."""

_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Example:
    """A ready-made network: what it is made for, and what there is to see.

    `sample` is the id of a bundled one, `about` says in a sentence or two what to look for, `view` is where to begin.
    """

    id: str
    title: str
    about: str
    sample: str
    build: Callable[[Parts], Network]
    view: ViewState


def plus_detector(parts: Parts) -> Network:
    """Find the middle of a plus: lines of two directions, then the cells where both of them are.

    The line detectors answer 4 each where the lines cross, 6 and 0 on a line alone: added up, less 6, only the
    crossing stays above zero.
    """
    lines = _bank([parts["vertical-line"], parts["horizontal-line"]])
    both = _mixing([[1, 1]], bias=[-6])
    return Network((Conv.of(lines), Activation(), both, Activation()))


def corner_detector(parts: Parts) -> Network:
    """Find corners: edges of two directions, whatever their sign, then the cells where there is more than one edge.

    Sobel answers 4 on a straight edge of a white shape, and 3 in both directions on its corners.
    """
    edges = _bank([parts["sobel-x"], parts["sobel-y"]])
    both = _mixing([[1, 1]], bias=[-4])
    return Network((Conv.of(edges), Activation(activation="abs"), both, Activation()))


def separable_edges(parts: Parts) -> Network:
    """Find edges in each colour by itself, then mix the colours: the two halves of a separable convolution."""
    sobel = np.repeat(parts["sobel-x"][:, :, np.newaxis, np.newaxis], 3, axis=-1)
    each_colour = replace(Conv.of(sobel), groups=3, has_bias=False)
    mixed = _mixing([[1, 0, 0], [0, 1, 0], [0, 0, 1], _LUMA, [1, -1, 0], [-0.5, -0.5, 1]])
    return Network((each_colour, mixed))


def digit_classifier(parts: Parts) -> Network:
    """Say which digit an 8×8 picture of values from 0 to 16 shows, with trained weights."""
    first, second = (
        replace(Conv.of(parts[f"{name}.weights"], parts[f"{name}.bias"]), padding="same") for name in ("conv1", "conv2")
    )
    dense = Dense.of(parts["dense.weights"], parts["dense.bias"])
    layers = (first, Activation(), Pool(), second, Activation(), Flatten(), dense, Activation(activation="softmax"))
    return Network(layers)


EXAMPLES: Sequence[Example] = (
    Example(
        "plus",
        "Lines, then a plus",
        "Layer 1 finds vertical and horizontal lines. Layer 3 adds both maps and takes 6 away: one single cell is "
        "left, in the middle of the plus, and the lone line is gone.",
        "plus-and-line",
        plus_detector,
        ViewState(layer=3, position=(3, 3)),
    ),
    Example(
        "corners",
        "Edges, then corners",
        "Layer 1 finds edges of two directions. Layer 3 takes away what one straight edge amounts to: only the six "
        "corners are left, and the bar, which shows none, is gone.",
        "corners-and-bar",
        corner_detector,
        ViewState(layer=3, position=(1, 1)),
    ),
    Example(
        "separable",
        "Depthwise, then mixed",
        "Layer 1 finds vertical edges in red, green and blue, each by itself. Layer 2 mixes the three maps into six: "
        "45 weights and 6 biases do what a standard layer does with 162 weights.",
        "astronaut",
        separable_edges,
        ViewState(layer=1, filter=3, position=(0, 0)),
    ),
    Example(
        "digits",
        "Handwritten digits",
        "3 818 weights, trained on 1 347 digits: of 450 digits that it never saw, the network gets 96.7 % right. "
        "Choose another digit under Sample: all of those were held out too.",
        "digit-7-2",
        digit_classifier,
        ViewState(layer=7, position=(7,)),
    ),
)
"""The ready-made networks, in the order of the menu."""


def _bank(kernels: Sequence[ArrayLike]) -> Floats:
    """Make the weights of a layer on one channel: a filter for each kernel `(rows, columns)`."""
    return np.stack([np.asarray(kernel, np.float32) for kernel in kernels], axis=-1)[:, :, np.newaxis]


def _mixing(rows: ArrayLike, bias: ArrayLike | None = None) -> Conv:
    """Make a 1×1 convolution: a row of channel weights for each filter."""
    return Conv.of(np.transpose(np.asarray(rows, np.float32))[np.newaxis, np.newaxis], bias)
