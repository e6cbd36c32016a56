"""The layers of a Keras model as a network, as far as ours can express them."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.readings.networks.keras_layers import StoredLayer, layers_of
from convstudio.model.readings.networks.padding_before import PaddingBefore, padding_of_keras
from convstudio.model.readings.networks.read_network import (
    DAMAGES,
    FREE_LENGTH,
    ReadNetwork,
    open_size_sentence,
    range_sentence,
    stopped_sentence,
)
from convstudio.model.values.layer import Layer, Shape, shape_after
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network


def network_of(layers: Sequence[StoredLayer], input_shape: Sequence[int | None]) -> ReadNetwork:
    """Read layers that follow each other; where one cannot be ours, keep those before it.

    `input_shape` is `(*spatial, channels)`, None for lengths that are left open. A scaling of the input at the
    beginning is left out, and said. Raises ValueError with a sentence where not even the first layer can be read.
    """
    shape = _our_input(input_shape)
    notes = [] if None not in input_shape else [open_size_sentence()]
    walk = _LayerStack(shape, notes)
    stopped = walk.go(layers)
    if not walk.layers:
        raise ValueError(stopped or "The model has no layers: choose another file.")
    return ReadNetwork(Network(tuple(walk.layers)), shape, tuple(walk.notes), stopped)


_PADDINGS = frozenset({"ZeroPadding1D", "ZeroPadding2D"})
"""The layers that are a part of the one after them here."""
_OF_INPUTS = frozenset({"Rescaling", "Normalization"})
"""What a model begins with where it was trained on pictures of 0 to 255."""


class _LayerStack:
    """Keeps our layers so far, and the shape that they make."""

    def __init__(self, shape: Shape, notes: list[str]) -> None:
        self.layers: list[Layer] = []
        self.notes = notes
        self._shape = shape
        self._padding: PaddingBefore | None = None

    def go(self, layers: Sequence[StoredLayer]) -> str:
        """Take layer after layer; return a sentence where the rest has to be left out."""
        for number, layer in enumerate(layers, 1):
            try:
                self._take(layer)
            except (ValueError, *DAMAGES) as problem:
                reason = "its settings are damaged" if isinstance(problem, DAMAGES) else str(problem)
                return stopped_sentence(f"Layer {number} “{layer.name}” ({layer.kind})", reason, len(self.layers))
        if self._padding is not None:
            return stopped_sentence("The padding at its end", "no layer follows it", len(self.layers))
        return ""

    def _take(self, layer: StoredLayer) -> None:
        if layer.kind in _OF_INPUTS and not self.layers:
            self.notes.append(range_sentence(layer.name))
        if layer.kind in _PADDINGS:
            if self._padding is not None:
                raise ValueError("the padding before it can only be that of a convolution or a mean")
            self._padding = padding_of_keras(layer.settings.get("padding", 1), layer.rank)
            return
        for ours in layers_of(layer):
            padded = ours if self._padding is None else self._padding.around(ours, self._shape)
            self._padding = None
            if len(self.layers) == LIMITS.layers:
                raise ValueError(f"a network has at most {LIMITS.layers} layers")
            self._shape = shape_after(padded, self._shape)
            self.layers.append(padded)


def _our_input(stated: Sequence[int | None]) -> Shape:
    if not stated or stated[-1] is None:
        raise ValueError("The model does not say how many channels it reads: build it with a fixed shape.")
    return tuple(FREE_LENGTH if length is None else length for length in stated)
