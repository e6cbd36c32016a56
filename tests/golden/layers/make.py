"""Writes what layers of PyTorch, Keras and ONNX make of numbers, and their gradients, for layers that are read by name.

`python tests/golden/layers/make.py` writes `layers.npz` beside it again; it needs torch, keras and onnx. The test reads
the numbers without them.
"""

import os
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
SIZES = (1, 2, 4, 5, 11)


def pytorch_cases(draw):
    """Yield each case as its name and its arrays, channels last: values, output, gradients of output and of values."""
    import torch
    from torch import nn

    for size in SIZES:
        yield f"lrn {size}", of_torch(torch, nn.LocalResponseNorm(size, alpha=0.7, beta=0.6, k=1.5), draw)
    yield "lrn usual", of_torch(torch, nn.LocalResponseNorm(5), draw)
    for threshold in (0.0, 0.5):
        yield f"threshold {threshold}", of_torch(torch, nn.Threshold(threshold, 0), draw)


def of_torch(torch, module, draw):
    x, grad = (draw.standard_normal((4, 5, 6)).astype(np.float32) for _ in range(2))
    given = torch.tensor(np.moveaxis(x, -1, 0)[np.newaxis], requires_grad=True)
    made = module(given)
    made.backward(torch.tensor(np.moveaxis(grad, -1, 0)[np.newaxis].copy()))
    y, back = (np.moveaxis(one[0], 0, -1) for one in (made.detach().numpy(), given.grad.numpy()))
    return {"x": x, "y": y, "grad_y": grad, "grad_x": back}


def keras_cases(draw):
    """Yield the same of layers of Keras, the slopes of a PReLU among their arrays."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    import torch

    for threshold in (0.0, 0.5):
        yield f"keras threshold {threshold}", of_keras(keras, torch, keras.layers.ReLU(threshold=threshold), draw)
    for shared in (None, [1], [2, 3], [1, 2]):
        layer = keras.layers.PReLU(shared_axes=shared)
        layer.build((None, 4, 5, 6))
        layer.alpha.assign(draw.uniform(-0.5, 1, layer.alpha.shape).astype(np.float32))
        found = of_keras(keras, torch, layer, draw)
        slopes = keras.ops.convert_to_numpy(layer.alpha)
        yield f"keras prelu {shared}", found | {"slopes": slopes, "grad_slopes": layer.alpha.value.grad.numpy()}


def of_keras(keras, torch, layer, draw):
    x, grad = (draw.standard_normal((4, 5, 6)).astype(np.float32) for _ in range(2))
    given = torch.tensor(x[np.newaxis], requires_grad=True)
    made = layer(given)
    made.backward(torch.tensor(grad[np.newaxis]))
    return {"x": x, "y": made.detach().numpy()[0], "grad_y": grad, "grad_x": given.grad.numpy()[0]}


def onnx_cases(draw):
    """Yield what the reference evaluator of ONNX makes of an LRN, whose even sizes lean to the other side."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    for size in SIZES:
        node = helper.make_node("LRN", ["x"], ["y"], size=size, alpha=0.7, beta=0.6, bias=1.5)
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, (6, 6, 4, 5)) for name in "xy"]
        model = helper.make_model(helper.make_graph([node], "lrn", ends[:1], ends[1:]))
        x = draw.standard_normal((4, 5, 6)).astype(np.float32)
        given = np.broadcast_to(np.moveaxis(x, -1, 0), (6, 6, 4, 5))  # it works out one channel for each sample only
        (made,) = ReferenceEvaluator(model).run(None, {"x": given})
        yield f"onnx lrn {size}", {"x": x, "y": np.moveaxis(made[0], 0, -1)}


def main():
    draw = np.random.default_rng(5)
    cases = [case for made in (pytorch_cases, keras_cases, onnx_cases) for case in made(draw)]
    arrays = {f"{name}.{part}": one for name, held in cases for part, one in held.items()}
    np.savez_compressed(FOLDER / "layers.npz", **arrays)


if __name__ == "__main__":
    main()
