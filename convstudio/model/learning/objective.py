"""What a training minimises: which loss, on which output of the network, with which targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.activation import Activation
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.learning.dataset import Dataset, Indices
from convstudio.model.values.learning.settings import LOSS_BY_TARGET
from convstudio.model.values.network import Network
from convstudio.ops import activate
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times

CROSS_ENTROPY, BINARY, FROM_LOGITS = "categorical_crossentropy", "binary_crossentropy", "_from_logits"
FUSED = MappingProxyType({CROSS_ENTROPY: "softmax", BINARY: "sigmoid"})
"""The activation before each loss that is exact for large values too where both are computed as one."""


@dataclass(frozen=True)
class Objective:
    """A loss by its name in `ops.learning.losses`, and what it measures.

    Where a loss and the activation before it are computed as one, `fused` is the layer that ends in `activation`: the
    loss then reads the sums before it. `output_shape` is that of the network; `is_of_classes` tells whether the targets
    are classes, `is_of_one_unit` whether one output tells two of them apart.
    """

    loss: str
    output_shape: Shape
    is_of_classes: bool
    is_of_one_unit: bool = False
    fused: int | None = None
    activation: str = "linear"

    def inner(self, network: Network) -> Network:
        """Return the network that makes what the loss reads."""
        return network if self.fused is None else network.with_layer(self.fused, _linear(network.layers[self.fused]))

    def outputs(self, read: Array) -> Array:
        """Return the outputs of the network, `(samples, *output shape)`, given what the loss reads."""
        return activate(read, self.activation) if self.fused is not None else read

    def targets(self, data: Dataset, indices: Indices) -> Array:
        """Return what the network should make of some samples, `(samples, *output shape)`."""
        if self.is_of_one_unit and data.labels is not None:
            return data.labels[indices].astype(np.float32)[:, np.newaxis]
        return data.target_array(indices, self.output_shape)

    def classes(self, read: Array) -> NDArray[np.int64] | None:
        """Return the class of each sample, given what the loss reads; None where the targets are maps.

        One unit tells the second class where it is above one half.
        """
        if not self.is_of_classes:
            return None
        if self.is_of_one_unit:
            return np.asarray(self.outputs(read)[:, 0] > 0.5, np.int64)
        return np.asarray(np.argmax(read, axis=-1), np.int64)


def objective_of(network: Network, data: Dataset, loss: str = LOSS_BY_TARGET) -> Objective:
    """Work out what is minimised; `loss` is a name, or `LOSS_BY_TARGET`.

    By target it is, for classes, the cross-entropy of a network that ends in softmax or in sums, and the binary one of
    a network that ends in sigmoid; for maps the mean squared error. Raises ValueError, with a sentence, where the
    network cannot work on the data or the targets do not fit what it makes.

    >>> from convstudio.model.kinds.dense import Dense
    >>> from convstudio.model.values.arrays import frozen
    >>> data = Dataset("two", frozen(np.zeros((2, 3))), np.array([0, 1]), class_names=("a", "b"))
    >>> objective_of(Network((Dense.of(np.ones((3, 2)), activation="softmax"),)), data).loss
    'categorical_crossentropy_from_logits'
    """
    output_shape = _output_shape(network, data)
    last, end = network_end(network)
    is_of_classes = data.labels is not None
    is_of_one_unit = is_of_classes and output_shape == (1,) and len(data.class_names) == 2
    name = loss_by_target(end, is_of_classes, is_of_one_unit) if loss == LOSS_BY_TARGET else loss
    found = Objective(name, output_shape, is_of_classes, is_of_one_unit)
    if FUSED.get(name) == end:
        found = replace(found, loss=name + FROM_LOGITS, fused=last, activation=end)
    found.targets(data, np.arange(min(1, len(data))))  # raises where they do not fit
    return found


def loss_by_target(end: str, is_of_classes: bool, is_of_one_unit: bool) -> str:
    """Return the loss that fits the targets and the activation that a network ends in.

    >>> loss_by_target("linear", is_of_classes=True, is_of_one_unit=False)
    'categorical_crossentropy_from_logits'
    """
    if not is_of_classes:
        return "mean_squared_error"
    if end == "sigmoid":
        return BINARY
    if is_of_one_unit:
        return BINARY + FROM_LOGITS
    return CROSS_ENTROPY if end == "softmax" else CROSS_ENTROPY + FROM_LOGITS


def network_end(network: Network) -> tuple[int | None, str]:
    """Return the last layer that is on, and the activation that it ends in; "linear" where it has none.

    >>> network_end(Network((Activation("softmax"), Activation("relu", is_on=False))))
    (0, 'softmax')
    """
    last = next((at for at in reversed(range(len(network.layers))) if network.layers[at].is_on), None)
    return last, "linear" if last is None else network.layers[last].ends_in


def _output_shape(network: Network, data: Dataset) -> Shape:
    reached: Shape = data.input_shape
    for number, layer in enumerate(network.layers, start=1):
        if layer.is_on:
            try:
                reached = layer.output_shape(reached)
            except ValueError as reason:
                raise ShapeError(
                    f"Layer {number} cannot work on inputs of {times(data.input_shape)}: {reason}."
                ) from None
    return reached


def _linear(layer: Layer) -> Layer:
    """Return a layer without the activation that it ends in."""
    return Activation("linear") if isinstance(layer, Activation) else layer.sums_and_activation()[0]
