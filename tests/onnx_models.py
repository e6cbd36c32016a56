"""Small models of ONNX for tests, and what the reference evaluator of its package makes of an input."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

Array = NDArray[Any]


class Chain:
    """Puts one operator after the other; arrays are stored in the model."""

    def __init__(self, *shape: int | str, batch: int | str = 1) -> None:
        self.shape = (batch, *shape)
        self._nodes: list[Any] = []
        self._arrays: list[Any] = []
        self.at = "input"

    def then(self, operator: str, *arrays: Array, **attributes: Any) -> Chain:
        """Add an operator that reads the last result, and arrays."""
        names = []
        for array in arrays:
            names.append(f"array{len(self._arrays)}")
            self._arrays.append(numpy_helper.from_array(np.asarray(array), names[-1]))
        made = f"result{len(self._nodes)}"
        name = f"{operator}_{len(self._nodes)}"
        node = helper.make_node(operator, [self.at, *names], [made], name=name, **attributes)
        self._nodes.append(node)
        self.at = made
        return self

    def times(self, other: str) -> Chain:
        """Multiply the last result with an earlier one."""
        made = f"result{len(self._nodes)}"
        self._nodes.append(helper.make_node("Mul", [other, self.at], [made], name=f"Mul_{len(self._nodes)}"))
        self.at = made
        return self

    @property
    def model(self) -> Any:
        """The model, ending in the last result."""
        given = helper.make_tensor_value_info("input", TensorProto.FLOAT, self.shape)
        made = helper.make_tensor_value_info(self.at, TensorProto.FLOAT, None)
        graph = helper.make_graph(self._nodes, "chain", [given], [made], self._arrays)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])

    @property
    def data(self) -> bytes:
        """The model as the bytes of a file."""
        return bytes(self.model.SerializeToString())


def evaluated(data: bytes, x: Array) -> Array:
    """Return what the reference evaluator makes of one input, channels first, without the batch."""
    model = onnx.load_from_string(data)
    (made,) = ReferenceEvaluator(model).run(None, {model.graph.input[0].name: x[np.newaxis]})
    return np.asarray(made)[0]
