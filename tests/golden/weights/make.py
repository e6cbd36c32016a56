"""Writes files of weights as Keras and PyTorch write them, and what their layers then make of an input.

`python tests/golden/weights/make.py` writes the files beside this one again; it needs torch and keras. The tests read
the files without them, and where both are installed make other numbers with the same functions.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One layer of a framework: its file, an input and an output, channels last, and the settings of our layer.

    `settings` name our layer's `kind`, the number of `channels` that it reads, what it slides with, and its `groups`;
    `is_sure` says that evidence decides for the right reading, which must be the first one in any case.
    """

    name: str
    suffix: str
    settings: dict
    x: np.ndarray
    want: np.ndarray
    is_sure: bool


def pytorch_cases(folder, seed):
    """Write every kind of layer of PyTorch as a safetensors file of its state; return the cases."""
    import torch
    from safetensors.torch import save_file
    from torch import nn

    torch.manual_seed(seed)
    made = [
        ("conv2d", nn.Conv2d(3, 8, 3), (6, 7, 3), {}),
        ("conv2d_square", nn.Conv2d(3, 3, 3), (6, 7, 3), {}),
        ("conv2d_other_kernel", nn.Conv2d(3, 4, (5, 2), stride=2), (7, 8, 3), {"stride": (2, 2)}),
        ("conv2d_groups", nn.Conv2d(4, 6, 3, groups=2), (6, 7, 4), {"groups": 2}),
        ("conv2d_depthwise", nn.Conv2d(4, 8, 3, groups=4), (6, 7, 4), {"groups": 4}),
        ("conv2d_regrouped", nn.Conv2d(4, 6, 3, groups=2, bias=False), (6, 7, 4), {"groups": 1}),
        ("conv1d", nn.Conv1d(2, 5, 3, dilation=2), (9, 2), {"dilation": (2,)}),
        ("conv1d_square", nn.Conv1d(3, 3, 3), (9, 3), {}),
        (
            "transposed",
            nn.ConvTranspose2d(3, 5, 3, stride=2, padding=1, output_padding=1),
            (5, 6, 3),
            {"stride": (2, 2), "padding": ((1, 1), (1, 1)), "output_padding": (1, 1)},
        ),
        ("transposed_square", nn.ConvTranspose2d(3, 3, 3), (5, 6, 3), {}),
        ("transposed_groups", nn.ConvTranspose2d(4, 6, (3, 2), groups=2), (5, 6, 4), {"groups": 2}),
        ("transposed_regrouped", nn.ConvTranspose2d(4, 4, 3, groups=2), (5, 6, 4), {"groups": 1}),
        ("transposed1d", nn.ConvTranspose1d(2, 3, 4, stride=2), (5, 2), {"stride": (2,)}),
        ("linear", nn.Linear(5, 4), (5,), {}),
        ("linear_square", nn.Linear(5, 5), (5,), {}),
        ("linear_of_maps", nn.Linear(2 * 3 * 4, 5), (2, 3, 4), {}),
        ("norm", _trained(nn.BatchNorm2d(4), torch), (3, 4, 4), {}),
    ]
    cases = []
    for name, module, shape, settings in made:
        network = nn.Sequential(nn.Flatten(), module) if name == "linear_of_maps" else nn.Sequential(module)
        save_file(
            module.state_dict() if name == "linear" else network.state_dict(), folder / f"pytorch_{name}.safetensors"
        )
        x = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
        with torch.no_grad():
            made_of_it = network.eval()(torch.tensor(np.moveaxis(x, -1, 0)[np.newaxis])).numpy()[0]
        want = np.moveaxis(made_of_it, 0, -1)
        is_sure = "regrouped" not in name and name not in ("linear_of_maps", "norm")
        own = {"kind": _kind(type(module).__name__), "channels": shape[-1], "rank": len(shape) - 1, **settings}
        cases.append(Case(f"pytorch_{name}", ".safetensors", own, x, want, is_sure))
    return cases


def keras_cases(folder, seed):
    """Write every kind of layer of Keras as archives, with the names of its arrays and without; return the cases."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    made = [
        ("conv2d", layers.Conv2D(8, 3), (6, 7, 3), {}),
        ("conv2d_square", layers.Conv2D(3, 3), (6, 7, 3), {}),
        ("conv2d_other_kernel", layers.Conv2D(4, (5, 2), strides=2), (7, 8, 3), {"stride": (2, 2)}),
        ("conv2d_groups", layers.Conv2D(6, 3, groups=2), (6, 7, 4), {"groups": 2}),
        ("conv2d_regrouped", layers.Conv2D(6, 3, groups=2, use_bias=False), (6, 7, 4), {"groups": 1}),
        ("depthwise", layers.DepthwiseConv2D(3, depth_multiplier=2), (6, 7, 4), {"groups": 4}),
        ("depthwise_plain", layers.DepthwiseConv2D(3), (6, 7, 4), {"groups": 4}),
        ("conv1d", layers.Conv1D(5, 3, dilation_rate=2), (9, 2), {"dilation": (2,)}),
        ("conv1d_square", layers.Conv1D(3, 3), (9, 3), {}),
        ("transposed", layers.Conv2DTranspose(5, 3, strides=2, padding="same"), (5, 6, 3),
         {"stride": (2, 2), "padding": "same"}),
        ("transposed_square", layers.Conv2DTranspose(3, 3), (5, 6, 3), {}),
        ("transposed1d", layers.Conv1DTranspose(3, 4, strides=2), (5, 2), {"stride": (2,)}),
        ("dense", layers.Dense(4), (5,), {}),
        ("dense_square", layers.Dense(5), (5,), {}),
        ("dense_of_maps", layers.Dense(5), (2, 3, 4), {}),
        ("norm", layers.BatchNormalization(), (3, 4, 4), {}),
    ]  # fmt: skip
    cases = []
    for name, layer, shape, settings in made:
        before = [layers.Flatten()] if name == "dense_of_maps" else []
        network = keras.Sequential([keras.Input(shape=shape), *before, layer])
        draw = np.random.default_rng(seed)
        layer.set_weights([draw.random(array.shape).astype(np.float32) for array in layer.get_weights()])
        x = draw.standard_normal(shape).astype(np.float32)
        want = keras.ops.convert_to_numpy(network(x[np.newaxis], training=False))[0]
        own = {"kind": _kind(type(layer).__name__), "channels": shape[-1], "rank": len(shape) - 1, **settings}
        np.savez(
            folder / f"keras_{name}_named.npz",
            **{held.path: keras.ops.convert_to_numpy(held) for held in layer.weights},
        )
        np.savez(folder / f"keras_{name}.npz", *layer.get_weights())
        is_named_sure = "regrouped" not in name
        for ending, is_sure in (("_named", is_named_sure), ("", is_named_sure and "square" not in name)):
            cases.append(Case(f"keras_{name}{ending}", ".npz", own, x, want, is_sure))
    return cases


def _kind(layer):
    names = {"Dense": "Dense", "Linear": "Dense", "BatchNorm2d": "BatchNorm", "BatchNormalization": "BatchNorm"}
    return names.get(layer, "ConvTranspose" if "Transpose" in layer else "Conv")


def _trained(norm, torch):
    """Run a batch normalisation in training, so that its statistics are none of those that it starts with."""
    norm.weight.data = torch.randn(4)
    norm.bias.data = torch.randn(4)
    norm(torch.randn(5, 4, 6, 6) * 2 + 1)
    return norm


def main():
    cases = [*pytorch_cases(FOLDER, 1), *keras_cases(FOLDER, 2)]
    described = [
        {"name": case.name, "suffix": case.suffix, "settings": case.settings, "is_sure": case.is_sure} for case in cases
    ]
    lines = ",\n".join(json.dumps(one) for one in described)
    (FOLDER / "cases.json").write_text(f"[\n{lines}\n]\n")
    arrays = {f"{case.name}.{part}": getattr(case, part) for case in cases for part in ("x", "want")}
    np.savez_compressed(FOLDER / "outputs.npz", **arrays)


if __name__ == "__main__":
    main()
