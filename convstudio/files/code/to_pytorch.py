"""Networks as programs of PyTorch: one `nn.Sequential`, channels first inside it, as PyTorch holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from convstudio.files.code.program import (
    LayersOf,
    LayerStep,
    Program,
    Training,
    activation_of,
    listed,
    steps_of,
    uses_bias,
    written,
)
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.document import Document
from convstudio.model.words.weight_orders import order_of
from convstudio.ops.shapes import Pairs, kernel_extent

_ACTIVATIONS: Mapping[str, str] = MappingProxyType(
    {
        "relu": "nn.ReLU()",
        "leaky_relu": "nn.LeakyReLU({alpha})",
        "elu": "nn.ELU({alpha})",
        "gelu": "nn.GELU()",
        "sigmoid": "nn.Sigmoid()",
        "tanh": "nn.Tanh()",
        "softplus": "nn.Softplus()",
        "softmax": "nn.Softmax(dim=1)",
        "log_softmax": "nn.LogSoftmax(dim=1)",
        "abs": "Absolute()",
        "silu": "nn.SiLU()",
        "relu6": "nn.ReLU6()",
        "hard_sigmoid": "HardSigmoid({alpha})",
        "hard_swish": "nn.Hardswish()",
        "hard_tanh": "nn.Hardtanh()",
        "mish": "nn.Mish()",
        "selu": "nn.SELU()",
        "softsign": "nn.Softsign()",
        "clipped_relu": "nn.Hardtanh(0.0, {alpha})",
        "thresholded_relu": "nn.Threshold({alpha}, 0.0)",
    }
)
"""Each activation as a module, with its number in it."""
_FUNCTIONAL = ("MeanOfWindows", "ResponseNorm")
"""The modules of `_HELPERS` that call functions of PyTorch."""
_PADS: Mapping[str, str] = MappingProxyType(
    {"zeros": "Zero", "reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}
)
_HELPERS = {
    "channels_first": '''
def channels_first(x):
    """Turn (*spatial, channels) into PyTorch's (samples, channels, *spatial)."""
    return torch.tensor(np.moveaxis(x, -1, 0)[np.newaxis])
''',
    "channels_last": '''
def channels_last(y):
    """Turn PyTorch's (samples, channels, *spatial) into (*spatial, channels) of the one sample."""
    return np.moveaxis(y.numpy()[0], 0, -1)
''',
    "Absolute": """
class Absolute(nn.Module):
    def forward(self, x):
        return x.abs()
""",
    "HardSigmoid": '''
class HardSigmoid(nn.Module):
    """Make a line of any slope through 0.5, cut off at 0 and 1: nn.Hardsigmoid has the slope 1/6."""

    def __init__(self, slope):
        super().__init__()
        self.slope = slope

    def forward(self, x):
        return (self.slope * x + 0.5).clamp(0, 1)
''',
    "LeakyThreshold": '''
class LeakyThreshold(nn.Module):
    """Keep values above a threshold; multiply the distance of others below it: nn.Threshold has no slope."""

    def __init__(self, threshold, slope):
        super().__init__()
        self.threshold, self.slope = threshold, slope

    def forward(self, x):
        return torch.where(x > self.threshold, x, self.slope * (x - self.threshold))
''',
    "SlopePerCell": '''
class SlopePerCell(nn.Module):
    """Multiply values below 0 with the slope of their cell: nn.PReLU has one for each channel."""

    def __init__(self, *shape):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        return torch.where(x > 0, x, self.weight * x)
''',
    "SymmetricPad": '''
class SymmetricPad(nn.Module):
    """Mirror the maps with their edge cells, which PyTorch has no padding for; one (before, after) per axis."""

    def __init__(self, *pairs):
        super().__init__()
        self.pairs = pairs

    def forward(self, x):
        for axis, pair in enumerate(self.pairs, start=2):
            cells = np.pad(np.arange(x.shape[axis]), pair, "symmetric")
            x = x.index_select(axis, torch.tensor(cells))
        return x
''',
    "Cut": '''
class Cut(nn.Module):
    """Keep the cells from `start` on, `length` of them, on every spatial axis."""

    def __init__(self, start, length):
        super().__init__()
        self.kept = tuple(slice(first, first + count) for first, count in zip(start, length))

    def forward(self, x):
        return x[(..., *self.kept)]
''',
    "MeanOfWindows": '''
class MeanOfWindows(nn.Module):
    """Take the mean of every window, dilated or padded unevenly.

    Padding is left out of it, but for the `counted` cells on each side.
    """

    def __init__(self, size, stride, dilation, pairs, counted=None):
        super().__init__()
        self.size, self.settings = size, {"stride": stride, "dilation": dilation}
        self.pairs, self.counted = pairs, counted or [(0, 0) for _ in pairs]

    def forward(self, x):
        left_out = [(b - c, a - d) for (b, a), (c, d) in zip(self.pairs, self.counted)]
        inside = F.pad(torch.ones_like(x), self.last_first(self.counted), value=1)
        return self.sums(F.pad(x, self.last_first(self.pairs))) / self.sums(F.pad(inside, self.last_first(left_out)))

    def last_first(self, pairs):
        return [cells for pair in reversed(pairs) for cells in pair]

    def sums(self, x):
        convolve = (F.conv1d, F.conv2d, F.conv3d)[len(self.size) - 1]
        ones = torch.ones(x.shape[1], 1, *self.size)
        return convolve(x, ones, groups=x.shape[1], **self.settings)
''',
    "ResponseNorm": '''
class ResponseNorm(nn.Module):
    """Divide by a power of the mean of squares over neighbouring channels, other ones than nn.LocalResponseNorm's."""

    def __init__(self, before, after, alpha, beta, k):
        super().__init__()
        self.around, self.alpha, self.beta, self.k = (before, after), alpha, beta, k

    def forward(self, x):
        squares = F.pad((x * x).movedim(1, -1), self.around).movedim(-1, 1)
        count = sum(self.around) + 1
        total = sum(squares[:, at : at + x.shape[1]] for at in range(count))
        return x / (self.k + self.alpha / count * total) ** self.beta
''',
    "Times": '''
class Times(nn.Module):
    """Multiply with fixed factors."""

    def __init__(self, factors):
        super().__init__()
        self.register_buffer("factors", torch.tensor(factors))

    def forward(self, x):
        return x * self.factors
''',
    "Rescale": '''
class Rescale(nn.Module):
    """Multiply with a scale and add an offset, each one number, or one for every channel."""

    def __init__(self, scale, offset):
        super().__init__()
        self.scale, self.offset = torch.tensor(scale), torch.tensor(offset)

    def forward(self, x):
        along = (-1, *(1,) * (x.dim() - 2))
        return x * self.scale.reshape(along) + self.offset.reshape(along)
''',
    "FlattenChannelsLast": '''
class FlattenChannelsLast(nn.Module):
    """Line up the values row by row, in each row cell by cell, in each cell channel by channel, as Keras does."""

    def forward(self, x):
        return x.movedim(1, -1).flatten(1)
''',
}


@dataclass(frozen=True)
class TorchModule:
    """A module of the network, and how its parameters are filled: `weight` from an expression, and so on."""

    text: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def pytorch_code(
    document: Document,
    layers_of: LayersOf[TorchModule],
    arrays_of: LayersOf[str],
    training: Training[TorchModule] | None = None,
) -> str:
    """Return a program that runs the network with PyTorch; raise FileProblem where a layer cannot work.

    `layers_of` gives what a layer becomes in PyTorch, without its activation, `arrays_of` the lines of its arrays,
    `training` those that train.
    """
    steps = steps_of(document)
    made = [(step, with_activation(layers_of(step), step)) for step in steps]
    lines = [
        f"    {line}"
        for step, modules in made
        for line in listed([module.text for module in modules], step.comment("pytorch"))
    ]
    network = "\n".join(["", "model = nn.Sequential(", *lines, ")", "model.eval()"])
    modules = [module for _, of_step in made for module in of_step]
    filled = [
        f"    model[{at}].{name}.copy_({value})"
        for at, module in enumerate(modules)
        for name, value in module.parameters.items()
    ]
    run = [*filled, "    output = channels_last(model(channels_first(SAMPLE)))"]
    imports = ["import torch", "import torch.nn.functional as F", "from torch import nn"]
    trained = training.lines(made) if training else ""
    is_functional = any(module.text.startswith(_FUNCTIONAL) for module in modules) or " F." in trained
    program = Program(
        "PyTorch",
        ["import numpy as np", *(imports if is_functional else imports[::2])],
        {**_HELPERS, **(training.helpers if training else {})},
        network,
        "\n".join(["with torch.no_grad():", *run]),
        trained,
    )
    checked = training.checked if training else document
    return written(program, checked, steps_of(checked), arrays_of)


def with_activation(modules: Sequence[TorchModule], step: LayerStep) -> list[TorchModule]:
    """Return the modules of a layer, the activation that it ends in among them: one at least, an identity."""
    last = activation_of(step)
    active = [] if last.activation == "linear" else [TorchModule(_module(last))]
    return [*modules, *active] or [TorchModule("nn.Identity()")]


def _module(layer: Activation) -> str:
    if layer.activation == "hard_sigmoid" and layer.has_usual_numbers:
        return "nn.Hardsigmoid()"
    if layer.slope:
        return f"LeakyThreshold({layer.alpha}, {layer.slope})"
    return _ACTIVATIONS[layer.activation].format(alpha=layer.alpha)


def torch_conv(layer: Conv, step: LayerStep) -> list[TorchModule]:
    """Write a convolution; a padding that PyTorch's layer has not becomes a separate layer."""
    pairs = layer.geometry(step.input_shape[:-1]).pairs
    is_inside = layer.padding_mode != "symmetric" and all(before == after for before, after in pairs)
    padded = any(map(any, pairs))
    settings = {
        "stride": (layer.stride, (1,) * layer.rank),
        "padding": (tuple(before for before, _ in pairs), (0,) * layer.rank),
        "padding_mode": (layer.padding_mode if is_inside and padded else "zeros", "zeros"),
        "dilation": (layer.dilation, (1,) * layer.rank),
        "groups": (layer.groups, 1),
        "bias": (uses_bias(layer), True),
    }
    if not is_inside:
        del settings["padding"]
    text = f"nn.Conv{layer.rank}d({layer.channels}, {layer.filters}, {layer.kernel_size}{_given(settings)})"
    weights = {"weight": _weights(layer, step)}
    conv = TorchModule(text, weights | (_bias_of(step) if uses_bias(layer) else {}))
    return [conv] if is_inside else [_padding(pairs, layer.padding_mode), conv]


def _padding(pairs: Pairs, mode: str) -> TorchModule:
    if mode == "symmetric":
        return TorchModule(f"SymmetricPad({', '.join(map(str, pairs))})")
    return TorchModule(f"nn.{_PADS[mode]}Pad{len(pairs)}d({_last_first(pairs)})")


def _last_first(pairs: Pairs) -> tuple[int, ...]:
    """Return the cells of a padding in PyTorch's order: the last axis first."""
    return tuple(cells for pair in reversed(pairs) for cells in pair)


def torch_transposed(layer: ConvTranspose, step: LayerStep) -> list[TorchModule]:
    """Write a transposed convolution; where its cut is not symmetric, the whole canvas is made and then cut."""
    start = layer.cuts(step.input_shape[:-1])
    extent = kernel_extent(layer.kernel_size, layer.dilation)
    painted = [(n - 1) * s + e for n, s, e in zip(step.input_shape, layer.stride, extent, strict=False)]
    made = step.output_shape[:-1]
    extra = tuple(length - size + 2 * first for length, size, first in zip(made, painted, start, strict=True))
    limits = map(max, layer.stride, layer.dilation)
    is_native = all(0 <= cells < limit for cells, limit in zip(extra, limits, strict=True))
    if not is_native:
        extra = tuple(max(0, first + n - size) for first, n, size in zip(start, made, painted, strict=True))
    given = {
        "stride": (layer.stride, (1,) * layer.rank),
        "padding": (start if is_native else (0,) * layer.rank, (0,) * layer.rank),
        "output_padding": (extra, (0,) * layer.rank),
        "groups": (layer.groups, 1),
        "bias": (uses_bias(layer), True),
        "dilation": (layer.dilation, (1,) * layer.rank),
    }
    text = f"nn.ConvTranspose{layer.rank}d({layer.channels}, {layer.filters}, {layer.kernel_size}{_given(given)})"
    weights = {"weight": _weights(layer, step)}
    module = TorchModule(text, weights | (_bias_of(step) if uses_bias(layer) else {}))
    return [module] if is_native else [module, TorchModule(f"Cut({start}, {made})")]


def _weights(layer: Conv | Dense, step: LayerStep) -> str:
    """Write the weights in PyTorch's order; those of a transposed convolution in groups go there block by block."""
    order, rank = order_of(layer, "pytorch"), layer.weights.ndim - 2
    turned = f"transpose{order.permutation(rank)}"
    if not isinstance(layer, ConvTranspose) or layer.groups == 1:
        return f"torch.tensor({step.called('weights')}.{turned})"
    blocks = f"np.split({step.called('weights')}, {layer.groups}, axis=-1)"
    return f"torch.tensor(np.concatenate([block.{turned} for block in {blocks}]))"


def torch_pool(layer: Pool, step: LayerStep) -> list[TorchModule]:
    """Write a pooling; windows that PyTorch cannot pool are padded by a separate layer, or a small layer."""
    sliding = layer.geometry(step.input_shape[:-1])
    own = layer.own_pairs(step.input_shape[:-1])
    before = tuple(first for first, _ in own)
    is_even = all(b == a and 2 * b <= k for (b, a), k in zip(own, sliding.kernel, strict=True))
    reaches_past = sliding.pairs != own
    given: dict[str, tuple[object, object]] = {
        "stride": (sliding.stride, layer.size),
        "padding": (before if is_even else (0,) * layer.rank, (0,) * layer.rank),
        "ceil_mode": (is_even and reaches_past, False),
    }
    if layer.kind == "max":
        given["dilation"] = (sliding.dilation, (1,) * layer.rank)
        pool = TorchModule(f"nn.MaxPool{layer.rank}d({layer.size}{_given(given)})")
        lowest = f"nn.ConstantPad{layer.rank}d({_last_first(sliding.pairs)}, -torch.inf)"
        return [pool] if is_even else [TorchModule(lowest), pool]
    is_inside = all(k <= n for k, n in zip(sliding.kernel, sliding.spatial, strict=True))  # AvgPool3d asks for it
    counted = layer.counted_pairs(step.input_shape[:-1])
    if not is_even or not is_inside or max(sliding.dilation) > 1:
        also = f", {counted}" if any(map(any, counted)) else ""
        return [
            TorchModule(f"MeanOfWindows({layer.size}, {sliding.stride}, {sliding.dilation}, {sliding.pairs}{also})")
        ]
    given["count_include_pad"] = (layer.count_include_pad or not any(before), True)
    return [TorchModule(f"nn.AvgPool{layer.rank}d({layer.size}{_given(given)})")]


def torch_batch_norm(layer: BatchNorm, step: LayerStep) -> list[TorchModule]:
    """Write a batch normalisation."""
    names = {"weight": "gamma", "bias": "beta", "running_mean": "mean", "running_var": "variance"}
    parameters = {theirs: f"torch.tensor({step.called(ours)})" for theirs, ours in names.items()}
    rank = max(1, len(step.input_shape) - 1)
    return [TorchModule(f"nn.BatchNorm{rank}d({layer.channels}, eps={layer.epsilon})", parameters)]


def torch_rescaling(layer: Rescaling, step: LayerStep) -> TorchModule:
    """Write a rescaling."""
    del layer
    return TorchModule(f"Rescale({step.called('scale')}, {step.called('offset')})")


def torch_prelu(layer: PRelu, step: LayerStep) -> TorchModule:
    """Write a PReLU; one for every cell is a small module."""
    if layer.is_per_cell:
        shape = (layer.slopes.shape[-1], *layer.slopes.shape[:-1])
        turned = f"torch.tensor(np.moveaxis({step.called('slopes')}, -1, 0))"
        return TorchModule(f"SlopePerCell{shape}", {"weight": turned})
    return TorchModule(f"nn.PReLU({len(layer.slopes)})", {"weight": f"torch.tensor({step.called('slopes')})"})


def torch_response_norm(layer: LocalResponseNorm, step: LayerStep) -> TorchModule:
    """Write a local response normalisation; PyTorch's own counts as many channels before as after, and no vectors."""
    numbers = f"{layer.alpha}, {layer.beta}, {layer.k}"
    if layer.before - layer.after in (0, 1) and len(step.input_shape) > 1:
        return TorchModule(f"nn.LocalResponseNorm({layer.size}, {numbers})")
    return TorchModule(f"ResponseNorm({layer.before}, {layer.after}, {numbers})")


def torch_global_pool(layer: GlobalPool, step: LayerStep) -> list[TorchModule]:
    """Write a global pooling."""
    name = "Avg" if layer.kind == "average" else "Max"
    return [TorchModule(f"nn.Adaptive{name}Pool{len(step.input_shape) - 1}d(1)"), TorchModule("nn.Flatten()")]


def torch_dense(layer: Dense, step: LayerStep) -> list[TorchModule]:
    """Write a dense layer."""
    weights = {"weight": _weights(layer, step)}
    return [TorchModule(f"nn.Linear({layer.inputs}, {layer.units})", weights | _bias_of(step))]


def _bias_of(step: LayerStep) -> dict[str, str]:
    return {"bias": f"torch.tensor({step.called('bias')})"}


def _given(settings: Mapping[str, tuple[object, object]]) -> str:
    """Write the settings that are not what the library takes anyway."""
    return "".join(f", {name}={value!r}" for name, (value, usual) in settings.items() if value != usual)
