"""Networks as programs of PyTorch: one `nn.Sequential`, channels first inside it, as PyTorch holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from convstudio.files.code.program import Program, Step, listed, steps_of, uses_bias, written
from convstudio.model.document import Document
from convstudio.model.kinds import (
    Activation,
    BatchNorm,
    ConvTranspose,
    Dense,
    Dropout,
    Flatten,
    GlobalPool,
    Pool,
    activation_of,
)
from convstudio.model.layers import Conv
from convstudio.model.weight_orders import order_of
from convstudio.ops.shapes import Pairs, kernel_extent

_ACTIVATIONS: Mapping[str, str] = MappingProxyType(
    {
        "relu": "nn.ReLU()",
        "leaky_relu": "nn.LeakyReLU(0.2)",
        "elu": "nn.ELU()",
        "gelu": "nn.GELU()",
        "sigmoid": "nn.Sigmoid()",
        "tanh": "nn.Tanh()",
        "softplus": "nn.Softplus()",
        "softmax": "nn.Softmax(dim=1)",
        "abs": "Absolute()",
    }
)
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
    "Times": '''
class Times(nn.Module):
    """Multiply with fixed factors."""

    def __init__(self, factors):
        super().__init__()
        self.register_buffer("factors", torch.tensor(factors))

    def forward(self, x):
        return x * self.factors
''',
    "FlattenChannelsLast": '''
class FlattenChannelsLast(nn.Module):
    """Line up the values row by row, in each row cell by cell, in each cell channel by channel, as Keras does."""

    def forward(self, x):
        return x.movedim(1, -1).flatten(1)
''',
}


@dataclass(frozen=True)
class _Module:
    """A module of the network, and how its parameters are filled: `weight` from an expression, and so on."""

    text: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def pytorch_code(document: Document) -> str:
    """Return a program that runs the network with PyTorch; raise FileProblem where a layer cannot work."""
    steps = steps_of(document)
    made = [(step, _with_activation(_modules(step), step)) for step in steps]
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
    is_functional = any(module.text.startswith("MeanOfWindows") for module in modules)
    program = Program(
        "PyTorch",
        ["import numpy as np", *(imports if is_functional else imports[::2])],
        _HELPERS,
        network,
        "\n".join(["with torch.no_grad():", *run]),
    )
    return written(program, document, steps)


def _with_activation(modules: Sequence[_Module], step: Step) -> list[_Module]:
    name = activation_of(step.layer)
    active = [] if name == "linear" else [_Module(_ACTIVATIONS[name])]
    return [*modules, *active] or [_Module("nn.Identity()")]


def _modules(step: Step) -> list[_Module]:
    rank = len(step.read) - 1
    match step.layer:
        case ConvTranspose() as layer:
            return _transposed(layer, step)
        case Conv() as layer:
            return _conv(layer, step)
        case Pool() as layer:
            return _pool(layer, step)
        case GlobalPool() as layer:
            name = "Avg" if layer.kind == "average" else "Max"
            return [_Module(f"nn.Adaptive{name}Pool{rank}d(1)"), _Module("nn.Flatten()")]
        case BatchNorm() as layer:
            return [_batch_norm(layer, step)]
        case Dropout():
            return [_Module(f"Times(np.moveaxis({step.called('factors')}, -1, 0))")]
        case Flatten():
            return [_Module("FlattenChannelsLast()")]
        case Dense() as layer:
            weights = {"weight": _weights(layer, step)}
            return [_Module(f"nn.Linear({layer.inputs}, {layer.units})", weights | _bias_of(step))]
        case Activation():
            return []
    raise TypeError(f"{type(step.layer).__name__} is unknown here")


def _conv(layer: Conv, step: Step) -> list[_Module]:
    pairs = layer.geometry(step.read[:-1]).pairs
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
    conv = _Module(text, weights | (_bias_of(step) if uses_bias(layer) else {}))
    return [conv] if is_inside else [_padding(pairs, layer.padding_mode), conv]


def _padding(pairs: Pairs, mode: str) -> _Module:
    if mode == "symmetric":
        return _Module(f"SymmetricPad({', '.join(map(str, pairs))})")
    return _Module(f"nn.{_PADS[mode]}Pad{len(pairs)}d({_last_first(pairs)})")


def _last_first(pairs: Pairs) -> tuple[int, ...]:
    """Return the cells of a padding in PyTorch's order: the last axis first."""
    return tuple(cells for pair in reversed(pairs) for cells in pair)


def _transposed(layer: ConvTranspose, step: Step) -> list[_Module]:
    """Write a transposed convolution; where its cut is no symmetric padding, the whole canvas is made and then cut."""
    start = layer.cuts(step.read[:-1])
    extent = kernel_extent(layer.kernel_size, layer.dilation)
    painted = [(n - 1) * s + e for n, s, e in zip(step.read, layer.stride, extent, strict=False)]
    made = step.made[:-1]
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
    module = _Module(text, weights | (_bias_of(step) if uses_bias(layer) else {}))
    return [module] if is_native else [module, _Module(f"Cut({start}, {made})")]


def _weights(layer: Conv | Dense, step: Step) -> str:
    """Write the weights in PyTorch's order; those of a transposed convolution in groups go there block by block."""
    order, rank = order_of(layer, "pytorch"), layer.weights.ndim - 2
    turned = f"transpose{order.permutation(rank)}"
    if not isinstance(layer, ConvTranspose) or layer.groups == 1:
        return f"torch.tensor({step.called('weights')}.{turned})"
    blocks = f"np.split({step.called('weights')}, {layer.groups}, axis=-1)"
    return f"torch.tensor(np.concatenate([block.{turned} for block in {blocks}]))"


def _pool(layer: Pool, step: Step) -> list[_Module]:
    sliding = layer.geometry(step.read[:-1])
    own = layer.own_pairs(step.read[:-1])
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
        pool = _Module(f"nn.MaxPool{layer.rank}d({layer.size}{_given(given)})")
        lowest = f"nn.ConstantPad{layer.rank}d({_last_first(sliding.pairs)}, -torch.inf)"
        return [pool] if is_even else [_Module(lowest), pool]
    is_inside = all(k <= n for k, n in zip(sliding.kernel, sliding.spatial, strict=True))  # AvgPool3d asks for it
    counted = layer.counted_pairs(step.read[:-1])
    if not is_even or not is_inside or max(sliding.dilation) > 1:
        also = f", {counted}" if any(map(any, counted)) else ""
        return [_Module(f"MeanOfWindows({layer.size}, {sliding.stride}, {sliding.dilation}, {sliding.pairs}{also})")]
    given["count_include_pad"] = (layer.count_include_pad or not any(before), True)
    return [_Module(f"nn.AvgPool{layer.rank}d({layer.size}{_given(given)})")]


def _batch_norm(layer: BatchNorm, step: Step) -> _Module:
    names = {"weight": "gamma", "bias": "beta", "running_mean": "mean", "running_var": "variance"}
    parameters = {theirs: f"torch.tensor({step.called(ours)})" for theirs, ours in names.items()}
    rank = max(1, len(step.read) - 1)
    return _Module(f"nn.BatchNorm{rank}d({layer.channels}, eps={layer.epsilon})", parameters)


def _bias_of(step: Step) -> dict[str, str]:
    return {"bias": f"torch.tensor({step.called('bias')})"}


def _given(settings: Mapping[str, tuple[object, object]]) -> str:
    """Write the settings that are not what the library takes anyway."""
    return "".join(f", {name}={value!r}" for name, (value, usual) in settings.items() if value != usual)
