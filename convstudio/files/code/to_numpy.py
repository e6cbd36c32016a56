"""Networks as programs of NumPy alone: every layer is a function of a few lines that can be read beside its formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from convstudio.files.code.program import (
    LayersOf,
    LayerStep,
    Program,
    activation_of,
    steps_of,
    uses_bias,
    written,
)
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer

NUMPY_MODES: Mapping[str, str] = MappingProxyType(
    {"zeros": "constant", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge", "circular": "wrap"}
)
"""What `np.pad` calls our padding modes."""

NUMPY_ACTIVATIONS: Mapping[str, str] = MappingProxyType(
    {
        "relu": """
def relu(x):
    return np.maximum(x, 0)
""",
        "leaky_relu": """
def leaky_relu(x, slope):
    return np.where(x < 0, np.float32(slope) * x, x)
""",
        "elu": """
def elu(x, alpha):
    return np.where(x > 0, x, np.float32(alpha) * np.expm1(np.minimum(x, 0)))
""",
        "gelu": """
def gelu(x):
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))
""",
        "sigmoid": """
def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))  # the same as 1 / (1 + exp(-x)), and never overflows
""",
        "softplus": """
def softplus(x):
    return np.logaddexp(x, 0)
""",
        "softmax": """
def softmax(x):
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
""",
        "silu": """
def silu(x):
    return x * sigmoid(x)
""",
        "relu6": """
def relu6(x):
    return np.clip(x, 0, 6)
""",
        "hard_sigmoid": """
def hard_sigmoid(x, slope):
    return np.clip(np.float32(slope) * x + np.float32(0.5), 0, 1)
""",
        "hard_swish": """
def hard_swish(x):
    return x * np.clip(x + 3, 0, 6) / 6
""",
        "hard_tanh": """
def hard_tanh(x):
    return np.clip(x, -1, 1)
""",
        "mish": """
def mish(x):
    return x * np.tanh(np.logaddexp(x, 0))
""",
        "selu": """
def selu(x):
    scale, alpha = np.float32(1.0507009873554805), np.float32(1.6732632423543772)
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
""",
        "softsign": """
def softsign(x):
    return x / (1 + np.abs(x))
""",
        "log_softmax": """
def log_softmax(x):
    below = x - x.max(axis=-1, keepdims=True)
    return below - np.log(np.exp(below).sum(axis=-1, keepdims=True))
""",
        "clipped_relu": """
def clipped_relu(x, largest):
    return np.clip(x, 0, np.float32(largest))
""",
        "thresholded_relu": """
def thresholded_relu(x, threshold, slope=0.0):
    below = np.minimum(x - np.float32(threshold), 0) * np.float32(slope) if slope else np.zeros_like(x)
    return np.where(x > np.float32(threshold), x, below)
""",
    }
)
"""Each activation that NumPy has no function for, as a function."""

_HELPERS = {
    "local_response_norm": '''
def local_response_norm(x, before, after, alpha, beta, k):
    """Divide by a power of the mean of squares over neighbouring channels."""
    squares = np.pad(x * x, [(0, 0)] * (x.ndim - 1) + [(before, after)])
    count = before + 1 + after
    total = sum(squares[..., at : at + x.shape[-1]] for at in range(count))
    return x / (np.float32(k) + np.float32(alpha / count) * total) ** np.float32(beta)
''',
    "taps": '''
def taps(padded, kernel, stride, dilation):
    """Pair every cell of the kernel with the input cells that it meets, one for each output position."""
    axes = list(zip(padded, kernel, stride, dilation))
    output = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in axes]
    for tap in np.ndindex(*kernel):
        steps = zip(tap, output, stride, dilation)
        yield tap, tuple(slice(t * d, t * d + (n - 1) * s + 1, s) for t, n, s, d in steps)
''',
    "conv": '''
def conv(x, weights, stride, dilation, groups=1):
    """Slide every filter over x, (*spatial, channels): at each position the sum of input times weight."""
    kernel, channels, filters = weights.shape[:-2], weights.shape[-2], weights.shape[-1] // groups
    maps = []
    for group in range(groups):
        read = x[..., group * channels : (group + 1) * channels]
        block = weights[..., group * filters : (group + 1) * filters]
        met = taps(x.shape[:-1], kernel, stride, dilation)
        maps.append(sum(read[cells] @ block[tap] for tap, cells in met))
    return np.concatenate(maps, axis=-1)
''',
    "conv_transpose": '''
def conv_transpose(x, weights, stride, dilation, start, output, groups=1):
    """Let every value of x paint its window into a canvas, and cut the output out of it."""
    kernel, channels, filters = weights.shape[:-2], weights.shape[-2], weights.shape[-1] // groups
    axes = zip(x.shape, kernel, stride, dilation, start, output)
    size = [max((n - 1) * s + d * (k - 1) + 1, first + m) for n, k, s, d, first, m in axes]
    canvas = np.zeros((*size, filters * groups), np.float32)
    for group in range(groups):
        read = x[..., group * channels : (group + 1) * channels]
        block = slice(group * filters, (group + 1) * filters)
        for tap in np.ndindex(*kernel):
            axes = zip(tap, x.shape, stride, dilation)
            cells = tuple(slice(t * d, t * d + (n - 1) * s + 1, s) for t, n, s, d in axes)
            canvas[(*cells, block)] += read @ weights[tap][:, block]
    return canvas[tuple(slice(first, first + m) for first, m in zip(start, output))]
''',
    "max_pool": '''
def max_pool(x, size, stride, dilation, pairs):
    """Take the largest value of every window; padding never wins."""
    x = np.pad(x, [*pairs, (0, 0)], constant_values=-np.inf)
    return np.max([x[cells] for _, cells in taps(x.shape[:-1], size, stride, dilation)], axis=0)
''',
    "average_pool": '''
def average_pool(x, size, stride, dilation, pairs, counted=None):
    """Take the mean of every window; padding is left out of it, but for the `counted` cells on each side."""
    counted = counted or [(0, 0) for _ in pairs]
    left_out = [(b - c, a - d) for (b, a), (c, d) in zip(pairs, counted)]
    inside = np.pad(np.pad(np.ones_like(x), [*counted, (0, 0)], constant_values=1), [*left_out, (0, 0)])
    x = np.pad(x, [*pairs, (0, 0)])
    met = [cells for _, cells in taps(x.shape[:-1], size, stride, dilation)]
    return sum(x[cells] for cells in met) / sum(inside[cells] for cells in met)
''',
    "batch_norm": '''
def batch_norm(x, mean, variance, gamma, beta, epsilon):
    """Normalise every channel with the statistics of training."""
    return (x - mean) / np.sqrt(variance + np.float32(epsilon)) * gamma + beta
''',
}


def numpy_code(document: Document, layers_of: LayersOf[str], arrays_of: LayersOf[str]) -> str:
    """Return a program that runs the network with NumPy; raise FileProblem where a layer cannot work.

    `layers_of` gives the lines of a layer without its activation, `arrays_of` those of its arrays. A network that
    begins with a convolution also has one of its outputs written as a dot product.
    """
    first = next(iter(steps_of(document)), None)
    closing = () if first is None else _CLOSING.get(type(first.layer), _nothing_more)(first.layer, first)
    return array_code(document, "NumPy", (), _HELPERS, layers_of, arrays_of, closing)


def array_code(
    document: Document,
    library: str,
    imports: Sequence[str],
    helpers: Mapping[str, str],
    lines_of: LayersOf[str],
    arrays_of: LayersOf[str],
    closing: Sequence[str] = (),
) -> str:
    """Return a program that sends arrays `x`, channels last, through lines: `lines_of` a layer and its activation.

    The lines of `closing` come last, after the check.
    """
    steps = steps_of(document)
    lines = [line for step in steps for line in _commented(lines_of(step), step)]
    network = "\n".join(["", "def network(x):", *(f"    {line}" for line in lines), "    return x", ""])
    ordered = sorted([*imports, "import numpy as np"], key=lambda line: (line.startswith("from"), line))
    functions = {**helpers, **NUMPY_ACTIVATIONS}
    program = Program(library, ordered, functions, network, "output = network(SAMPLE)", "\n".join(closing))
    return written(program, document, steps, arrays_of)


def conv_lines(layer: Conv, step: LayerStep) -> list[str]:
    """Return the lines that pad x and call `conv`, which another part of the program defines."""
    groups = f", groups={layer.groups}" if layer.groups > 1 else ""
    call = f"conv(x, {step.called('weights')}, {layer.stride}, {layer.dilation}{groups})"
    padded = _padded("x", layer, step)
    pad = [f"x = {padded}"] if padded != "x" else []
    return [*pad, f"x = {call}{_bias(layer, step)}"]


def _padded(name: str, layer: Conv, step: LayerStep) -> str:
    """Return an array by its name, padded as the layer pads it."""
    pairs = layer.geometry(step.input_shape[:-1]).pairs
    if not any(map(any, pairs)):
        return name
    return f'np.pad({name}, {[*pairs, (0, 0)]}, "{NUMPY_MODES[layer.padding_mode]}")'


def _dot_product(layer: Conv, step: LayerStep) -> list[str]:
    """Return the lines that compute one output, in the middle of the first map, in each way that NumPy offers."""
    axes = zip(step.output_shape, layer.kernel_size, layer.stride, layer.dilation, strict=False)
    window = ", ".join(
        f"{n // 2 * s}:{n // 2 * s + d * (k - 1) + 1}" + (f":{d}" if d > 1 else "") for n, k, s, d in axes
    )
    channels = f", :{step.input_shape[-1] // layer.groups}" if layer.groups > 1 else ""
    return [
        "",
        f"# One output of layer {step.number}, without bias and activation: a dot product, in four equal ways",
        f"window = {_padded('SAMPLE', layer, step)}[{window}{channels}]",
        f"kernel = {step.called('weights')}[..., 0]",
        "four_ways = [",
        "    np.dot(window.ravel(), kernel.ravel()),",
        "    (window * kernel).sum(),",
        "    np.vdot(window, kernel),",
        "    np.tensordot(window, kernel, axes=window.ndim),",
        "]",
        "np.testing.assert_allclose(four_ways, four_ways[0], rtol=0, atol=1e-5 * np.abs(window * kernel).sum())",
    ]


def _nothing_more(layer: Layer, step: LayerStep) -> Sequence[str]:
    del layer, step
    return ()


_CLOSING: Mapping[type[Layer], Callable[[Any, LayerStep], Sequence[str]]] = MappingProxyType({Conv: _dot_product})
"""What follows the program of a network that begins with such a layer."""


def _commented(lines: Sequence[str], step: LayerStep) -> list[str]:
    first, *others = [*lines, *_activation_lines(activation_of(step))] or ["pass"]
    return [f"{first}  {step.comment()}", *others]


def _activation_lines(layer: Activation) -> list[str]:
    name = layer.activation
    if name == "linear":
        return []
    number = "" if layer.alpha is None else f", {layer.alpha}"
    slope = f", {layer.slope}" if layer.slope else ""
    return [f"x = np.{name}(x)" if name in ("tanh", "abs") else f"x = {name}(x{number}{slope})"]


def transposed_lines(layer: ConvTranspose, step: LayerStep) -> list[str]:
    """Return the line that lets every value paint its window."""
    start = layer.cuts(step.input_shape[:-1])
    groups = f", groups={layer.groups}" if layer.groups > 1 else ""
    arguments = f"{layer.stride}, {layer.dilation}, {start}, {step.output_shape[:-1]}{groups}"
    return [f"x = conv_transpose(x, {step.called('weights')}, {arguments}){_bias(layer, step)}"]


def pool_lines(layer: Pool, step: LayerStep) -> list[str]:
    """Return the line that pools x."""
    sliding = layer.geometry(step.input_shape[:-1])
    settings = f"{layer.size}, {sliding.stride}, {sliding.dilation}, {list(sliding.pairs)}"
    counted = layer.counted_pairs(step.input_shape[:-1])
    if layer.kind == "average" and any(map(any, counted)):
        settings += f", {list(counted)}"
    return [f"x = {layer.kind}_pool(x, {settings})"]


def global_pool_lines(layer: GlobalPool, step: LayerStep) -> list[str]:
    """Return the line that makes one value of every map."""
    axes = tuple(range(len(step.input_shape) - 1))
    return [f"x = x.{'max' if layer.kind == 'max' else 'mean'}(axis={axes})"]


def batch_norm_lines(layer: BatchNorm, step: LayerStep) -> list[str]:
    """Return the line that normalises every channel."""
    arrays = ", ".join(step.called(name) for name in ("mean", "variance", "gamma", "beta"))
    return [f"x = batch_norm(x, {arrays}, {layer.epsilon})"]


def _bias(layer: Conv, step: LayerStep) -> str:
    return f" + {step.called('bias')}" if uses_bias(layer) else ""
