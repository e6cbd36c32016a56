"""Networks that PyTorch writes as ONNX: opened here they predict what PyTorch predicts."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convstudio.files.networks.opening import load_network
from convstudio.model.run.forward import forward

torch: Any = pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")


def classifier() -> Any:
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout2d(),
        nn.Conv2d(8, 12, 3, stride=2, groups=4), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(12 * 3 * 4, 10),
        nn.LogSoftmax(1),
    )  # fmt: skip


def decoder() -> Any:
    nn = torch.nn
    return nn.Sequential(
        nn.ConvTranspose2d(3, 6, 3, stride=2, padding=1, output_padding=1), nn.ELU(), nn.Upsample(scale_factor=2),
        nn.Conv2d(6, 4, 3, padding="same", dilation=2), nn.Tanh(), nn.AvgPool2d(3, 2, 1), nn.Sigmoid(),
    )  # fmt: skip


def averaged() -> Any:
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 6, 1), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 5), nn.Softplus()
    )


def gates() -> Any:
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 6, 3), nn.SiLU(), nn.Conv2d(6, 6, 1), nn.Hardswish(), nn.BatchNorm2d(6), nn.ReLU6(),
        nn.Conv2d(6, 6, 1), nn.Hardsigmoid(), nn.Conv2d(6, 6, 1), nn.LeakyReLU(), nn.Hardtanh(), nn.ELU(0.5),
        nn.Conv2d(6, 4, 1), nn.PReLU(4), nn.Conv2d(4, 4, 1), nn.PReLU(), nn.Conv2d(4, 4, 1), nn.Flatten(),
        nn.Linear(4 * 12 * 16, 5), nn.PReLU(5), nn.Mish(), nn.SELU(), nn.Softsign(), nn.Hardtanh(0, 0.4),
    )  # fmt: skip


def mobile() -> Any:
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
        nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
        nn.Conv2d(8, 12, 1, bias=False), nn.BatchNorm2d(12), nn.ReLU6(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 5),
    )  # fmt: skip


class Lenet(torch.nn.Module):
    """As the first example of PyTorch's documentation names its modules."""

    def __init__(self) -> None:
        super().__init__()
        nn = torch.nn
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 3), nn.Conv2d(6, 8, 3)
        self.drop, self.fc1, self.fc2 = nn.Dropout(), nn.Linear(8 * 5 * 7, 12), nn.Linear(12, 4)

    def forward(self, x: Any) -> Any:
        functional = torch.nn.functional
        x = functional.max_pool2d(functional.relu(self.conv2(functional.relu(self.conv1(x)))), 2)
        x = functional.relu(self.fc1(torch.flatten(self.drop(x), 1)))
        return functional.log_softmax(self.fc2(x), dim=1)


class Padded(torch.nn.Module):
    """A chain whose padding and whose vector PyTorch writes by nodes that compute shapes."""

    def __init__(self) -> None:
        super().__init__()
        nn = torch.nn
        self.chain = nn.Sequential(
            nn.ZeroPad2d((1, 2, 0, 1)), nn.Conv2d(3, 4, 3, padding=1), nn.ELU(),
            nn.ReflectionPad2d(2), nn.Conv2d(4, 4, 3, stride=2),
            nn.Conv2d(4, 4, 3, padding=1, padding_mode="replicate"),
            nn.Upsample(size=(18, 36)), nn.Conv2d(4, 2, 3),
        )  # fmt: skip
        self.dense = nn.Linear(2 * 16 * 34, 3)

    def forward(self, x: Any) -> Any:
        x = self.chain(x)
        return self.dense(x.view(x.size(0), -1))


class Normalised(torch.nn.Module):
    """As torchvision normalises pictures: a mean and a deviation for each channel, and a chain after it."""

    def __init__(self) -> None:
        super().__init__()
        self.mean, self.deviation = torch.rand(3, 1, 1), 0.1 + torch.rand(3, 1, 1)
        self.chain = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU())

    def forward(self, x: Any) -> Any:
        return self.chain((x * 255 / 255 - self.mean) / self.deviation)


@pytest.mark.parametrize("version", [11, 17, 20])
@pytest.mark.parametrize("make", [classifier, decoder, averaged, gates, mobile, Lenet, Normalised, Padded])
def test_a_network_predicts_what_pytorch_predicts(tmp_path: Path, make: Any, version: int) -> None:
    torch.manual_seed(1)
    network = make()
    with torch.no_grad():
        network(torch.randn(8, 3, 14, 18))  # which gives the normalisation its statistics
    network.eval()
    path = tmp_path / "network.onnx"
    options = {"input_names": ["x"], "dynamic_axes": {"x": {0: "batch"}}} if make is Padded else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the writer that needs no further package
        given = (torch.zeros(1, 3, 14, 18),)
        torch.onnx.export(network, given, str(path), dynamo=False, opset_version=version, **options)
    document, notes = load_network(path)
    x = np.moveaxis(document.sample.values.to_array(), -1, 0)
    with torch.no_grad():
        theirs = network(torch.tensor(x[np.newaxis]))[0].numpy()
    ours = forward(document).layers[-1].maps
    assert ours is not None
    assert [note for note in notes if "brings its inputs into another range" not in note] == []
    np.testing.assert_allclose(np.moveaxis(ours, -1, 0), theirs, atol=1e-5)
