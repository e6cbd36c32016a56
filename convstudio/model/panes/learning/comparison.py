"""Two networks side by side: the filters of a layer, or its maps of the sample, as tiles with the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import Levels, signed_levels
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import format_number

DIFFERENCE = "Δ"
"""What the row of differences is called: B less A."""

_ALIKE = 1 - 5e-6  # as the gallery has it for maps
_SHORT = 3
_NO_KERNELS = "Layer {number} has no kernels. Select a convolution in the ribbon."


@dataclass(frozen=True, eq=False)
class TileRow:
    """Pictures of one kind: the array of each filter, `(rows, columns)`, and the levels that they share."""

    name: str
    tiles: tuple[Floats, ...]
    levels: Levels

    def told(self, place: int) -> str:
        """Tell the range of a tile."""
        tile = self.tiles[place]
        low, high = (format_number(float(end), _SHORT) for end in (tile.min(), tile.max()))
        return f"{self.name}: {low} to {high}"


@dataclass(frozen=True, eq=False)
class Comparison:
    """A row of tiles for A, one for B, one for the difference; a column for each filter. `facts` is a sentence."""

    names: tuple[str, ...]
    rows: tuple[TileRow, ...]
    facts: str = ""


def compared_filters(a: Layer, b: Layer, channel: int, number: int, names: tuple[str, str]) -> Comparison:
    """Compare the kernels of two layers for one channel; `number` is that of the layer, `names` those of A and B.

    Raises ValueError, in a sentence, where one of them has no kernels, or where their shapes differ.
    """
    if not isinstance(a, Conv) or not isinstance(b, Conv):
        raise ValueError(_NO_KERNELS.format(number=number))
    if a.weights.shape != b.weights.shape:
        raise ValueError(f"Layer {number} had another shape then, so its filters cannot be compared one by one.")
    at = min(channel, a.weights.shape[-2] - 1)
    titles = tuple(b.filter_name(filter_index) for filter_index in range(b.filters))
    return _compared(a.weights[..., at, :], b.weights[..., at, :], names, titles, _duplicates_line(b.weights))


def compared_maps(a: Floats, b: Floats, names: tuple[str, str]) -> Comparison:
    """Compare the maps, `(*spatial, filters)`, that two networks make of the sample.

    Raises ValueError where their shapes differ.
    """
    if a.shape != b.shape:
        raise ValueError("The layer made maps of another shape then, so they cannot be compared one by one.")
    return _compared(a, b, names, tuple(f"map {place + 1}" for place in range(a.shape[-1])), "")


def duplicates(weights: Floats) -> int:
    """Count the filters of weights `(*kernel, channels, filters)` that equal an earlier one up to a positive factor.

    >>> duplicates(np.float32([[[1, 2, -1, 0]]]))
    1
    """
    flat = weights.reshape(-1, weights.shape[-1]).astype(np.float64)
    lengths = np.sqrt(np.square(flat).sum(axis=0))
    units = flat / np.where(lengths, lengths, 1)
    alike = np.triu(units.T @ units >= _ALIKE, 1)
    return int(alike.any(axis=0).sum())


def dead_line(document: Document, layer: int, output: Floats | None) -> str:
    """Say how many filters of a layer give only 0 for the sample, after its ReLU or the one that follows it.

    `output`, `(*spatial, filters)`, is what the layer makes, None while that is not known. Nothing is said of a layer
    without a ReLU.
    """
    if output is None:
        return ""
    after = document.layers[layer + 1] if layer + 1 < len(document.layers) else None
    is_cut = isinstance(after, Activation) and after.activation == "relu" and after.is_on
    if not is_cut and document.layers[layer].ends_in != "relu":
        return ""
    dead = int((output.reshape(-1, output.shape[-1]).max(axis=0) <= 0).sum())
    if not dead:
        return "Every filter gives more than 0 somewhere on this sample."
    gives = one_or_many(dead, "gives", "give")
    return f"{counted(dead, 'filter')} {gives} only 0 on this sample."


def _duplicates_line(weights: Floats) -> str:
    count = duplicates(weights)
    if not count:
        return "No filter is another one times a positive number."
    repeats = one_or_many(count, "repeats", "repeat")
    return f"{counted(count, 'filter')} {repeats} another one, up to a factor."


def _compared(
    a: NDArray[np.floating], b: NDArray[np.floating], names: tuple[str, str], titles: Sequence[str], facts: str
) -> Comparison:
    together = signed_levels(np.stack([a, b]))
    change = b - a
    rows = (
        TileRow(names[0], _tiles(a), together),
        TileRow(names[1], _tiles(b), together),
        TileRow(DIFFERENCE, _tiles(change), signed_levels(change)),
    )
    return Comparison(tuple(titles), rows, facts)


def _tiles(values: NDArray[np.floating]) -> tuple[Floats, ...]:
    """Return one picture for each filter; a sequence becomes one row, and a single number one cell."""
    pictures = values[(np.newaxis,) * (3 - values.ndim)]
    return tuple(frozen(pictures[..., place]) for place in range(values.shape[-1]))
