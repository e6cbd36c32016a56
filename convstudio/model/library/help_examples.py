"""Networks that Help opens to answer a question on: each shows the one thing that the question is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from convstudio.model.edits.initialisers import fans
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dropout import SpatialDropout
from convstudio.model.kinds.pooling import Pool
from convstudio.model.library.examples import Example, Parts, detecting, untrained_digits
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.view_state import ViewState

_DROPPING_SEED = 1
_LINES = ("vertical-line", "horizontal-line", "diagonal-line-down", "diagonal-line-up")


def _detectors(*ids: str) -> Callable[[Parts], Network]:
    return lambda parts: Network((detecting(parts, *ids),))


def _random(*filters: int, channels: int = 1) -> Callable[[Parts], Network]:
    """Make layers of 3×3 with as many filters each, their weights uniform as in a new layer of Keras."""

    def build(_parts: Parts) -> Network:
        layers, read = [], channels
        for seed, count in enumerate(filters, start=3):
            shape = (3, 3, read, count)
            most = np.sqrt(6 / sum(fans(shape)))
            layers.append(Conv.of(np.random.default_rng(seed).uniform(-most, most, shape).round(2)))
            read = count
        return Network(tuple(layers))

    return build


def _pooled(parts: Parts) -> Network:
    return Network((detecting(parts, "tutorial-vertical-line"), Pool()))


def _shifted_back(parts: Parts) -> Network:
    shift = detecting(parts, "shift")
    return Network((shift, replace(shift, flip=True)))


def _colour_filter(parts: Parts) -> Network:
    kernels = np.repeat(parts["outline"][:, :, np.newaxis, np.newaxis], 3, axis=2)
    return Network((Conv.of(kernels),))


def _dropped(parts: Parts) -> Network:
    return Network((detecting(parts, *_LINES), SpatialDropout(seed=_DROPPING_SEED)))


HELP_EXAMPLES: Sequence[Example] = (
    Example(
        "tutorial",
        "The tutorial's line",
        "The tutorial's picture and its detector of vertical lines.",
        "tutorial-lines",
        _detectors("tutorial-vertical-line"),
        ViewState(position=(0, 1)),
    ),
    Example(
        "line-bank",
        "Lines of four directions",
        "Four filters make four maps.",
        "plus-and-line",
        _detectors(*_LINES),
        ViewState(position=(3, 3)),
    ),
    Example(
        "many-filters",
        "32 filters on a colour card",
        "32 filters of 3×3 on three channels have 896 parameters.",
        "colour-card",
        _random(32, channels=3),
        ViewState(),
    ),
    Example(
        "pooled",
        "A line, pooled",
        "Pooling has no parameters: it takes the largest value of every window.",
        "tutorial-lines",
        _pooled,
        ViewState(layer=1, position=(0, 1)),
    ),
    Example(
        "three-layers",
        "Three layers of 3×3",
        "An output of the third layer sees 7×7 cells of the input.",
        "plus-and-line",
        _random(4, 4, 4),
        ViewState(layer=2, position=(1, 1)),
    ),
    Example(
        "stacked",
        "Two layers of four and eight filters",
        "Every layer makes rows × columns × filters: no axis is added.",
        "tutorial-lines",
        _random(4, 8),
        ViewState(layer=1),
    ),
    Example(
        "rows-and-columns",
        "Six rows and nine columns",
        "Every cell holds ten times its row, plus its column.",
        "rows-and-columns",
        _detectors("identity"),
        ViewState(position=(0, 1)),
    ),
    Example(
        "32-to-64",
        "32 maps, then 64",
        "A standard layer of 3×3 from 32 to 64 maps has 18 496 parameters.",
        "tutorial-lines",
        _random(32, 64),
        ViewState(layer=1),
    ),
    Example(
        "colour-filter",
        "One filter on a colour card",
        "The filter has a kernel for each channel, and one map.",
        "colour-card",
        _colour_filter,
        ViewState(position=(0, 0)),
    ),
    Example(
        "ten-to-64",
        "10 maps, then 64",
        "Each of the 64 filters has a kernel for each of the 10 maps.",
        "tutorial-lines",
        _random(10, 64),
        ViewState(layer=1),
    ),
    Example(
        "64-to-64",
        "64 maps, then 64",
        "Each of the 64 filters reads all 64 maps, and makes one.",
        "tutorial-lines",
        _random(64, 64),
        ViewState(layer=1),
    ),
    Example(
        "dropped-maps",
        "Spatial dropout",
        "Map 3 is set to zero as a whole; the others are doubled.",
        "plus-and-line",
        _dropped,
        ViewState(layer=1, filter=2),
    ),
    Example(
        "taught-line",
        "A random kernel, and the map that it should make",
        "Train › Teach by example turns the random kernel into one whose map is that of a line detector.",
        "tutorial-lines",
        _random(1),
        ViewState(position=(0, 1)),
        target=np.tile(np.reshape([0, 0, 3, 3, 0, 0], (6, 1)), (6, 1, 1)),
    ),
    Example(
        "shift",
        "A kernel that shifts, and the same one flipped",
        "Its one weight is left of the middle, so it copies the left neighbour. The true convolution after it copies "
        "the right one.",
        "impulse",
        _shifted_back,
        ViewState(layer=1, position=(2, 2)),
    ),
    Example(
        "noise",
        "Digits with random labels",
        "There is nothing to learn but the noise: of the digits that are trained on, about half are right in the end, "
        "of the others a tenth.",
        "digit-7-2",
        untrained_digits,
        ViewState(layer=1, position=(3, 3)),
        training=TrainingSettings(data="digits", rate=3e-3, epochs=60, random_labels=True),
    ),
)
"""What Help opens; the menu lists them below the other examples, and `example:NAME` opens them, too."""
