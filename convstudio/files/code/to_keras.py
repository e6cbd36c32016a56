"""Networks as programs of Keras 3: one `keras.Sequential`; what no Keras layer does is a separate small layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from convstudio.files.code.program import (
    LayersOf,
    LayerStep,
    Program,
    Training,
    listed,
    steps_of,
    uses_bias,
    written,
)
from convstudio.files.code.to_numpy import NUMPY_MODES
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.words.weight_orders import order_of
from convstudio.ops.shapes import Geometry, Pairs, kernel_extent

_HELPERS = {
    "Border": '''
class Border(layers.Layer):
    """Surround the maps with copies of their cells: the modes of np.pad that Keras has no padding for."""

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
    "LocalResponseNorm": '''
class LocalResponseNorm(layers.Layer):
    """Divide by a power of the mean of squares over neighbouring channels: Keras has no such layer."""

    def __init__(self, before, after, alpha, beta, k):
        super().__init__()
        self.around, self.alpha, self.beta, self.k = (before, after), alpha, beta, k

    def call(self, x):
        squares = keras.ops.pad(x * x, [(0, 0)] * (len(x.shape) - 1) + [self.around])
        count, channels = sum(self.around) + 1, x.shape[-1]
        total = sum(squares[..., at : at + channels] for at in range(count))
        return x / (self.k + self.alpha / count * total) ** self.beta
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
class KerasLayer:
    """A layer of the network, and the arrays that it is filled with, as expressions in Keras's order."""

    text: str
    weights: Sequence[str] = field(default_factory=tuple)


def keras_code(
    document: Document,
    layers_of: LayersOf[KerasLayer],
    arrays_of: LayersOf[str],
    training: Training[KerasLayer] | None = None,
) -> str:
    """Return a program that runs the network with Keras 3; raise FileProblem where a layer cannot work.

    `layers_of` gives what a layer becomes in Keras, `arrays_of` the lines of its arrays, `training` those that train.
    """
    steps = steps_of(document)
    made = [(step, layers_of(step)) for step in steps]
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
    helpers = {**_HELPERS, **(training.helpers if training else {})}
    trained = training.lines(made) if training else ""
    program = Program("Keras 3", imports, helpers, network, "\n".join(run), trained)
    checked = training.checked if training else document
    return written(program, checked, steps_of(checked), arrays_of)


_CHANNELS_LAST = 'keras.config.set_image_data_format("channels_last")'


_NUMBERED: Mapping[str, Callable[[Activation], Sequence[str]]] = {
    "leaky_relu": lambda layer: [f"layers.LeakyReLU({layer.alpha})"],
    "elu": lambda layer: [f"layers.ELU({layer.alpha})"],
    "hard_sigmoid": lambda layer: [f"layers.Rescaling({layer.alpha}, 0.5)", "layers.ReLU(max_value=1.0)"],
    "clipped_relu": lambda layer: [f"layers.ReLU(max_value={layer.alpha})"],
    "thresholded_relu": lambda layer: [f"layers.ReLU(negative_slope={layer.slope}, threshold={layer.alpha})"],
}
"""The activations that take a number, as layers with other numbers than Keras's."""
_FUNCTIONS = {
    "abs": "keras.ops.abs",
    "clipped_relu": "layers.ReLU(max_value=1.0)",
    "thresholded_relu": "layers.ReLU(threshold=1.0)",
}
"""The activations that Keras knows by no name, as what can stand in the place of one."""
_POOLS = {"max": "Max", "average": "Average"}


def keras_global_pool(layer: GlobalPool, step: LayerStep) -> list[KerasLayer]:
    """Write a global pooling."""
    return [KerasLayer(f"layers.Global{_POOLS[layer.kind]}Pooling{len(step.input_shape) - 1}D()")]


def keras_batch_norm(layer: BatchNorm, step: LayerStep) -> list[KerasLayer]:
    """Write a batch normalisation with its four vectors in the order of Keras's `get_weights`."""
    arrays = [step.called(name) for name in ("gamma", "beta", "mean", "variance")]
    return [KerasLayer(f"layers.BatchNormalization(epsilon={layer.epsilon})", arrays)]


def keras_dense(layer: Dense, step: LayerStep) -> list[KerasLayer]:
    """Write a dense layer with its activation."""
    return [KerasLayer(f"layers.Dense({layer.units}{_active(layer)})", _arrays(step))]


def keras_activation(layer: Activation, step: LayerStep) -> list[KerasLayer]:
    """Write an activation as a layer, or as two: Keras's hard sigmoid has one slope only."""
    del step
    write = _NUMBERED.get(layer.activation)
    if write is None or layer.has_usual_numbers:
        return [KerasLayer(f"layers.Activation({_activation(layer.activation)})")]
    return [KerasLayer(text) for text in write(layer)]


def keras_rescaling(layer: Rescaling, step: LayerStep) -> list[KerasLayer]:
    """Write a rescaling, which takes lists for channels with their own numbers."""
    del step
    scale, offset = (held[0] if layer.is_shared else list(held) for held in (layer.scale, layer.offset))
    return [KerasLayer(f"layers.Rescaling({scale}, {offset})")]


def keras_prelu(layer: PRelu, step: LayerStep) -> list[KerasLayer]:
    """Write a PReLU: cells share their slopes along the axes where these have length 1."""
    lengths = (1,) * (len(step.input_shape) - layer.slopes.ndim) + layer.slopes.shape
    shared = [axis for axis, length in enumerate(lengths, 1) if length == 1]
    slopes = step.called("slopes") if layer.is_per_cell else f"{step.called('slopes')}.reshape({lengths})"
    return [KerasLayer(f"layers.PReLU(shared_axes={shared or None})", [slopes])]


def keras_conv(layer: Conv, step: LayerStep) -> list[KerasLayer]:
    """Write a convolution; a padding or a stride that Keras's layer lacks becomes a separate layer."""
    sliding = layer.geometry(step.input_shape[:-1])
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
    after = layer.ends_in
    active = "" if is_apart else _active(layer)
    text = f"layers.Conv{layer.rank}D({layer.filters}, {layer.kernel_size}{_given(given)}{active})"
    conv = KerasLayer(text, _arrays(step)[: 2 if uses_bias(layer) else 1])
    if not is_apart:
        return [*border, conv]
    thinned = KerasLayer(f"Every({', '.join(map(str, layer.stride))})")
    last = [] if after == "linear" else [KerasLayer(f"layers.Activation({_activation(after)})")]
    return [*border, conv, thinned, *last]


def _padding(layer: Conv, sliding: Geometry, is_apart: bool) -> tuple[str, list[KerasLayer]]:
    """Return the padding that Keras's layer is given, and the layer before it where that is not enough."""
    pairs = sliding.pairs
    is_named = layer.padding in ("same", "causal") and layer.padding_mode == "zeros" and not is_apart
    if is_named and any(map(any, pairs)):
        return str(layer.padding), []
    return "valid", _border(pairs, layer.padding_mode)


def _border(pairs: Pairs, mode: str) -> list[KerasLayer]:
    if not any(map(any, pairs)):
        return []
    if mode != "zeros":
        return [KerasLayer(f'Border({pairs}, "{NUMPY_MODES[mode]}")')]
    amounts = pairs[0] if len(pairs) == 1 else pairs
    return [KerasLayer(f"layers.ZeroPadding{len(pairs)}D({amounts})")]


def keras_transposed(layer: ConvTranspose, step: LayerStep) -> list[KerasLayer]:
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
    return [KerasLayer(text, [turned, *(bias if uses_bias(layer) else [])])]


def _spread(layer: ConvTranspose, step: LayerStep) -> list[KerasLayer]:
    """Write a transposed convolution as zeros between the cells, and a convolution with the kernels turned."""
    start = layer.cuts(step.input_shape[:-1])
    reach = [extent - 1 for extent in kernel_extent(layer.kernel_size, layer.dilation)]
    before = tuple(cells - first for cells, first in zip(reach, start, strict=True))
    length = tuple(made + cells for made, cells in zip(step.output_shape, reach, strict=False))
    given = {
        "dilation_rate": (layer.dilation, (1,) * layer.rank),
        "groups": (layer.groups, 1),
        "use_bias": (uses_bias(layer), True),
    }
    text = f"layers.Conv{layer.rank}D({layer.filters}, {layer.kernel_size}{_given(given)}{_active(layer)})"
    weights, *bias = _arrays(step)
    turned = f"np.flip({weights}, {tuple(range(layer.rank))})"
    conv = KerasLayer(text, [turned, *(bias if uses_bias(layer) else [])])
    return [KerasLayer(f"Spread({layer.stride}, {before}, {length})"), conv]


def keras_pool(layer: Pool, step: LayerStep) -> list[KerasLayer]:
    """Write a pooling; windows that Keras cannot pool are a small layer."""
    sliding = layer.geometry(step.input_shape[:-1])
    is_plain = max(sliding.dilation) == 1 and not any(map(any, sliding.pairs))
    is_same = layer.padding == "same" and layer.kind == "max" and max(sliding.dilation) == 1
    if is_plain or (is_same and not layer.ceil_mode):
        given = {"strides": (sliding.stride, layer.size), "padding": ("valid" if is_plain else "same", "valid")}
        return [KerasLayer(f"layers.{_POOLS[layer.kind]}Pooling{layer.rank}D({layer.size}{_given(given)})")]
    settings = f"{layer.size}, {sliding.stride}, {sliding.dilation}, {sliding.pairs}"
    counted = layer.counted_pairs(step.input_shape[:-1])
    if layer.kind == "average" and any(map(any, counted)):
        settings += f", {counted}"
    return [KerasLayer(f'PoolCells("{layer.kind}", {settings})')]


def _arrays(step: LayerStep) -> list[str]:
    return [step.called("weights"), step.called("bias")]


def _active(layer: Layer) -> str:
    name = layer.ends_in
    return "" if name == "linear" else f", activation={_activation(name)}"


def _activation(name: str) -> str:
    return _FUNCTIONS.get(name, f'"{name}"')


def _given(settings: Mapping[str, tuple[object, object]]) -> str:
    """Write the settings that are not what Keras takes anyway, as it would be typed."""
    return "".join(
        f', {name}="{value}"' if isinstance(value, str) else f", {name}={value!r}"
        for name, (value, usual) in settings.items()
        if value != usual
    )
