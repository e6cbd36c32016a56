"""Activations that ONNX writes as products and quotients: swish, hard swish, Mish, GELU and softsign."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from convstudio.model.readings.networks.onnx_graph import OnnxGraph, OnnxNode

_NEAR = 1e-6
_MOST_FACTORS = 3
_SIX = 6.0  # of the hard swish: x · min(max(0, x + 3), 6) ÷ 6


def numbered_nodes(graph: OnnxGraph) -> Iterator[tuple[int, OnnxNode]]:
    """Yield the nodes of a graph with their numbers, from 1; an activation that is a product has that of its last one.

    x · sigmoid(x) is a swish, x · hard sigmoid(x) a hard swish, x · tanh(softplus(x)) a Mish,
    x · (1 + erf(x ÷ √2)) · ½ a GELU, x · min(max(0, x + 3), 6) ÷ 6 a hard swish too, and x ÷ (1 + |x|) a softsign. Most
    programs write the first one so, and older ones all of them.
    """
    products = _Products(graph)
    found = {node.outputs[0]: product for node in graph.nodes if (product := products.activation(node)) is not None}
    inside = {name for product in found.values() for name in product.inside}
    for number, node in enumerate(graph.nodes, 1):
        product = found.get(node.outputs[0])
        if product is not None:
            yield number, OnnxNode(product.operator, node.name, {}, (product.value,), node.outputs)
        elif node.outputs[0] not in inside:
            yield number, node


@dataclass(frozen=True)
class _Product:
    """An activation: its operator, the name of the value that it reads, and what the nodes in it make."""

    operator: str
    value: str
    inside: frozenset[str]


class _Products:
    """Finds the activations in a graph."""

    def __init__(self, graph: OnnxGraph) -> None:
        self._arrays = graph.arrays
        self._makers = {node.outputs[0]: node for node in graph.nodes}
        self._readers = Counter(name for node in graph.nodes for name in node.inputs)

    def activation(self, node: OnnxNode) -> _Product | None:
        """Return which activation ends in a node, None where none does."""
        if node.operator == "Div" and len(node.inputs) == 2:
            return self._quotient(*node.inputs) or self._sixth(*node.inputs)
        factors, inside = self._factors(node)
        numbers = [self._number(name) for name in factors]
        values = [name for name, number in zip(factors, numbers, strict=True) if number is None]
        factor = math.prod(number for number in numbers if number is not None)
        if len(values) != 2:
            return None
        for value, gate in (values, reversed(values)):
            found = self._gate(gate, value, factor)
            if found is not None:
                return _Product(found[0], value, frozenset({*inside, gate, *found[1:]}))
        return None

    def _quotient(self, value: str, divisor: str) -> _Product | None:
        size = self._with_number(divisor, "Add", 1)
        absolute = None if size is None else self._only(size, "Abs")
        if size is None or absolute is None or absolute.inputs != (value,):
            return None
        return _Product("Softsign", value, frozenset({divisor, size}))

    def _sixth(self, product: str, divisor: str) -> _Product | None:
        """Return the hard swish that is a product divided by 6, as PyTorch wrote it for the operators up to 13."""
        node = self._only(product, "Mul")
        if node is None or len(node.inputs) != 2 or self._number(divisor) != _SIX:
            return None
        for value, gate in (node.inputs, node.inputs[::-1]):
            inside = self._clipped_gate(gate, value)
            if inside:
                return _Product("HardSwish", value, frozenset({product, gate, *inside}))
        return None

    def _clipped_gate(self, gate: str, value: str) -> tuple[str, ...]:
        """Return what the nodes before a gate make that is min(max(0, value + 3), 6); () where it is another one."""
        clip = self._only(gate, "Clip")
        if clip is None or self._with_number(clip.inputs[0], "Add", _SIX / 2) != value:
            return ()
        bounds = [
            clip.attributes.get(name) if len(clip.inputs) <= place else self._number(clip.inputs[place])
            for place, name in enumerate(("min", "max"), 1)
        ]
        return (clip.inputs[0],) if bounds == [0, _SIX] else ()

    def _factors(self, node: OnnxNode) -> tuple[list[str], list[str]]:
        """Return what a product multiplies, also through products in it, and what these products make."""
        if node.operator != "Mul":
            return [], []
        factors, inside = list(node.inputs), list[str]()
        for name in node.inputs:
            within = self._only(name, "Mul")
            if within is not None and len(factors) < _MOST_FACTORS:
                factors.remove(name)
                factors += within.inputs
                inside.append(name)
        return factors, inside

    def _gate(self, gate: str, value: str, factor: float) -> tuple[str, ...] | None:
        """Return the operator of a value times its gate and a factor, and what the nodes before the gate make."""
        sigmoid, hard = self._only(gate, "Sigmoid"), self._only(gate, "HardSigmoid")
        if sigmoid is not None and sigmoid.inputs == (value,) and factor == 1:
            return ("Swish",)
        if hard is not None and hard.inputs == (value,) and factor == 1 and _is_usual(hard):
            return ("HardSwish",)
        clipped = self._clipped_gate(gate, value)
        if clipped and math.isclose(factor, 1 / _SIX, rel_tol=_NEAR):
            return ("HardSwish", *clipped)
        tanh = self._only(gate, "Tanh")
        softplus = None if tanh is None else self._only(tanh.inputs[0], "Softplus")
        if softplus is not None and softplus.inputs == (value,) and factor == 1:
            return ("Mish", softplus.outputs[0])
        shares = self._with_number(gate, "Add", 1)
        erf = None if shares is None else self._only(shares, "Erf")
        if shares is None or erf is None or not math.isclose(factor, 0.5, rel_tol=_NEAR):
            return None
        scaled = erf.inputs[0]
        read = {self._with_number(scaled, "Div", math.sqrt(2)), self._with_number(scaled, "Mul", math.sqrt(0.5))}
        return ("Gelu", shares, scaled) if value in read else None

    def _with_number(self, name: str, operator: str, number: float) -> str | None:
        """Return what an operator with two inputs reads beside a number, where `name` is made so."""
        node = self._only(name, operator)
        if node is None or len(node.inputs) != 2:
            return None
        one, other = node.inputs
        for value, stored in ((one, other), (other, one))[: 1 if operator == "Div" else 2]:
            if math.isclose(self._number(stored) or 0.0, number, rel_tol=_NEAR):
                return value
        return None

    def _only(self, name: str, operator: str) -> OnnxNode | None:
        """Return the node that makes a name, where it is such an operator and one node alone reads what it makes."""
        node = self._makers.get(name)
        return node if node is not None and node.operator == operator and self._readers[name] == 1 else None

    def _number(self, name: str) -> float | None:
        """Return the one number that is stored under a name."""
        node = self._makers.get(name)
        is_constant = node is not None and node.operator == "Constant"
        stored = node.attributes.get("value") if node is not None and is_constant else self._arrays.get(name)
        if not isinstance(stored, np.ndarray) or stored.size != 1 or stored.dtype.kind not in "fiu":
            return None
        return float(stored.reshape(-1)[0])


def _is_usual(hard_sigmoid: OnnxNode) -> bool:
    slope, middle = hard_sigmoid.attributes.get("alpha"), hard_sigmoid.attributes.get("beta", 0.5)
    return isinstance(slope, float) and math.isclose(slope, 1 / 6, rel_tol=_NEAR) and middle == 0.5
