"""The node tests that the `onnx` package ships for its operators, as far as our contract can express them."""

import importlib
import math
import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest

from convstudio import ops

pytestmark = pytest.mark.usefixtures("engine")

onnx = pytest.importorskip("onnx", reason="the onnx package is not installed; CI installs it")

OPERATORS = ("Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")
CANNOT_EXPRESS = {  # all of them are cases of MaxPool
    "test_maxpool_2d_uint8": "integers become float64",
    "test_maxpool_with_argmax_2d_precomputed_pads": "no second output with the winners' places",
    "test_maxpool_with_argmax_2d_precomputed_strides": "no second output with the winners' places",
}


@cache
def cases(operator: str) -> dict[str, Any]:
    """Return the cases of an operator by their names; to make them takes seconds, so only who runs them does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some cases overflow on purpose
        from onnx.backend.test.case import node

        # `node.collect_testcases` computes the cases of all 190 operators
        importlib.import_module(f"{node.__name__}.{operator.lower()}")
    graphs = [(case, case.model.graph.node) for case in node._NodeTestCases]
    return {case.name: case for case, nodes in graphs if len(nodes) == 1 and nodes[0].op_type == operator}


class Node:
    """One node's attributes, in the words of our contract."""

    def __init__(self, case: Any) -> None:
        node = case.model.graph.node[0]
        self.kind = node.op_type
        self.given = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}
        ((inputs, outputs),) = case.data_sets
        self.x, *self.more = (np.asarray(array) for array in inputs)
        self.y = np.asarray(outputs[0])
        self.rank = self.x.ndim - 2
        self.spatial = self.x.shape[2:]
        self.stride = self.per_axis("strides", 1)
        self.dilation = self.per_axis("dilations", 1)
        kernel = self.more[0].shape[2:] if self.more else (1,) * self.rank
        self.kernel = tuple(self.given.get("kernel_shape", kernel))
        self.extent = tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    def per_axis(self, name: str, default: int) -> tuple[int, ...]:
        return tuple(self.given.get(name, (default,) * self.rank))

    def padding(self) -> list[tuple[int, int]]:
        name = self.given.get("auto_pad", b"NOTSET")
        if name in (b"SAME_UPPER", b"SAME_LOWER"):
            pairs = ops.resolve_padding(
                self.spatial, self.kernel, stride=self.stride, padding="same", dilation=self.dilation
            )
            return [pair if name == b"SAME_UPPER" else pair[::-1] for pair in pairs]
        pads = self.per_axis("pads", 0) if "pads" in self.given else (0,) * (2 * self.rank)
        return list(zip(pads[: self.rank], pads[self.rank :], strict=True))

    def rounded_up(self, padding: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Say how many cells after the input let a last, partial window fit, where the node asks for it."""
        extra = []
        for n, e, s, (before, after) in zip(self.spatial, self.extent, self.stride, padding, strict=True):
            output = math.ceil((n + before + after - e) / s) + 1
            output -= (output - 1) * s >= n + before
            extra.append((0, max((output - 1) * s + e - n - before - after, 0)))
        return extra if self.given.get("ceil_mode") else [(0, 0)] * self.rank


def channels_last(x: np.ndarray) -> np.ndarray:
    return np.moveaxis(x, 1, -1)


def convolution(node: Node) -> np.ndarray:
    weights, *bias = node.more
    return ops.conv(
        channels_last(node.x),
        np.moveaxis(weights, (0, 1), (-1, -2)),
        *bias,
        stride=node.stride,
        padding=node.padding(),
        dilation=node.dilation,
        groups=node.given.get("group", 1),
    )


def transposed(node: Node) -> np.ndarray:
    weights, *bias = node.more
    padding: Any = node.padding()
    extra = node.per_axis("output_padding", 0)
    if "output_shape" in node.given:
        full = ops.transposed_shape(
            node.spatial,
            node.kernel,
            stride=node.stride,
            padding=0,
            output_padding=extra,
            dilation=node.dilation,
        )
        surplus = [n - wanted for n, wanted in zip(full, node.given["output_shape"], strict=True)]
        padding = [(max(n - n // 2, 0), max(n // 2, 0)) for n in surplus]
        extra = tuple(more + max(-n, 0) for more, n in zip(extra, surplus, strict=True))
    if "auto_pad" in node.given:
        padding, extra = "same", None
    return ops.conv_transpose(
        channels_last(node.x),
        np.moveaxis(weights, (0, 1), (-1, -2)),
        *bias,
        stride=node.stride,
        padding=padding,
        output_padding=extra,
        dilation=node.dilation,
        groups=node.given.get("group", 1),
    )


def pooling(node: Node) -> np.ndarray:
    kind = "max" if node.kind == "MaxPool" else "average"
    x, padding = channels_last(node.x), node.padding()
    extra = node.rounded_up(padding)
    if node.given.get("count_include_pad"):
        x, padding = ops.pad(x, tuple(padding), "zeros", node.rank), [(0, 0)] * node.rank
    pairs = [(before, after + more) for (before, after), (_, more) in zip(padding, extra, strict=True)]
    return ops.pool(x, kind, node.kernel, stride=node.stride, padding=pairs, dilation=node.dilation)


def global_pooling(node: Node) -> np.ndarray:
    kind = "max" if node.kind == "GlobalMaxPool" else "average"
    pooled = ops.global_pool(channels_last(node.x), kind, node.rank)
    return np.expand_dims(pooled, tuple(range(1, 1 + node.rank)))


RUN = {"Conv": convolution, "ConvTranspose": transposed, "MaxPool": pooling, "AveragePool": pooling}


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_node_computes_what_onnx_says(operator):
    assert cases(operator)
    for name, case in cases(operator).items():
        if name in CANNOT_EXPRESS:
            continue
        node = Node(case)
        ours = np.moveaxis(RUN.get(node.kind, global_pooling)(node), -1, 1)
        assert ours.shape == node.y.shape, name
        np.testing.assert_allclose(ours, node.y, rtol=case.rtol, atol=case.atol, err_msg=name)


@pytest.mark.parametrize("name", CANNOT_EXPRESS)
def test_what_is_left_out_is_a_case_and_has_its_reason(name):
    assert name in cases("MaxPool")
    pytest.skip(f"our contract cannot express it: {CANNOT_EXPRESS[name]}")
