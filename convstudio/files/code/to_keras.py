"""Networks as programs of Keras 3: one `keras.Sequential`; what no Keras layer does is a small layer of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from convstudio.files.code.program import Program, Step, listed, steps_of, uses_bias, written
from convstudio.files.code.to_numpy import NUMPY_MODES
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
from convstudio.model.layers import Conv, Layer
from convstudio.model.weight_orders import order_of
from convstudio.ops.shapes import Geometry, Pairs, kernel_extent

_HELPERS = {
    "Border": '''
class Border(layers.Layer):
    """Surround the maps with copies of their own cells: the modes of np.pad that Keras has no padding for."""

    def __init__(self, pairs, mode):
        super().__init__()
        self.pairs, self.mode = pairs, mode

    def call(self, x):
        for axis, pair in enumerate(self.pairs, start=1):
            cells = np.pad(np.arange(x.shape[axis]), pair, self.mode)
            x = keras.ops.take(x, cells, axis=axis)
        return x
''',
    "Every": '''
class Every(layers.Layer):
    """Keep every n-th cell of each spatial axis: Keras has no stride beside a dilation."""

    def __init__(self, *steps):
        super().__init__()
        self.kept = tuple(slice(None, None, step) for step in steps)

    def call(self, x):
        return x[(slice(None), *self.kept)]
''',
    "Spread": '''
class Spread(layers.Layer):
    """Put zeros between the cells and around them, `before` of them first, until every axis is `length` long."""

    def __init__(self, steps, before, length):
        super().__init__()
        self.axes = list(zip(steps, before, length))

    def call(self, x):
        for axis, (step, before, length) in enumerate(self.axes, start=1):
            at = np.arange(length) - before
            is_cell = (at % step == 0) & (at >= 0) & (at < x.shape[axis] * step)
            cells = np.where(is_cell, at // step, x.shape[axis])  # the last one is a zero
            zero = keras.ops.zeros_like(keras.ops.take(x, np.array([0]), axis=axis))
            x = keras.ops.take(keras.ops.concatenate([x, zero], axis=axis), cells, axis=axis)
        return x
''',
    "PoolCells": '''
class PoolCells(layers.Layer):
    """Pool windows that Keras cannot: dilated ones, unevenly padded ones, and a last one that reaches past the maps.

    Padding never wins, and is left out of a mean but for the `counted` cells on each side, which Keras never counts.
    """

    def __init__(self, kind, size, stride, dilation, pairs, counted=None):
        super().__init__()
        self.kind, self.size, self.stride, self.dilation, self.pairs = kind, size, stride, dilation, pairs
        self.counted = counted or [(0, 0) for _ in pairs]

    def call(self, x):
        pairs = [(0, 0), *self.pairs, (0, 0)]
        if self.kind == "max":
            return keras.ops.max(keras.ops.stack(self.met(keras.ops.pad(x, pairs, constant_values=-np.inf))), axis=0)
        left_out = [(b - c, a - d) for (b, a), (c, d) in zip(self.pairs, self.counted)]
        inside = np.ones([1, *(n + sum(pair) for n, pair in zip(x.shape[1:], self.counted)), 1], np.float32)
        inside = np.pad(inside, [(0, 0), *left_out, (0, 0)])
        return keras.ops.divide(sum(self.met(keras.ops.pad(x, pairs))), sum(self.met(inside)))

    def met(self, x):
        """Return the cells that each cell of the window meets, one for each output position."""
        axes = list(zip(x.shape[1:], self.size, self.stride, self.dilation))
        output = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in axes]
        return [
            x[(slice(None), *(slice(t * d, t * d + (m - 1) * s + 1, s) for t, m, s, d in steps))]
            for steps in (zip(tap, output, self.stride, self.dilation) for tap in np.ndindex(*self.size))
        ]
''',
    "Times": '''
class Times(layers.Layer):
    """Multiply with fixed factors."""

    def __init__(self, factors):
        super().__init__()
        self.factors = factors

    def call(self, x):
        return keras.ops.multiply(x, self.factors)
''',
}


@dataclass(frozen=True)
class _Built:
    """A layer of the network, and the arrays that it is filled with, as expressions in Keras's order."""

    text: str
    weights: Sequence[str] = field(default_factory=tuple)


def keras_code(document: Document) -> str:
    """Return a program that runs the network with Keras 3; raise FileProblem where a layer cannot work."""
    steps = steps_of(document)
    made = [(step, _layers(step)) for step in steps]
    lines = [
        f"        {line}" for step, built in made for line in listed([layer.text for layer in built], step.comment())
    ]
    shape = document.sample.values.shape
    start = ["", "model = keras.Sequential(", "    [", f"        keras.Input(shape={shape}),"]
    built = [layer for _, of_step in made for layer in of_step]
    filled = [
        f"model.layers[{at}].set_weights([{', '.join(layer.weights)}])"
        for at, layer in enumerate(built)
        if layer.weights
    ]
    body = lines or ["        layers.Identity(),"]
    run = ["output = keras.ops.convert_to_numpy(model(SAMPLE[np.newaxis], training=False))[0]"]
    imports = ["import keras", "import numpy as np", "from keras import layers", "", _CHANNELS_LAST]
    network = "\n".join([*start, *body, "    ]", ")", *filled])
    return written(Program("Keras 3", imports, _HELPERS, network, "\n".join(run)), document, steps)


_CHANNELS_LAST = 'keras.config.set_image_data_format("channels_last")'


def _layers(step: Step) -> list[_Built]:
    rank = len(step.read) - 1
    match step.layer:
        case ConvTranspose() as layer:
            return _transposed(layer, step)
        case Conv() as layer:
            return _conv(layer, step)
        case Pool() as layer:
            return [_pool(layer, step)]
        case GlobalPool() as layer:
            return [_Built(f"layers.Global{_POOLS[layer.kind]}Pooling{rank}D()")]
        case BatchNorm() as layer:
            arrays = [step.called(name) for name in ("gamma", "beta", "mean", "variance")]
            return [_Built(f"layers.BatchNormalization(epsilon={layer.epsilon})", arrays)]
        case Dropout():
            return [_Built(f"Times({step.called('factors')})")]
        case Flatten():
            return [_Built("layers.Flatten()")]
        case Dense() as layer:
            return [_Built(f"layers.Dense({layer.units}{_active(layer)})", _arrays(step))]
        case Activation() as layer:
            return [_Built(f"layers.Activation({_activation(layer.activation)})")]
    raise TypeError(f"{type(step.layer).__name__} is unknown here")


_POOLS = {"max": "Max", "average": "Average"}


def _conv(layer: Conv, step: Step) -> list[_Built]:
    """Write a convolution; a padding or a stride that Keras's layer has not becomes a layer of its own."""
    sliding = layer.geometry(step.read[:-1])
    is_strided = max(layer.stride) > 1
    is_apart = is_strided and max(layer.dilation) > 1
    padding, border = _padding(layer, sliding, is_apart)
    given = {
        "strides": ((1,) * layer.rank if is_apart else layer.stride, (1,) * layer.rank),
        "padding": (padding, "valid"),
        "dilation_rate": (layer.dilation, (1,) * layer.rank),
        "groups": (layer.groups, 1),
        "use_bias": (uses_bias(layer), True),
    }
    after = activation_of(layer)
    active = "" if is_apart else _active(layer)
    text = f"layers.Conv{layer.rank}D({layer.filters}, {layer.kernel_size}{_given(given)}{active})"
    conv = _Built(text, _arrays(step)[: 2 if uses_bias(layer) else 1])
    if not is_apart:
        return [*border, conv]
    thinned = _Built(f"Every({', '.join(map(str, layer.stride))})")
    last = [] if after == "linear" else [_Built(f"layers.Activation({_activation(after)})")]
    return [*border, conv, thinned, *last]


def _padding(layer: Conv, sliding: Geometry, is_apart: bool) -> tuple[str, list[_Built]]:
    """Return the padding that Keras's layer is given, and the layer before it where that is not enough."""
    pairs = sliding.pairs
    is_named = layer.padding in ("same", "causal") and layer.padding_mode == "zeros" and not is_apart
    if is_named and any(map(any, pairs)):
        return str(layer.padding), []
    return "valid", _border(pairs, layer.padding_mode)


def _border(pairs: Pairs, mode: str) -> list[_Built]:
    if not any(map(any, pairs)):
        return []
    if mode != "zeros":
        return [_Built(f'Border({pairs}, "{NUMPY_MODES[mode]}")')]
    amounts = pairs[0] if len(pairs) == 1 else pairs
    return [_Built(f"layers.ZeroPadding{len(pairs)}D({amounts})")]


def _transposed(layer: ConvTranspose, step: Step) -> list[_Built]:
    """Write a transposed convolution; one that Keras has not is a convolution over cells with zeros between them."""
    is_named = layer.padding in ("valid", "same") and layer.output_padding is None
    if not is_named or layer.groups > 1 or max(layer.dilation) > 1:
        return _spread(layer, step)
    given = {
        "strides": (layer.stride, (1,) * layer.rank),
        "padding": (layer.padding, "valid"),
        "use_bias": (uses_bias(layer), True),
    }
    text = f"layers.Conv{layer.rank}DTranspose({layer.filters}, {layer.kernel_size}{_given(given)}{_active(layer)})"
    weights, *bias = _arrays(step)
    turned = f"{weights}.transpose{order_of(layer, 'keras').permutation(layer.rank)}"
    return [_Built(text, [turned, *(bias if uses_bias(layer) else [])])]


def _spread(layer: ConvTranspose, step: Step) -> list[_Built]:
    """Write a transposed convolution as zeros between the cells, and a convolution with the kernels turned."""
    start = layer.cuts(step.read[:-1])
    reach = [extent - 1 for extent in kernel_extent(layer.kernel_size, layer.dilation)]
    before = tuple(cells - first for cells, first in zip(reach, start, strict=True))
    length = tuple(made + cells for made, cells in zip(step.made, reach, strict=False))
    given = {
        "dilation_rate": (layer.dilation, (1,) * layer.rank),
        "groups": (layer.groups, 1),
        "use_bias": (uses_bias(layer), True),
    }
    text = f"layers.Conv{layer.rank}D({layer.filters}, {layer.kernel_size}{_given(given)}{_active(layer)})"
    weights, *bias = _arrays(step)
    turned = f"np.flip({weights}, {tuple(range(layer.rank))})"
    conv = _Built(text, [turned, *(bias if uses_bias(layer) else [])])
    return [_Built(f"Spread({layer.stride}, {before}, {length})"), conv]


def _pool(layer: Pool, step: Step) -> _Built:
    sliding = layer.geometry(step.read[:-1])
    is_plain = max(sliding.dilation) == 1 and not any(map(any, sliding.pairs))
    is_same = layer.padding == "same" and layer.kind == "max" and max(sliding.dilation) == 1
    if is_plain or (is_same and not layer.ceil_mode):
        given = {"strides": (sliding.stride, layer.size), "padding": ("valid" if is_plain else "same", "valid")}
        return _Built(f"layers.{_POOLS[layer.kind]}Pooling{layer.rank}D({layer.size}{_given(given)})")
    settings = f"{layer.size}, {sliding.stride}, {sliding.dilation}, {sliding.pairs}"
    counted = layer.counted_pairs(step.read[:-1])
    if layer.kind == "average" and any(map(any, counted)):
        settings += f", {counted}"
    return _Built(f'PoolCells("{layer.kind}", {settings})')


def _arrays(step: Step) -> list[str]:
    return [step.called("weights"), step.called("bias")]


def _active(layer: Layer) -> str:
    name = activation_of(layer)
    return "" if name == "linear" else f", activation={_activation(name)}"


def _activation(name: str) -> str:
    return "keras.ops.abs" if name == "abs" else f'"{name}"'


def _given(settings: Mapping[str, tuple[object, object]]) -> str:
    """Write the settings that are not what Keras takes anyway, as it would be typed."""
    return "".join(
        f', {name}="{value}"' if isinstance(value, str) else f", {name}={value!r}"
        for name, (value, usual) in settings.items()
        if value != usual
    )
