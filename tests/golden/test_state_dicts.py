"""State_dicts that PyTorch writes: opened here, the layers in them compute what PyTorch computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convstudio.cli import main
from convstudio.files.networks.opening import load_network
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

torch: Any = pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
nn: Any = torch.nn


class Named(nn.Module):
    """Modules by their own names, one after the other."""

    def __init__(self, **modules: Any) -> None:
        super().__init__()
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, x: Any) -> Any:
        for module in self.children():
            x = module(x)
        return x


def plain() -> Any:
    return nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.Conv2d(6, 4, (3, 1)), nn.Flatten(), nn.Linear(64, 5))


def named() -> Any:
    return Named(
        conv1=nn.Conv2d(2, 8, 3), bn1=nn.BatchNorm2d(8), conv2=nn.Conv2d(8, 8, 3, bias=False), bn2=nn.BatchNorm2d(8),
        flat=nn.Flatten(), fc1=nn.Linear(8 * 9, 6), fc2=nn.Linear(6, 3),
    )  # fmt: skip


def features() -> Any:
    return Named(
        features=nn.Sequential(nn.Conv2d(1, 12, 5), nn.Conv2d(12, 3, 2)),
        flat=nn.Flatten(),
        classifier=nn.Sequential(nn.Linear(3 * 16, 7), nn.Linear(7, 2)),
    )


def depthwise() -> Any:
    return nn.Sequential(
        nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 6, 1), nn.Conv2d(6, 4, 3, groups=2), nn.PReLU(4)
    )


def transposed() -> Any:
    return Named(down=nn.Conv2d(2, 5, 3), up_deconv=nn.ConvTranspose2d(5, 5, 2), upconv=nn.ConvTranspose2d(5, 3, 3))


def sequence() -> Any:
    return nn.Sequential(nn.Conv1d(2, 4, 5), nn.BatchNorm1d(4), nn.Flatten(), nn.Linear(40, 3))


def dense() -> Any:
    return nn.Sequential(nn.Flatten(), nn.Linear(49, 10), nn.BatchNorm1d(10), nn.Linear(10, 4))


MODELS = (plain, named, features, depthwise, transposed, sequence, dense)


def drawn(make: Callable[[], Any]) -> Any:
    """Return a model with weights that tell whatever is mixed up."""
    torch.manual_seed(2)
    model = make()
    for name, values in model.state_dict().items():
        if values.dtype.is_floating_point:
            low = 0.2 if "running_var" in name else -0.7
            values.copy_(torch.empty_like(values).uniform_(low, 0.9))
    return model.eval()


def written(model: Any, folder: Path, ending: str) -> Path:
    path = folder / f"model{ending}"
    if ending == ".npz":
        np.savez(path, **{name: values.numpy() for name, values in model.state_dict().items()})
    else:
        from safetensors.torch import save_file

        save_file(model.state_dict(), path)
    return path


def theirs(model: Any, values: np.ndarray) -> np.ndarray:
    x = np.moveaxis(values, -1, 0)[np.newaxis]
    with torch.no_grad():
        made = model(torch.from_numpy(x.copy()))[0].numpy()
    return np.asarray(np.moveaxis(made, 0, -1) if made.ndim > 1 else made)


def ours(document: Document) -> np.ndarray:
    maps = forward(document).layers[-1].maps
    assert maps is not None
    return maps


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
@pytest.mark.parametrize("make", MODELS)
def test_a_chain_computes_what_pytorch_computes(tmp_path: Path, make: Callable[[], Any], ending: str) -> None:
    model = drawn(make)
    document, notes = load_network(written(model, tmp_path, ending))
    values = document.sample.values.to_array()
    np.testing.assert_allclose(ours(document), theirs(model, values), rtol=1e-5, atol=1e-5)
    assert notes[0].startswith("A state_dict holds weights alone: no activations, strides")


def test_what_is_missing_can_be_set_and_then_it_predicts_what_pytorch_predicts(tmp_path: Path) -> None:
    model = drawn(lambda: nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5, stride=2), nn.ReLU(),
        nn.Flatten(), nn.Linear(16 * 25, 10),
    ))  # fmt: skip
    document, notes = load_network(written(model, tmp_path, ".safetensors"))
    first, second, *rest = document.layers
    assert isinstance(first, Conv)
    assert isinstance(second, Conv)
    layers = (
        replace(first, padding=((2, 2), (2, 2))),
        Activation("relu"),
        Pool("max", (2, 2)),
        replace(second, stride=(2, 2)),
        Activation("relu"),
        *rest,
    )
    x = np.random.default_rng(0).random((27, 27, 1), np.float32)
    full = Document(Sample.of("x", x), Network(layers))
    np.testing.assert_allclose(ours(full), theirs(model, x), rtol=1e-5, atol=1e-5)
    assert "whose 400 inputs are read as 5×5 of 16 channels, channels first" in notes[-1]


def test_a_branch_ends_the_chain_and_what_comes_before_it_is_opened(tmp_path: Path) -> None:
    model = Named(
        conv1=nn.Conv2d(3, 8, 3), bn1=nn.BatchNorm2d(8),
        layer1=Named(conv1=nn.Conv2d(8, 16, 3), bn1=nn.BatchNorm2d(16), down=nn.Conv2d(8, 16, 1)),
        fc=nn.Linear(16, 4),
    )  # fmt: skip
    document, notes = load_network(written(model, tmp_path, ".safetensors"))
    assert [layer.name for layer in document.layers] == ["Conv 3×3 · 8 filters", "Batch norm"]
    assert "the module “layer1.conv1” finds no place among the others, so the network branches" in notes[-1]


def test_the_command_line_runs_it_and_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    model = drawn(plain)
    path = written(model, tmp_path, ".safetensors")
    values = np.random.default_rng(1).random(load_network(path)[0].sample.values.shape, np.float32)
    np.save("x.npy", values)
    assert main(["apply", "x.npy", "--project", str(path), "-o", "y.npy"]) == 0
    assert "holds weights alone" in capsys.readouterr().err
    np.testing.assert_allclose(np.load("y.npy").ravel(), theirs(model, values), rtol=1e-5, atol=1e-5)
    assert main(["code", str(path), "--for", "pytorch"]) == 0
