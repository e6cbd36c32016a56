"""Gradients of scores and Grad-CAM are those of PyTorch: stored, and where PyTorch is installed, made again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.lenses.attribution import Score, attribution_of, class_activation, stretched, term_shares
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

STORED = Path(__file__).parent / "attribution.npz"
LABEL = 2
CAM_LAYERS = (0, 1, 3)  # a convolution, its ReLU, and a convolution that ends in one


@pytest.fixture
def stored():
    """Return the input `x`, the weights and biases, drawn once, and what PyTorch makes of them."""
    with np.load(STORED, allow_pickle=False) as archive:
        return dict(archive)


def score(held, *, is_before_softmax):
    """Return the score of a class in a small network for RGB pictures."""
    layers = (
        Conv.of(held["w1"], held["b1"]),
        Activation(),
        Pool(),
        replace(Conv.of(held["w2"], held["b2"]), activation="relu"),
        Flatten(),
        Dense.of(held["w3"], held["b3"]),
        Activation(activation="softmax"),
    )
    result = forward(Document(Sample.of("noise", held["x"]), Network(layers)))
    return Score(result, len(layers) - 1, (LABEL,), is_before_softmax)


def theirs(torch, stored):
    """Make every number by PyTorch."""
    functional = torch.nn.functional
    held = {name: torch.tensor(values) for name, values in stored.items()}
    x = held["x"].permute(2, 0, 1)[None].requires_grad_()
    sums = functional.conv2d(x, held["w1"].permute(3, 2, 0, 1), held["b1"])
    maps = torch.relu(sums)
    pooled = functional.max_pool2d(maps, 2)
    sums2 = functional.conv2d(pooled, held["w2"].permute(3, 2, 0, 1), held["b2"])
    maps2 = torch.relu(sums2)
    line = maps2.permute(0, 2, 3, 1).flatten(1)
    logits = line @ held["w3"] + held["b3"]
    shares = torch.softmax(logits, 1)
    found = {"logits": logits[0].detach().numpy()}
    for name, outputs in (("before", logits), ("after", shares)):
        tensors = (x, sums, maps, maps2, sums2)
        gradient, *others, slope = torch.autograd.grad(outputs[0, LABEL], tensors, retain_graph=True)
        found[f"{name}_gradient"] = gradient[0].permute(1, 2, 0).numpy()
        found[f"{name}_slope"] = slope[0].permute(1, 2, 0).numpy()
        for layer, held_maps, grads in zip(CAM_LAYERS, (sums, maps, maps2), others, strict=True):
            weights = grads.mean((2, 3), keepdim=True)
            cam = torch.relu((weights * held_maps).sum(1, keepdim=True))
            wide = functional.interpolate(cam, size=(12, 12), mode="bilinear", align_corners=False)
            found[f"{name}_cam_{layer}"] = wide[0, 0].detach().numpy()
    return found


def test_the_stored_numbers_are_those_of_pytorch(stored):
    torch = pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
    made = theirs(torch, stored)
    for name, values in made.items():
        np.testing.assert_allclose(stored[name], values, rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("side", ["before", "after"])
def test_the_gradient_of_a_score_in_the_input_is_that_of_pytorch(stored, side):
    found = attribution_of(score(stored, is_before_softmax=side == "before"))
    np.testing.assert_allclose(found.gradient, stored[f"{side}_gradient"], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.saliency, np.abs(stored[f"{side}_gradient"]).max(-1), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("layer", CAM_LAYERS)
def test_grad_cam_on_every_layer_with_maps_is_that_of_pytorch(stored, side, layer):
    found = attribution_of(score(stored, is_before_softmax=side == "before"))
    wide = stretched(class_activation(found, layer), (12, 12))
    wanted = stored[f"{side}_cam_{layer}"]
    assert wanted.any()
    np.testing.assert_allclose(wide, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("side", ["before", "after"])
def test_the_slope_of_a_sum_before_its_activation_is_the_gradient_of_pytorch(stored, side):
    found = attribution_of(score(stored, is_before_softmax=side == "before"))
    for row, column, index in np.ndindex(3, 3, 5):
        shares = term_shares(found, ViewState(layer=3, filter=index, position=(row, column)))
        assert shares.slope == pytest.approx(stored[f"{side}_slope"][row, column, index], rel=1e-4, abs=1e-6)
