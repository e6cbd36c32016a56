"""A graph of ONNX as a network: a chain of operators from the input, as far as it is one that our layers can express.

ONNX has channels first. Where a network flattens maps, the weights of the dense layer after it are put into the order
in which ours flattens: row by row, cell by cell, channel by channel.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.readings.networks.onnx_constants import REAL_TYPES, computed, is_computed, shape_as_array
from convstudio.model.readings.networks.onnx_graph import Array, OnnxGraph, OnnxNode
from convstudio.model.readings.networks.onnx_layers import PADDED, Node, layers_of, padding_before
from convstudio.model.readings.networks.onnx_products import numbered_nodes
from convstudio.model.readings.networks.onnx_scaling import SCALINGS, in_one, rescaling_of
from convstudio.model.readings.networks.padding_before import PaddingBefore
from convstudio.model.readings.networks.read_network import (
    DAMAGES,
    FREE_LENGTH,
    ReadNetwork,
    open_size_sentence,
    range_sentence,
    stopped_sentence,
)
from convstudio.model.values.arrays import frozen
from convstudio.model.values.layer import Layer, Shape, shape_after
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network

_TO_FIRST = {rank: (0, rank + 1, *range(1, rank + 1)) for rank in (1, 2, 3)}
_SAME_VALUES = frozenset({"Identity", "Cast"})
_TO_LAST = {rank: (0, *range(2, rank + 2), 1) for rank in (1, 2, 3)}


def network_of(graph: OnnxGraph) -> ReadNetwork:
    """Read a graph as a chain; where it stops to be one, keep what comes before that.

    Raises ValueError with a sentence where not even the first layer can be read.
    """
    walk = _Walk(graph)
    stopped = walk.go()
    if not walk.layers:
        raise ValueError(stopped or "The network has no layers: choose another file.")
    return ReadNetwork(Network(tuple(walk.layers)), walk.input_shape, tuple(walk.notes), stopped, graph.metadata)


class _Walk:
    """Goes along the graph, and keeps what is reached: the tensor's name, its shape in our order, and our layers."""

    def __init__(self, graph: OnnxGraph) -> None:
        self.layers: list[Layer] = []
        self.notes: list[str] = []
        self._graph = graph
        self._arrays = dict(graph.arrays)
        self._problems = dict(graph.problems)
        self._nodes = tuple(numbered_nodes(graph))
        self._readers = Counter(
            name for _, node in self._nodes for name in node.inputs if name and node.operator != "Shape"
        )
        self._at = graph.input_name
        self._is_last = self._begins_turned()
        self._flat: Shape | None = None
        """The maps `(*spatial, channels)` whose values, channels first, stand in the vector that is reached."""
        self.input_shape = self._our_input()
        self.shape = self.input_shape
        self._padding: PaddingBefore | None = None
        self._shapes = {self._at: self._onnx_shape()}
        self._computed = 0

    def go(self) -> str:
        """Walk to the end; return a sentence where the rest has to be left out."""
        for number, node in self._nodes:
            try:
                if not self._takes_constant(node):
                    self._take(node)
            except (ValueError, *DAMAGES) as problem:
                reason = "its attributes are damaged" if isinstance(problem, DAMAGES) else problem
                name = f" “{node.name}”" if node.name else ""
                return stopped_sentence(f"Node {number}{name} ({node.operator})", str(reason), len(self.layers))
        if self._padding is not None:
            return stopped_sentence("The padding at its end", "no layer follows it", len(self.layers))
        if self._flat is not None:
            self.notes.append("Its vector is written row by row, cell by cell, channel by channel; the file's is not.")
        return ""

    def _takes_constant(self, node: OnnxNode) -> bool:
        """Keep an array that stands among the nodes, or is computed of such; return whether it was one."""
        if node.outputs[0] in self._problems:
            return node.operator == "Constant"
        given = [name for name in node.inputs if name]
        if node.operator == "Constant":
            made = np.asarray(node.attributes.get("value", np.zeros(0)))
        elif node.operator == "Shape" and node.inputs[0] in self._shapes:
            made = shape_as_array(self._shapes[node.inputs[0]], node)
        elif given and is_computed(node) and all(name in self._arrays for name in given):
            return self._computes(node, [self._arrays[name] for name in given])
        else:
            return False
        self._arrays[node.outputs[0]] = made
        return True

    def _computes(self, node: OnnxNode, arrays: Sequence[Array]) -> bool:
        """Compute an array out of others; where that cannot be, the layer that needs it says so."""
        try:
            made = computed(node, arrays)
            self._computed += made.size if made.base is None else 0
            if self._computed > LIMITS.layer_values:
                raise ValueError("is one of too many that the file computes")
        except ValueError as problem:
            self._problems[node.outputs[0]] = str(problem)
        else:
            self._arrays[node.outputs[0]] = made
        return True

    def _take(self, node: OnnxNode) -> None:
        bad = next((name for name in node.inputs if name in self._problems), None)
        if bad is not None:
            raise ValueError(f"its array “{bad[:60]}” {self._problems[bad]}")
        data = [name for name in node.inputs if name and name not in self._arrays]
        if data != [self._at]:
            raise ValueError(
                "it reads more than the layer before it" if self._at in data else "it reads another branch"
            )
        if self._readers[self._at] > 1:
            raise ValueError("the network branches before it")
        arrays = tuple(self._arrays.get(name) for name in node.inputs if name != self._at)
        self._apply(node, Node(node.operator, node.attributes, arrays, self.shape))
        self._at = node.outputs[0]
        self._shapes[self._at] = self._onnx_shape()

    def _apply(self, node: OnnxNode, plain: Node) -> None:
        if node.operator in _SAME_VALUES:
            _check_cast(node)
            return
        if self._padding is not None and node.operator not in PADDED:
            raise ValueError("the padding before it can only be that of a convolution or a mean")
        if node.operator == "Transpose":
            self._turn(tuple(int(axis) for axis in node.attributes.get("perm") or ()))
        elif node.operator in ("Flatten", "Reshape", "Squeeze"):
            self._flatten(node, plain)
        elif node.operator in SCALINGS:
            self._scale(node, plain)
        elif self._is_last and len(self.shape) > 1:
            raise ValueError("it reads maps with channels last")
        elif node.operator == "Pad":
            self._padding = padding_before(plain)
        else:
            for layer in layers_of(plain):
                self._append(self._in_our_order(layer))

    def _append(self, layer: Layer) -> None:
        if len(self.layers) == LIMITS.layers:
            raise ValueError(f"a network has at most {LIMITS.layers} layers")
        padded = layer if self._padding is None else self._padding.around(layer, self.shape)
        self._padding = None
        self.shape = shape_after(padded, self.shape)
        self.layers.append(padded)

    def _onnx_shape(self) -> Shape:
        """Return the shape that is reached in the order of ONNX, without the batch, with a padding that is due."""
        shape = self.shape if self._padding is None else self._padding.shape_around(self.shape)
        return shape if self._is_last else (shape[-1], *shape[:-1])

    def _turn(self, order: tuple[int, ...]) -> None:
        rank = len(self.shape) - 1
        if self._is_last and order == _TO_FIRST.get(rank):
            self._is_last = False
        elif not self._is_last and order == _TO_LAST.get(rank):
            self._is_last = True
        else:
            raise ValueError(f"it turns axes into the order {order}")

    def _flatten(self, node: OnnxNode, plain: Node) -> None:
        if node.operator == "Flatten" and int(node.attributes.get("axis", 1)) != 1:
            raise ValueError("it flattens more than rows, columns and channels")
        wanted = plain.array(0)
        count = math.prod(self.shape)
        if node.operator == "Reshape" and (wanted is None or wanted.size != 2 or int(wanted[1]) not in (-1, count)):
            raise ValueError("it gives the values another shape than one vector")
        if len(self.shape) == 1:
            return  # a global pooling makes a vector already
        if node.operator == "Squeeze":
            raise ValueError("it drops an axis")
        if not self._is_last and math.prod(self.shape[:-1]) > 1:
            self._flat = self.shape
        self._append(Flatten())
        self._is_last = False

    def _in_our_order(self, layer: Layer) -> Layer:
        """Put the weights that read a flattened vector into the order of our vector."""
        reorder = None if self._flat is None else _REORDERINGS.get(type(layer))
        if self._flat is None or reorder is None:
            return layer
        places = _our_order(self._flat)
        if type(layer) in _NEW_VECTORS:
            self._flat = None
        return reorder(layer, places)

    def _scale(self, node: OnnxNode, plain: Node) -> None:
        """Take numbers that are added for the bias of the layer before, and all others for a rescaling."""
        is_first = node.inputs[0] != self._at
        made = rescaling_of(
            node.operator,
            plain.needed(0, "numbers"),
            self.shape,
            is_stored_first=is_first,
            is_last=self._is_last and len(self.shape) > 1,
        )
        before: Any = self.layers[-1] if self.layers else None
        with_bias = _WITH_BIAS.get(type(before)) if node.operator == "Add" else None
        if with_bias is not None and before.activation == "linear" and not before.bias.any():
            self.layers[-1] = with_bias(before, frozen(np.broadcast_to(made.offset, before.bias.shape)))
            return
        if before is None:
            self.notes.append(range_sentence(node.name or node.operator))
        ours = self._in_our_order(made)
        if isinstance(before, Rescaling) and isinstance(ours, Rescaling):
            self.layers[-1] = in_one(before, ours)
        else:
            self._append(ours)

    def _begins_turned(self) -> bool:
        """Return whether the input has channels last: they are turned to the front before any layer reads them."""
        name, rank = self._graph.input_name, len(self._graph.input_shape) - 1
        for _, node in self._nodes:
            if name in node.inputs and node.operator == "Transpose":
                return tuple(node.attributes.get("perm") or ()) == _TO_FIRST.get(rank)
            if name in node.inputs and node.operator in (SCALINGS | _SAME_VALUES):
                name = node.outputs[0]
        return False

    def _our_input(self) -> Shape:
        stated = self._graph.input_shape
        channels, spatial = (stated[-1], stated[:-1]) if self._is_last else (stated[0], stated[1:])
        if channels is None:
            raise ValueError("The file does not say how many channels the network reads: export it with a fixed shape.")
        if None in spatial:
            self.notes.append(open_size_sentence())
        return (*(FREE_LENGTH if length is None else length for length in spatial), channels)


def _check_cast(node: OnnxNode) -> None:
    """Raise ValueError where numbers become whole ones."""
    if node.operator == "Cast" and int(node.attributes.get("to", 1)) not in REAL_TYPES:
        raise ValueError("it rounds numbers to whole ones")


def _reordered_dense(layer: Dense, places: Array) -> Layer:
    return replace(layer, weights=frozen(layer.weights[places]))


def _reordered_norm(layer: BatchNorm, places: Array) -> Layer:
    mean, variance, gamma, beta = (
        frozen(part[places]) for part in (layer.mean, layer.variance, layer.gamma, layer.beta)
    )
    return replace(layer, mean=mean, variance=variance, gamma=gamma, beta=beta)


def _reordered_prelu(layer: PRelu, places: Array) -> Layer:
    return layer if layer.is_shared else replace(layer, slopes=frozen(layer.slopes[places]))


def _reordered_rescaling(layer: Rescaling, places: Array) -> Layer:
    if layer.is_shared:
        return layer
    scale, offset = (np.asarray(held)[places].tolist() for held in (layer.scale, layer.offset))
    return Rescaling(tuple(scale), tuple(offset))


_REORDERINGS: Mapping[type[Layer], Callable[..., Layer]] = {
    Dense: _reordered_dense,
    BatchNorm: _reordered_norm,
    PRelu: _reordered_prelu,
    Rescaling: _reordered_rescaling,
}
"""How the kinds that hold a number for each place of a vector follow another order of these places."""
_NEW_VECTORS = frozenset({Dense})
"""The kinds after which the order of the vector before does not matter any more."""
_WITH_BIAS: Mapping[type[Layer], Callable[..., Layer]] = {
    Conv: lambda layer, bias: replace(layer, bias=bias, has_bias=True),
    ConvTranspose: lambda layer, bias: replace(layer, bias=bias, has_bias=True),
    Dense: lambda layer, bias: replace(layer, bias=bias),
}
"""How the kinds that add up products take a bias."""


def _our_order(maps: Shape) -> Array:
    """Return, for each place of our flattened vector, the place of the same value in one with channels first.

    >>> _our_order((1, 2, 2)).tolist()
    [0, 2, 1, 3]
    """
    *spatial, channels = maps
    first = np.arange(math.prod(maps)).reshape(channels, *spatial)
    return np.moveaxis(first, 0, -1).ravel()
