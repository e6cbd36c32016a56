"""The weights of a network as they stand in the model of Keras or PyTorch that "Copy as code" builds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.files.code.layers import writer_of
from convstudio.files.code.program import LayerStep, kernels, steps_of
from convstudio.files.code.to_keras import KerasLayer
from convstudio.files.code.to_pytorch import TorchModule, with_activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.words.weight_orders import NORM_NAMES, order_of

Arrays = Mapping[str, NDArray[Any]]
"""Arrays by their names, in the order of the model."""


def pytorch_weights(document: Document) -> Arrays:
    """Return the state dict of the `nn.Sequential`: `model.load_state_dict` takes it as it is.

    Raises FileProblem, which names the layer, where one cannot work.
    """
    found: dict[str, NDArray[Any]] = {}
    place, modules_of = 0, writer_of("pytorch")
    for step in steps_of(document):
        for module in with_activation(modules_of(step), step):
            for name, values in _torch_arrays(step, module):
                found[f"{place}.{name}"] = values
            place += 1
    return found


def keras_weights(document: Document) -> Arrays:
    """Return the weights of the `keras.Sequential` in the order of `model.get_weights`, under Keras's usual names.

    Keras counts the layers of a class: the second `Conv2D` is `conv2d_1`. Raises FileProblem as `pytorch_weights`.
    """
    found: dict[str, NDArray[Any]] = {}
    counts, layers_of = Counter[str](), writer_of("keras")
    for step in steps_of(document):
        for layer in layers_of(step):
            name = _snake(re.sub(r"^layers\.|\(.*", "", layer.text, flags=re.DOTALL))
            numbered = f"{name}_{counts[name]}" if counts[name] else name
            counts[name] += 1
            if layer.weights:
                names, arrays = zip(*_KERAS[type(step.layer)](step, layer), strict=True)
                found.update({f"{numbered}/{one}": array for one, array in zip(names, arrays, strict=True)})
    return found


def _torch_arrays(step: LayerStep, module: TorchModule) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield what a module holds, in PyTorch's order of axes."""
    held = step.layer
    values = _TORCH[type(held)](step) if type(held) in _TORCH else {}
    buffers = [name for name in _TORCH_BUFFERS.get(type(held), ()) if name in values]
    for name in (*module.parameters, *buffers):
        yield name, values[name]


def _torch_conv(step: LayerStep) -> Mapping[str, NDArray[Any]]:
    layer: Any = step.layer
    weights = layer.weights if isinstance(layer, ConvTranspose) else kernels(layer)
    return {"weight": order_of(layer, "pytorch").from_ours(weights, layer.groups), "bias": layer.bias}


def _torch_dense(step: LayerStep) -> Mapping[str, NDArray[Any]]:
    layer: Any = step.layer
    return {"weight": order_of(layer, "pytorch").from_ours(layer.weights), "bias": layer.bias}


def _torch_norm(step: LayerStep) -> Mapping[str, NDArray[Any]]:
    held = {theirs: getattr(step.layer, ours) for ours, theirs in NORM_NAMES["pytorch"].items()}
    return held | {"num_batches_tracked": np.zeros((), np.int64)}


def _torch_factors(step: LayerStep) -> Mapping[str, NDArray[Any]]:
    layer: Any = step.layer
    whole = layer.factors(step.input_shape)
    drawn = whole[tuple(slice(length) for length in layer.factor_shape(step.input_shape))]
    return {"factors": frozen(np.moveaxis(drawn, -1, 0))}


def _torch_prelu(step: LayerStep) -> Mapping[str, NDArray[Any]]:
    layer: Any = step.layer
    return {"weight": frozen(np.moveaxis(layer.slopes, -1, 0))}


_TORCH: Mapping[type[Layer], Callable[[LayerStep], Mapping[str, NDArray[Any]]]] = MappingProxyType(
    {
        Conv: _torch_conv,
        ConvTranspose: _torch_conv,
        Dense: _torch_dense,
        BatchNorm: _torch_norm,
        PRelu: _torch_prelu,
        Dropout: _torch_factors,
        SpatialDropout: _torch_factors,
    }
)
"""What the modules of each kind that holds arrays hold."""
_TORCH_BUFFERS: Mapping[type[Layer], tuple[str, ...]] = MappingProxyType(
    {BatchNorm: ("num_batches_tracked",), Dropout: ("factors",), SpatialDropout: ("factors",)}
)
"""What of it a program does not fill, but PyTorch saves."""

_Named = Iterator[tuple[str, Floats]]


def _keras_conv(step: LayerStep, written: KerasLayer) -> _Named:
    layer: Any = step.layer
    values = (kernels(layer), layer.bias)
    return zip(("kernel", "bias"), values[: len(written.weights)], strict=False)


def _keras_transposed(step: LayerStep, written: KerasLayer) -> _Named:
    layer: Any = step.layer
    is_native = "Transpose(" in written.text
    turned = (
        order_of(layer, "keras").from_ours(layer.weights)
        if is_native
        else frozen(np.flip(layer.weights, tuple(range(layer.rank))))
    )
    return zip(("kernel", "bias"), (turned, layer.bias)[: len(written.weights)], strict=False)


def _keras_dense(step: LayerStep, written: KerasLayer) -> _Named:
    del written
    layer: Any = step.layer
    return zip(("kernel", "bias"), (layer.weights, layer.bias), strict=True)


def _keras_norm(step: LayerStep, written: KerasLayer) -> _Named:
    del written
    return ((theirs, getattr(step.layer, ours)) for ours, theirs in NORM_NAMES["keras"].items())


def _keras_prelu(step: LayerStep, written: KerasLayer) -> _Named:
    del written
    layer: Any = step.layer
    yield "alpha", layer.slopes.reshape((1,) * (len(step.input_shape) - layer.slopes.ndim) + layer.slopes.shape)


_KERAS: Mapping[type[Layer], Callable[[LayerStep, KerasLayer], _Named]] = MappingProxyType(
    {
        Conv: _keras_conv,
        ConvTranspose: _keras_transposed,
        Dense: _keras_dense,
        BatchNorm: _keras_norm,
        PRelu: _keras_prelu,
    }
)
"""What Keras's layer of each kind that holds arrays holds."""


def _snake(name: str) -> str:
    """Write the name of a class as Keras names its layers.

    >>> _snake("Conv2DTranspose"), _snake("BatchNormalization"), _snake("PReLU")
    ('conv2d_transpose', 'batch_normalization', 'p_re_lu')
    """
    apart = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", apart).lower()
