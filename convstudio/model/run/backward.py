"""The backward run of a document: how a loss changes with every array of weights, and with what every layer reads."""

from __future__ import annotations

from convstudio.model.run.forward import Forward, LayerResult
from convstudio.model.run.patching import finished, is_patchable
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.progress import Progress
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times


def backward(result: Forward, grad: Array, progress: Progress | None = None) -> tuple[LayerGradients, ...]:
    """Return the gradients of every layer of a document that was run, in its order, by the chain rule.

    `grad` is the gradient of the loss in the last layer's output, and has its shape; the gradient in the sample is
    `inputs` of the first layer. A layer that is switched off passes the gradient on. Raises ShapeError for a `grad` of
    another shape, ValueError with the reason where a layer made no maps, CancelledError once `progress` is cancelled.

    Source: D. Rumelhart, G. Hinton and R. Williams, "Learning representations by back-propagating errors", 1986,
    https://doi.org/10.1038/323533a0

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.run.forward import forward
    >>> from convstudio.model.values.document import Document
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> sample = Sample.of("steps", np.reshape([1.0, 2.0, 3.0], (3, 1)))
    >>> result = forward(Document(sample, Network((Conv.of(np.reshape([1.0, -1.0], (2, 1, 1))),))))
    >>> backward(result, np.ones((2, 1)))[0].learned["weights"][:, 0, 0].tolist()
    [3.0, 5.0]
    """
    progress = progress or Progress()
    for one in result.layers:
        if one.maps is None:
            raise ValueError(one.problem)
    last = result.layers[-1].maps
    if last is None or grad.shape != last.shape:
        made = "nothing" if last is None else times(last.shape)
        raise ShapeError(f"the gradient has shape {times(grad.shape)} but the network's output has {made}")
    found: list[LayerGradients] = []
    for one in reversed(result.layers):
        progress(0)
        found.append(_through(one, grad))
        grad = found[-1].inputs
    return tuple(reversed(found))


def _through(result: LayerResult, grad: Array) -> LayerGradients:
    """Pass a gradient back through one layer; the sums of products of a convolution are those of the forward run."""
    layer, read = result.layer, result.read
    assert read is not None, "a layer that made maps has read something"
    if not layer.is_on:
        return LayerGradients(grad)
    if result.sums is not None and is_patchable(layer):
        linear, activation = layer.sums_and_activation()
        before = finished(result.sums.joined.to_array(), layer.bias, "linear")
        return linear.backward(read.to_array(), activation.backward(before, grad).inputs)
    return layer.backward(read.to_array(), grad)
