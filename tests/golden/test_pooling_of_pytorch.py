"""Poolings with every setting of PyTorch's, forward and backward; where torch is missing, that is said."""

import numpy as np
import pytest

from convstudio.ops import ShapeError, pool, pool_gradient


def drawn(draw):
    """Draw an input, and the settings of a pooling in PyTorch's names."""
    rank = int(draw.integers(1, 4))
    size = draw.integers(1, 4, rank)
    settings = {
        "stride": tuple(map(int, draw.integers(1, 5, rank))),
        "padding": tuple(int(draw.integers(0, cells // 2 + 1)) for cells in size),
        "ceil_mode": bool(draw.integers(2)),
    }
    shape = (*(int(n) for n in size + draw.integers(0, 5, rank)), 2)
    return draw.standard_normal(shape).astype(np.float32), tuple(map(int, size)), settings


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["max", "average"])
def test_any_pooling_gives_pytorchs_numbers_and_gradients(kind, seed):
    torch = pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
    draw, compared = np.random.default_rng(seed), 0
    for _ in range(60):
        x, size, settings = drawn(draw)
        rank = len(size)
        if kind == "max":
            settings["dilation"] = tuple(map(int, draw.integers(1, 3, rank)))
        else:
            settings["count_include_pad"] = bool(draw.integers(2))
        layer = getattr(torch.nn, f"{'Max' if kind == 'max' else 'Avg'}Pool{rank}d")(size, **settings)
        theirs = torch.tensor(np.moveaxis(x, -1, 0)[np.newaxis], requires_grad=True)
        try:
            made, ours = layer(theirs), pool(x, kind, size, **settings)
        except (RuntimeError, ShapeError):  # PyTorch refuses other ones than we
            continue
        np.testing.assert_allclose(ours, np.moveaxis(made.detach().numpy()[0], 0, -1), rtol=1e-5, atol=1e-6)
        grad = draw.standard_normal(ours.shape).astype(np.float32)
        made.backward(torch.tensor(np.moveaxis(grad, -1, 0)[np.newaxis].copy()))
        gradient = pool_gradient(x, grad, kind, size, **settings)
        np.testing.assert_allclose(gradient, np.moveaxis(theirs.grad.numpy()[0], 0, -1), rtol=1e-4, atol=1e-5)
        compared += 1
    assert compared > 20
