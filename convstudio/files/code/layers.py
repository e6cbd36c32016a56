"""How each kind of layer is written for each library: the one table of this room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from convstudio.files.code import to_opencv, to_scipy
from convstudio.files.code.program import LayerStep, assigned, kernels, refuse
from convstudio.files.code.to_keras import (
    KerasLayer,
    keras_activation,
    keras_batch_norm,
    keras_conv,
    keras_dense,
    keras_global_pool,
    keras_pool,
    keras_prelu,
    keras_rescaling,
    keras_transposed,
)
from convstudio.files.code.to_numpy import (
    batch_norm_lines,
    conv_lines,
    global_pool_lines,
    pool_lines,
    transposed_lines,
)
from convstudio.files.code.to_pytorch import (
    TorchModule,
    torch_batch_norm,
    torch_conv,
    torch_dense,
    torch_global_pool,
    torch_pool,
    torch_prelu,
    torch_rescaling,
    torch_response_norm,
    torch_transposed,
)
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.values.layer import Layer


@dataclass(frozen=True)
class LayerCode:
    """What a kind of layer becomes in each library; each function takes the layer and its step.

    The activation that a layer ends in is written by PyTorch, NumPy, SciPy and OpenCV themselves. `arrays` are the
    lines that hold its numbers, channels last, whichever order the library wants. SciPy and OpenCV have nothing for
    most kinds. `keras_training` and `pytorch_training` are what a kind becomes where the program trains, if that is
    something else.
    """

    keras: Callable[[Any, LayerStep], Sequence[KerasLayer]]
    pytorch: Callable[[Any, LayerStep], Sequence[TorchModule]]
    numpy: Callable[[Any, LayerStep], Sequence[str]]
    arrays: Callable[[Any, LayerStep], Sequence[str]] = lambda layer, step: ()
    scipy: Callable[[Any, LayerStep], Sequence[str]] = lambda layer, step: _without(step, "SciPy", to_scipy.WITHOUT)
    opencv: Callable[[Any, LayerStep], Sequence[str]] = lambda layer, step: _without(step, "OpenCV", to_opencv.WITHOUT)
    keras_training: Callable[[Any, LayerStep], Sequence[KerasLayer]] | None = None
    pytorch_training: Callable[[Any, LayerStep], Sequence[TorchModule]] | None = None


def writer_of(column: str, *, trains: bool = False) -> Callable[[LayerStep], Sequence[Any]]:
    """Return what writes a layer in one column of the table: a library, or "arrays"; `trains` tells that of a training.

    It raises TypeError, naming the kind, where the table has no line for it.
    """

    def written(step: LayerStep) -> Sequence[Any]:
        kind = type(step.layer)
        if kind not in CODE:
            raise TypeError(f"the table of programs has no line for a {kind.__name__}")
        own = getattr(CODE[kind], f"{column}_training") if trains else None
        parts: Sequence[Any] = (own or getattr(CODE[kind], column))(step.layer, step)
        return parts

    return written


def _without(step: LayerStep, library: str, reason: str) -> Sequence[str]:
    raise refuse(step, library, reason)


def _nothing(layer: Activation, step: LayerStep) -> list[str]:
    """Write nothing: what a layer ends in is written after it, and an activation is only that."""
    del layer, step
    return []


def _conv_arrays(layer: Conv, step: LayerStep) -> list[str]:
    turned = "; turned, for true convolution" if layer.flip else ""
    return [
        f"# {step.name}: kernel axes, channels / groups, filters{turned}",
        assigned(step.called("weights"), kernels(layer)),
        assigned(step.called("bias"), layer.bias),
    ]


def _transposed_arrays(layer: ConvTranspose, step: LayerStep) -> list[str]:
    return [
        f"# {step.name}: kernel axes, channels / groups, filters",
        assigned(step.called("weights"), layer.weights),
        assigned(step.called("bias"), layer.bias),
    ]


def _dense_arrays(layer: Dense, step: LayerStep) -> list[str]:
    return [
        f"# {step.name}: inputs, units",
        assigned(step.called("weights"), layer.weights),
        assigned(step.called("bias"), layer.bias),
    ]


def _batch_norm_arrays(layer: BatchNorm, step: LayerStep) -> list[str]:
    names = ("mean", "variance", "gamma", "beta")
    return [f"# {step.name}: one number per channel", *(assigned(step.called(n), getattr(layer, n)) for n in names)]


def _prelu_arrays(layer: PRelu, step: LayerStep) -> list[str]:
    count = "one slope for all channels" if layer.is_shared else "one slope per channel"
    count = "one slope per cell" if layer.is_per_cell else count
    return [f"# {step.name}: {count}", assigned(step.called("slopes"), layer.slopes)]


def _rescaling_arrays(layer: Rescaling, step: LayerStep) -> list[str]:
    count = "the same for all channels" if layer.is_shared else "one per channel"
    return [
        f"# {step.name}: scale and offset, {count}",
        assigned(step.called("scale"), np.array(layer.scale, np.float32)),
        assigned(step.called("offset"), np.array(layer.offset, np.float32)),
    ]


def _factors(layer: Dropout, step: LayerStep) -> list[str]:
    """Write what dropout multiplies with, by drawing the same random numbers; libraries draw others from a seed."""
    shape, name = layer.factor_shape(step.input_shape), step.called("factors")
    head = f"# {step.name}: no library draws our mask from a seed, so it is multiplied with; 0 is silenced"
    if layer.rate == 1:
        return [head, f"{name} = np.zeros({shape}, np.float32)"]
    return [
        head,
        f"kept_{step.number} = np.random.default_rng({layer.seed}).random({shape}) >= {layer.rate}",
        f"{name} = (kept_{step.number} / np.float32({1 - layer.rate})).astype(np.float32)",
    ]


def _response_numbers(layer: LocalResponseNorm) -> str:
    """Return the arguments of the functions that the programs normalise responses with."""
    return f"{layer.before}, {layer.after}, {layer.alpha}, {layer.beta}, {layer.k}"


def _size(layer: UpSampling) -> int | tuple[int, ...]:
    """Return the factors as Keras takes them: of a sequence a single number."""
    return layer.factor if layer.rank > 1 else layer.factor[0]


def _of_maps(name: str, step: LayerStep) -> str:
    """Return the name of the layer that silences whole maps, with their number of axes; of a vector single values."""
    rank = len(step.input_shape) - 1
    return name.format(rank) if rank else "Dropout"


_DROPOUT = LayerCode(
    keras=lambda layer, step: [KerasLayer(f"Times({step.called('factors')})")],
    pytorch=lambda layer, step: [TorchModule(f"Times(np.moveaxis({step.called('factors')}, -1, 0))")],
    numpy=lambda layer, step: [f"x = x * {step.called('factors')}"],
    arrays=_factors,
    keras_training=lambda layer, step: [KerasLayer(f"layers.Dropout({layer.rate})")],
    pytorch_training=lambda layer, step: [TorchModule(f"nn.Dropout({layer.rate})")],
)
_SPATIAL_DROPOUT = replace(
    _DROPOUT,
    keras_training=lambda layer, step: [KerasLayer(f"layers.{_of_maps('SpatialDropout{}D', step)}({layer.rate})")],
    pytorch_training=lambda layer, step: [TorchModule(f"nn.{_of_maps('Dropout{}d', step)}({layer.rate})")],
)
CODE: Mapping[type[Layer], LayerCode] = MappingProxyType(
    {
        Conv: LayerCode(
            keras_conv, torch_conv, conv_lines, _conv_arrays, scipy=conv_lines, opencv=to_opencv.opencv_conv_lines
        ),
        ConvTranspose: LayerCode(keras_transposed, torch_transposed, transposed_lines, _transposed_arrays),
        Activation: LayerCode(keras_activation, lambda layer, step: [], _nothing, scipy=_nothing, opencv=_nothing),
        Pool: LayerCode(keras_pool, torch_pool, pool_lines),
        GlobalPool: LayerCode(keras_global_pool, torch_global_pool, global_pool_lines),
        UpSampling: LayerCode(
            keras=lambda layer, step: [KerasLayer(f"layers.UpSampling{layer.rank}D({_size(layer)})")],
            pytorch=lambda layer, step: [TorchModule(f"nn.Upsample(scale_factor={layer.factor})")],
            numpy=lambda layer, step: [f"x = x.repeat({n}, axis={axis})" for axis, n in enumerate(layer.factor)],
        ),
        BatchNorm: LayerCode(keras_batch_norm, torch_batch_norm, batch_norm_lines, _batch_norm_arrays),
        Rescaling: LayerCode(
            keras_rescaling,
            lambda layer, step: [torch_rescaling(layer, step)],
            lambda layer, step: [f"x = {step.called('scale')} * x + {step.called('offset')}"],
            _rescaling_arrays,
        ),
        LocalResponseNorm: LayerCode(
            keras=lambda layer, step: [KerasLayer(f"LocalResponseNorm({_response_numbers(layer)})")],
            pytorch=lambda layer, step: [torch_response_norm(layer, step)],
            numpy=lambda layer, step: [f"x = local_response_norm(x, {_response_numbers(layer)})"],
        ),
        PRelu: LayerCode(
            keras_prelu,
            lambda layer, step: [torch_prelu(layer, step)],
            lambda layer, step: [f"x = np.where(x < 0, {step.called('slopes')} * x, x)"],
            _prelu_arrays,
        ),
        Dropout: _DROPOUT,
        SpatialDropout: _SPATIAL_DROPOUT,
        Flatten: LayerCode(
            keras=lambda layer, step: [KerasLayer("layers.Flatten()")],
            pytorch=lambda layer, step: [TorchModule("FlattenChannelsLast()")],
            numpy=lambda layer, step: ["x = x.reshape(-1)"],
        ),
        Dense: LayerCode(
            keras_dense,
            torch_dense,
            lambda layer, step: [f"x = x @ {step.called('weights')} + {step.called('bias')}"],
            _dense_arrays,
        ),
    }
)
"""Every kind of layer with what it becomes in each library."""
