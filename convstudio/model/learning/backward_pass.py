"""The forward, loss and backward phases of one sample: what the calculation shows of how a network learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.learning.objective import CROSS_ENTROPY, FUSED, loss_by_target, network_end
from convstudio.model.run.backward import backward
from convstudio.model.run.forward import Forward, LayerResult
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Shape
from convstudio.model.values.learning.settings import LOSS_BY_TARGET
from convstudio.model.values.learning.target import ClassTarget, Target, target_values
from convstudio.model.values.progress import Progress
from convstudio.ops.learning.losses import loss, loss_gradient
from convstudio.ops.padding import Array


@dataclass(frozen=True, eq=False)
class LayerPass:
    """What went through one layer: what it `read`, and the gradients of the loss.

    `grad` is in the layer's output; `sums`, of the same shape, in what its own activation reads, and the same where it
    has none. `gradients` are in what it read and in what it learns.
    """

    read: TiledArray
    grad: Array
    sums: Array
    gradients: LayerGradients


@dataclass(frozen=True, eq=False)
class BackwardPass:
    """The loss of a document's output against its target, and its gradients in every layer.

    `next_loss` is that after one update with these gradients, where it was worked out.

    `output` and `wanted` have the shape of the network's output. Where the network ends in softmax and the loss is
    cross-entropy (or in sigmoid, and it is the binary one), the gradient `is_fused`: in what that activation reads it
    is output − wanted, which is exact.
    """

    document: Document
    loss: str
    value: float
    output: Array
    wanted: Array
    layers: tuple[LayerPass, ...]
    is_fused: bool = False
    is_reversed: bool = False
    next_loss: float | None = None

    @property
    def grad(self) -> Array:
        """The gradient of the loss in the network's output; where it is fused, in what the last activation reads."""
        return self.layers[-1].sums if self.is_fused else self.layers[-1].grad

    def learned(self, layer: int) -> Mapping[str, Array]:
        """Return the gradients of what a layer learns, by the names of its fields."""
        return self.layers[layer].gradients.learned


def loss_of(document: Document) -> str:
    """Return the name of the loss that a document is trained with; "by target", cross-entropy for a class.

    >>> from convstudio.model.kinds.activation import Activation
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("steps", [[1], [2]]), Network((Activation("softmax"),)), target=ClassTarget(1))
    >>> loss_of(document)
    'categorical_crossentropy'
    """
    chosen = document.training.loss
    if chosen != LOSS_BY_TARGET:
        return chosen
    is_of_one_unit = document.output_shape(len(document.layers) - 1) == (1,)
    return loss_by_target(network_end(document.network)[1], isinstance(document.target, ClassTarget), is_of_one_unit)


def measured_loss(document: Document, output: Array) -> float:
    """Return the loss of an output of a document's network; raise ValueError where there is no target that fits it."""
    if document.target is None:
        raise ValueError("There is no target yet. Set one first.")
    return loss(output, wanted_output(document.target, output.shape), loss_of(document))


def wanted_output(target: Target, output_shape: Shape) -> Array:
    """Return what a network should make; where one unit tells two classes apart, that is 0 or 1.

    Raises ShapeError, which names both shapes, where the target does not fit the output.

    >>> wanted_output(ClassTarget(1), (1,)).tolist()
    [1.0]
    """
    if isinstance(target, ClassTarget) and output_shape == (1,) and target.index in (0, 1):
        return frozen([target.index])
    return target_values(target, output_shape)


def backward_pass(result: Forward, *, is_reversed: bool = False, progress: Progress | None = None) -> BackwardPass:
    """Work out the loss of a forward run and its gradients in every layer, by the chain rule.

    With `is_reversed` the loss's gradient has the wrong sign. Raises ValueError with the reason where there is no
    target, where it does not fit, or where a layer made nothing; CancelledError once `progress` is cancelled.

    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.run.forward import forward
    >>> from convstudio.model.values.arrays import frozen
    >>> from convstudio.model.values.learning.target import MapTarget
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> layer = Conv.of(np.reshape([1.0, -1.0], (2, 1, 1)))
    >>> target = MapTarget(frozen([[0.0], [0.0]]))
    >>> document = Document(Sample.of("steps", [[1], [2], [4]]), Network((layer,)), target=target)
    >>> backward_pass(forward(document)).learned(0)["weights"][:, 0, 0].tolist()
    [-5.0, -10.0]
    """
    document = result.document
    for one in result.layers:
        if one.maps is None:
            raise ValueError(one.problem)
    output = result.layers[-1].maps
    assert output is not None, "every layer made maps"
    if document.target is None:
        raise ValueError("There is no target yet. Set one first.")
    wanted, name = wanted_output(document.target, output.shape), loss_of(document)
    value = loss(output, wanted, name)
    is_fused = document.layers[-1].is_on and FUSED.get(name) == document.layers[-1].ends_in
    if is_fused and name == CROSS_ENTROPY:
        start = output * wanted.sum(axis=-1, keepdims=True) - wanted
        start = start / np.float32(output.size // output.shape[-1])
    elif is_fused:
        start = (output - wanted) / np.float32(output.size)
    else:
        start = loss_gradient(output, wanted, name)
    start = np.asarray(0 - start if is_reversed else start)
    layers = _through(result, start, is_fused=is_fused, progress=progress)
    return BackwardPass(document, name, value, output, wanted, layers, is_fused, is_reversed)


def _through(result: Forward, start: Array, *, is_fused: bool, progress: Progress | None) -> tuple[LayerPass, ...]:
    """Pass a gradient back through all layers; a fused one begins before the activation of the last layer."""
    layers = result.layers
    if not is_fused:
        found = backward(result, start, progress)
        grads = [*(one.inputs for one in found[1:]), start]
        return tuple(map(_passed, layers, grads, found))
    last = layers[-1]
    linear, *activation = last.layer.sums_and_activation()
    assert last.read is not None, "a layer that made maps has read something"
    made = linear.backward(last.read.to_array(), start) if activation else LayerGradients(start)
    ended = LayerPass(last.read, start, start, made)
    if len(layers) == 1:
        return (ended,)
    found = backward(replace(result, layers=layers[:-1]), made.inputs, progress)
    grads = [*(one.inputs for one in found[1:]), made.inputs]
    return (*map(_passed, layers[:-1], grads, found), ended)


def _passed(result: LayerResult, grad: Array, gradients: LayerGradients) -> LayerPass:
    assert result.read is not None, "a layer that made maps has read something"
    linear, *activation = result.layer.sums_and_activation()
    if not activation or not result.layer.is_on or result.layer.ends_in == "linear":
        return LayerPass(result.read, grad, grad, gradients)
    before = linear.run(result.read.to_array())
    return LayerPass(result.read, grad, activation[0].backward(before, grad).inputs, gradients)
