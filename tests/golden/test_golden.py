"""What PyTorch, Keras and SciPy computed, and what we compute."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convstudio import ops

pytestmark = pytest.mark.usefixtures("engine")

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
CONVOLUTIONS = [case for case in CASES if case["op"] == "conv"]
KEYWORDS = ("stride", "padding", "padding_mode", "dilation", "groups", "flip")


@pytest.fixture(scope="module")
def arrays():
    with np.load(HERE / "cases.npz", allow_pickle=False) as archive:
        return dict(archive)


def assert_agree(ours, theirs):
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-4)


@pytest.mark.parametrize("case", CONVOLUTIONS, ids=lambda case: f"{case['id']}-{case['source']}")
def test_a_convolution_equals_the_reference_result(case, arrays):
    x, w, b, y = (arrays[f"{case['id']}__{name}"] for name in "xwby")
    assert_agree(ops.conv(x, w, b, **{name: case[name] for name in KEYWORDS}), y)


@pytest.mark.parametrize(
    "case", [case for case in CONVOLUTIONS if case["source"] == "torch"], ids=lambda case: case["id"]
)
def test_the_gradients_equal_pytorchs(case, arrays):
    x, w, grad_y = (arrays[f"{case['id']}__{name}"] for name in ("x", "w", "grad_y"))
    ours = ops.conv_gradients(x, w, grad_y, **{name: case[name] for name in KEYWORDS})
    for name, gradient in zip(("grad_x", "grad_w", "grad_b"), ours, strict=True):
        assert_agree(gradient, arrays[f"{case['id']}__{name}"])


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["op"] == "pool"], ids=lambda case: f"{case['id']}-{case['kind']}"
)
def test_a_pooling_equals_the_reference_result(case, arrays):
    x, y = (arrays[f"{case['id']}__{name}"] for name in "xy")
    if case["kind"].startswith("global_"):
        ours = ops.global_pool(x, case["kind"].removeprefix("global_"), case["rank"])
    else:
        ours = ops.pool(x, case["kind"], tuple(case["size"]), stride=case["stride"], padding=case["padding"])
    assert_agree(ours, y)
