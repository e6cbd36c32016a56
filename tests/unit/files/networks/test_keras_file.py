"""Files of Keras: read, or refused in one sentence. tests/golden compares whole models with Keras itself."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from convstudio.files.networks import helper
from convstudio.files.networks.keras_file import read_keras, read_keras_hdf5
from convstudio.files.problems import FileProblem

WEIGHTS = np.arange(18, dtype=np.float32).reshape(3, 3, 1, 2)
LAYERS: list[dict[str, Any]] = [
    {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 9, 1], "name": "given"}},
    {"class_name": "Conv2D", "config": {"name": "edges", "use_bias": False}},
    {"class_name": "ReLU", "config": {"name": "positive"}},
]


def arrays_file(fill: Any = None) -> bytes:
    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        file["layers/conv2d/vars/0"] = WEIGHTS
        if fill is not None:
            fill(file)
    return held.getvalue()


def model(layers: list[dict[str, Any]] | None = None, weights: bytes | None = None, kind: str = "Sequential") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        config = {"class_name": kind, "config": {"layers": LAYERS if layers is None else layers}}
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", arrays_file() if weights is None else weights)
    return held.getvalue()


def test_a_model_is_read_with_its_settings_and_arrays() -> None:
    found = read_keras(model(), "it")
    assert [(one.kind, one.name) for one in found.layers] == [("Conv2D", "edges"), ("ReLU", "positive")]
    assert found.input_shape == (8, 9, 1)
    np.testing.assert_array_equal(found.layers[0].arrays[0], WEIGHTS)


def test_what_keras_2_wrote_is_known_by_its_version() -> None:
    held = io.BytesIO(model())
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "2.15.0"}))
    assert [one.is_of_keras_2 for one in read_keras(held.getvalue(), "it").layers] == [True, True]


def points_outside(file: Any) -> None:
    file["layers/conv2d/vars/1"] = h5py.ExternalLink("/etc/passwd", "/")


def stands_outside(file: Any) -> None:
    file.create_dataset("other", (4,), "f4", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])


def is_huge(file: Any) -> None:
    file.create_dataset("layers/conv2d/vars/9", (1 << 16, 1 << 16), "f4", chunks=(64, 64), compression="gzip")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (model()[:200], "is not a Keras model"),
        (b"letter", "is not a Keras model"),
        (model(weights=b"letter"), "damaged"),
        (model(weights=arrays_file()[:900]), "damaged"),
        (model(weights=arrays_file(points_outside)), "points at another place"),
        (model(weights=arrays_file(stands_outside)), "stands in another file"),
        (model(weights=arrays_file(is_huge)), "more than the program takes"),
        (model(kind="MyModel"), "a model of the class MyModel"),
        (model(LAYERS[1:]), "does not say what shape"),
    ],
    ids=["cut", "text", "no HDF5", "cut HDF5", "link", "external", "huge", "class", "no input"],
)
def test_what_cannot_be_read_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(FileProblem, match=sentence):
        read_keras(data, "it")


def test_an_archive_without_a_model_says_how_to_save_one() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("other.txt", "x")
    with pytest.raises(FileProblem, match="save the whole model"):
        read_keras(held.getvalue(), "it")


def test_a_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper, "SECONDS", 0.01)
    with pytest.raises(FileProblem, match="takes longer than"):
        read_keras(model(), "it")


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(helper, "find_spec", lambda _name: None)
    with pytest.raises(FileProblem, match=r'“pip install "convstudio\[models\]"”'):
        read_keras(model(), "it")


def keras_2_model(*, config: bool = True) -> bytes:
    """Return a whole-model HDF5 file as Keras 2 wrote one of a functional model."""
    layers = [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 8, 9, 1], "name": "given"},
         "name": "given", "inbound_nodes": []},
        {"class_name": "Conv2D", "config": {"name": "edges"}, "name": "edges",
         "inbound_nodes": [[["given", 0, 0, {}]]]},
        {"class_name": "ReLU", "config": {"name": "positive"}, "name": "positive",
         "inbound_nodes": [[["edges", 0, 0, {}]]]},
    ]  # fmt: skip
    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        if config:
            file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": {"layers": layers}})
            file.attrs["keras_version"] = b"2.11.0"
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [b"given", b"edges", b"positive"]
        for name in ("given", "edges", "positive"):
            weights.create_group(name).attrs["weight_names"] = []
        weights["edges"].attrs["weight_names"] = [b"edges/kernel:0", b"edges/bias:0"]
        weights["edges/edges/bias:0"] = np.ones(2)
        weights["edges/edges/kernel:0"] = WEIGHTS
    return held.getvalue()


def test_a_model_of_keras_2_is_read_with_its_arrays_in_their_order() -> None:
    found = read_keras_hdf5(keras_2_model(), "it")
    assert [(one.kind, one.name, one.is_of_keras_2) for one in found.layers] == [
        ("Conv2D", "edges", True),
        ("ReLU", "positive", True),
    ]
    assert found.input_shape == (8, 9, 1)
    assert [one.shape for one in found.layers[0].arrays] == [(3, 3, 1, 2), (2,)]


def test_a_file_of_arrays_alone_says_where_to_open_it() -> None:
    with pytest.raises(FileProblem, match="holds arrays alone and no whole model"):
        read_keras_hdf5(keras_2_model(config=False), "it")


@pytest.mark.parametrize("share", [0, 0.1, 0.3, 0.6, 0.9])
def test_a_cut_model_of_keras_2_is_refused(share: float) -> None:
    whole = keras_2_model()
    with pytest.raises(FileProblem):
        read_keras_hdf5(whole[: int(share * len(whole))], "it")
