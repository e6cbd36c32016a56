"""Edits that come from a data set: one of its samples as the input, a network fitted to it, random labels."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from convstudio.model.edits.building import glorot
from convstudio.model.edits.intent import Alternative, Intent
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.dense import Dense, with_units
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.learning.objective import objective_of
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape, shape_after
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.sample import Sample
from convstudio.model.words.wording import as_sentence

_HOW = "How should the network be fitted to the data?"


def sample_intent(data: Dataset, index: int, run: int) -> Intent:
    """Return the undo step that makes a sample of a data set the input, with its target and the names of the classes.

    The network stays as it is, whether it fits or not. Samples that are chosen one after the other in one `run` are one
    step together, as pictures are that are leafed through.
    """
    return Intent(f"Use a sample of {data.name}", partial(use_sample, data=data, index=index), gesture=run)


def use_sample(document: Document, data: Dataset, index: int) -> Document:
    """Make a sample of a data set the input, with its target; classes get the names that the data has for them.

    >>> import numpy as np
    >>> from convstudio.model.values.arrays import frozen
    >>> data = Dataset("d", frozen(np.ones((1, 2, 1))), np.array([1]), class_names=("cat", "dog"))
    >>> document = use_sample(Document(Sample.of("steps", [[1], [2]]), Network(())), data, 0)
    >>> document.target, document.class_names
    (ClassTarget(index=1), ('cat', 'dog'))
    """
    name = name_of(data, index)
    return replace(
        document,
        sample=Sample.of(name, data.input(index), name),
        target=data.target(index),
        class_names=data.class_names or document.class_names,
    )


def name_of(data: Dataset, index: int) -> str:
    """Return the name that a sample of a data set has as an input."""
    return data.sample_names[index] if data.sample_names else f"{data.name}, sample {index + 1}"


def use_random_labels(document: Document, is_on: bool) -> Document:
    """Train on drawn classes, or on those of the data: a network that learns them has memorised noise."""
    if document.training.random_labels == is_on:
        return document
    return replace(document, training=replace(document.training, random_labels=is_on))


# --- a network that fits the data ---------------------------------------------------------------------------------


def misfit_to(document: Document, data: Dataset) -> str:
    """Say why a network cannot be tried on a data set; nothing where it can.

    >>> import numpy as np
    >>> from convstudio.model.values.arrays import frozen
    >>> data = Dataset("d", frozen(np.ones((3, 2))), np.array([0, 1, 2]), class_names=("a", "b", "c"))
    >>> document = Document(Sample.of("two", [[1], [2]]), Network((Dense.of(np.ones((2, 2))),)))
    >>> misfit_to(document, data)
    'The data has 3 classes, and the network ends in 2 values.'
    """
    try:
        objective_of(document.network, data, document.training.loss)
    except ValueError as reason:
        output = _output(document.network, data.input_shape)
        return as_sentence(str(reason)) if output is None else _misfit_of(output, data)
    return ""


def _misfit_of(output: Shape, data: Dataset) -> str:
    """Say how what a network makes differs from the targets."""
    if data.maps is not None:
        wanted = data.maps.shape[1:]
        return (
            f"The targets are maps of {format_shape(wanted)}, and the network makes {format_shape(output)}. "
            "Take targets of that shape, or change the layers."
        )
    ends = counted(output[0], "value") if len(output) == 1 else f"maps of {format_shape(output)}"
    return f"The data has {len(data.class_names)} classes, and the network ends in {ends}."


def fitting_intent(document: Document, data: Dataset) -> Intent | None:
    """Return the question how the network should be fitted to a data set; None where no way is known.

    The ways are: layers fitted to the samples and the last dense layer to the classes, or new last layers. Classes get
    the names that the data has for them. An input that such a network cannot read makes way for the first sample:
    fitted to it again, the network would no longer fit the data.
    """
    ways = []
    for text, change in _ways(document.network, data):
        try:
            made = change()
        except ValueError:  # more weights than a layer may have
            continue
        if _fits(made, data):
            ways.append(Alternative(text, text, partial(_with_network, network=made, data=data)))
    if not ways:
        return None
    return Intent("Fit the network", question=f"{misfit_to(document, data)} {_HOW}", instead=tuple(ways))


_Way = tuple[str, Callable[[], Network]]


def _ways(network: Network, data: Dataset) -> list[_Way]:
    if data.maps is not None:
        return [("Fit the layers", lambda: _fitted(network, data.input_shape, None))]
    classes = len(data.class_names)
    return [
        (f"Fit the last layer to {classes} classes", lambda: _fitted(network, data.input_shape, classes)),
        (f"Add a dense layer for {classes} classes", lambda: _with_head(network, data.input_shape, classes)),
    ]


def _fitted(network: Network, input_shape: Shape, classes: int | None) -> Network:
    """Fit every layer to what it reads, and the last dense one to so many classes."""
    last = max((place for place, layer in enumerate(network.layers) if isinstance(layer, Dense)), default=-1)
    layers: list[Layer] = []
    shape = input_shape
    for place, layer in enumerate(network.layers):
        fit = _reading(layer, shape)
        if place == last and classes is not None and isinstance(fit, Dense):
            fit = with_units(fit, classes)
        layers.append(fit)
        shape = shape_after(fit, shape)
    return Network(tuple(layers))


def _reading(layer: Layer, shape: Shape) -> Layer:
    """Return a layer that can work on what it reads; a dense one for another number of values gets new weights."""
    try:
        layer.output_shape(shape)
    except ValueError:
        if isinstance(layer, Dense) and len(shape) == 1:
            return Dense.of(glorot((shape[0], layer.units), layer.units), activation=layer.activation)
        return layer.fitted_to(shape)
    return layer


def _with_head(network: Network, input_shape: Shape, classes: int) -> Network:
    """Add a dense layer for the classes, after a flattening where maps are to be read, with a softmax."""
    fit = _fitted(network, input_shape, None)
    output = _output(fit, input_shape)
    head: list[Layer] = [Flatten()] if output is not None and len(output) > 1 else []
    if output is None or len(fit.layers) + len(head) + 1 > LIMITS.layers:
        raise ValueError("there is no room for more layers")
    head.append(Dense.of(glorot((math.prod(output), classes), classes), activation="softmax"))
    return Network((*_without_softmax(fit), *head))


def _without_softmax(network: Network) -> tuple[Layer, ...]:
    """Return the layers without a softmax at the end, which belongs after the last one that learns."""
    last = network.layers[-1] if network.layers else None
    is_softmax = isinstance(last, Activation) and last.activation == "softmax"
    return network.layers[:-1] if is_softmax and len(network.layers) > 1 else network.layers


def _fits(network: Network, data: Dataset) -> bool:
    output = _output(network, data.input_shape)
    if output is None:
        return False
    return output == data.maps.shape[1:] if data.maps is not None else output == (len(data.class_names),)


def _output(network: Network, input_shape: Shape) -> Shape | None:
    return network.shapes(input_shape)[-1] if network.layers else input_shape


def _with_network(document: Document, network: Network, data: Dataset) -> Document:
    held = document.combination
    is_there = held is not None and held.layer < len(network.layers)
    names = data.class_names or document.class_names
    made = replace(document, network=network, combination=held if is_there else None, class_names=names)
    return use_sample(made, data, 0) if _output(network, made.sample.values.shape) is None else made
