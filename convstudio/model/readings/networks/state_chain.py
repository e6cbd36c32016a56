"""A PyTorch state_dict as a network: a chain of the layers that have weights, and what such a file does not tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.readings.networks.read_network import (
    FREE_LENGTH,
    ReadNetwork,
    open_size_sentence,
    stopped_sentence,
)
from convstudio.model.readings.networks.state_modules import ModuleStep, chain_of, modules_of, told_words
from convstudio.model.readings.weights.weight_names import Shapes
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_in_full, format_shape
from convstudio.model.words.weight_orders import CONV_ORDERS, DENSE_ORDERS, NORM_EPSILON, NORM_NAMES, TRANSPOSED_ORDERS

_MISSING = (
    "A state_dict holds weights alone: no activations, strides, padding, dilation or pooling. Here every layer has "
    "stride 1, no padding and no activation: set what your model has, and add its activations and its pooling."
)

Read = Callable[[Sequence[str]], Mapping[str, Floats]]
"""Returns arrays by their names."""


def network_of(shapes: Shapes, read: Read, *, is_ordered: bool) -> ReadNetwork:
    """Read the arrays of a state_dict, given by their `shapes`, as a chain of layers, as far as it is one.

    `read` returns arrays by their names, and is called once; `is_ordered` tells that the file keeps the model's order.
    What the file does not tell is a note. Raises ValueError with a sentence where not even the first module can be
    read.
    """
    steps, reason = chain_of(modules_of(shapes), is_ordered=is_ordered)
    arrays = read([step.module.array(word) for step in steps[: LIMITS.layers + 1] for word in step.module.shapes])
    layers: list[Layer] = []
    for at, step in enumerate(steps):
        made = _layers_of(step, arrays)
        if len(layers) + len(made) > LIMITS.layers:
            steps, reason = (
                steps[:at],
                f"“{step.module.name[:60]}” is too much: a network has at most {LIMITS.layers} layers",
            )
            break
        layers += made
    if not layers:
        raise ValueError(f"The module {reason}." if reason else "The file holds no modules: choose another file.")
    input_shape = _input_shape(steps)
    notes = [*_notes(steps, is_ordered=is_ordered), *_size_notes(steps, input_shape)]
    stopped = stopped_sentence("The rest", f"the module {reason}", len(layers)) if reason else ""
    return ReadNetwork(Network(tuple(layers)), input_shape, tuple(notes), stopped)


# --- layers --------------------------------------------------------------------------------------------------------


def _layers_of(step: ModuleStep, arrays: Mapping[str, Floats]) -> tuple[Layer, ...]:
    held = {word: arrays[step.module.array(word)] for word in step.module.shapes}
    return _MADE[step.kind](step, held)


def _conv(step: ModuleStep, arrays: Mapping[str, Floats]) -> tuple[Layer, ...]:
    ours = CONV_ORDERS[1].to_ours(arrays["weight"], step.groups)
    ones = (1,) * (ours.ndim - 2)
    bias = _bias(arrays, ours.shape[-1])
    return (Conv(ours, bias, ones, ones, groups=step.groups, has_bias="bias" in arrays),)


def _transposed(step: ModuleStep, arrays: Mapping[str, Floats]) -> tuple[Layer, ...]:
    ours = TRANSPOSED_ORDERS[1].to_ours(arrays["weight"], step.groups)
    ones = (1,) * (ours.ndim - 2)
    bias = _bias(arrays, ours.shape[-1])
    return (ConvTranspose(ours, bias, ones, ones, groups=step.groups, has_bias="bias" in arrays),)


def _dense(step: ModuleStep, arrays: Mapping[str, Floats]) -> tuple[Layer, ...]:
    """Return a dense layer; one that reads flattened maps has its inputs put into the order in which ours flattens."""
    ours = DENSE_ORDERS[1].to_ours(arrays["weight"])
    if step.flattened is not None:
        *spatial, channels = step.flattened
        ours = frozen(np.moveaxis(ours.reshape(channels, *spatial, -1), 0, -2).reshape(ours.shape))
    dense = Dense(ours, _bias(arrays, ours.shape[1]))
    return (dense,) if step.flattened is None else (Flatten(), dense)


def _norm(step: ModuleStep, arrays: Mapping[str, Floats]) -> tuple[Layer, ...]:
    count = len(arrays["running_mean"])
    held = {ours: arrays.get(word) for ours, word in NORM_NAMES["pytorch"].items()}
    if (arrays["running_var"] < 0).any():
        raise ValueError(f"“{step.module.name[:60]}” holds a negative variance: get a whole copy of the file.")
    gamma = frozen(np.ones(count)) if held["gamma"] is None else held["gamma"]
    beta = frozen(np.zeros(count)) if held["beta"] is None else held["beta"]
    return (BatchNorm(arrays["running_mean"], arrays["running_var"], gamma, beta, NORM_EPSILON["pytorch"]),)


def _slopes(_step: ModuleStep, arrays: Mapping[str, Floats]) -> tuple[Layer, ...]:
    return (PRelu(arrays["weight"]),)


def _bias(arrays: Mapping[str, Floats], count: int) -> Floats:
    return arrays["bias"] if "bias" in arrays else frozen(np.zeros(count))


_MADE: Mapping[str, Callable[[ModuleStep, Mapping[str, Floats]], tuple[Layer, ...]]] = MappingProxyType(
    {"conv": _conv, "transposed": _transposed, "dense": _dense, "norm": _norm, "slopes": _slopes}
)
"""What makes the layers of each kind of module."""


# --- the input, and what is not told -------------------------------------------------------------------------------


def _input_shape(steps: Sequence[ModuleStep]) -> Shape:
    """Return the shape `(*spatial, channels)` of an input from which the maps that are flattened come out.

    Without such maps the size is free.
    """
    first = steps[0]
    flattened = next((step.flattened for step in steps if step.flattened is not None), None)
    if first.flattened is not None:
        return first.flattened
    kernel = first.module.shapes["weight"][2:]
    spatial = [FREE_LENGTH] * len(kernel) if flattened is None else list(flattened[:-1])
    if flattened is not None:
        for step in reversed(steps[: [step.flattened for step in steps].index(flattened)]):
            sign = {"conv": 1, "transposed": -1}.get(step.kind, 0)
            sides = step.module.shapes["weight"][2:] if sign else (1,) * len(spatial)
            spatial = [length + sign * (side - 1) for length, side in zip(spatial, sides, strict=True)]
    channels = first.module.shapes["weight"][0 if first.kind == "transposed" else 1]
    return (*(max(1, length) for length in spatial), channels)


def _notes(steps: Sequence[ModuleStep], *, is_ordered: bool) -> list[str]:
    notes = [_MISSING]
    if len({step.module.pattern for step in steps}) > 1 and not is_ordered:
        notes.append(f"The order of the layers is not in the file. By names and channels it is: {told_words(steps)}.")
    if any(step.kind == "norm" for step in steps):
        epsilon = format_in_full(NORM_EPSILON["pytorch"])
        notes.append(f"Epsilon of batch normalisation is not in the file: {epsilon}, PyTorch's usual one, is taken.")
    grouped = [f"“{step.module.name[:60]}” has {step.groups}" for step in steps if step.groups > 1]
    if grouped:
        notes.append(f"The groups of convolutions follow from their channels: {', '.join(grouped)}.")
    return notes


def _size_notes(steps: Sequence[ModuleStep], input_shape: Shape) -> list[str]:
    """Say where maps are flattened, and which size of the input that needs."""
    flattening = next((step for step in steps if step.flattened is not None), None)
    if flattening is None or flattening.flattened is None:
        return [open_size_sentence()]
    *spatial, channels = flattening.flattened
    inputs = flattening.module.shapes["weight"][1]
    return [
        f"A Flatten stands before “{flattening.module.name[:60]}”, whose {counted(inputs, 'input')} are read as "
        f"{format_shape(tuple(spatial))} of {counted(channels, 'channel')}, channels first as nn.Flatten writes them. "
        f"The input is {format_shape(input_shape)}, from which they come out as long as no stride, padding or pooling "
        "is set."
    ]
