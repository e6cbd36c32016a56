"""Files that Keras and PyTorch wrote, read as weights: our layer then makes what theirs made."""

import contextlib
import importlib.util
import io
import json
import os
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convstudio.files.code import code_for
from convstudio.files.weights import open_weights
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.readings.weights.layer_weights import decided, readings, use_weights
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

os.environ.setdefault("KERAS_BACKEND", "torch")  # whichever it is, Keras gives the same numbers; PyTorch is there
FOLDER = Path(__file__).parent / "weights"
FIELD = Path(__file__).parents[1] / "field"
CASES = {case["name"]: case for case in json.loads((FOLDER / "cases.json").read_text())}
OUTPUTS = np.load(FOLDER / "outputs.npz")
DRAW = np.random.default_rng(3)


def layers_of(settings, shape):
    """Return our layers for a case, the last one with other weights than those of the file."""
    kind, rank, channels = settings["kind"], settings["rank"], settings["channels"]
    if kind == "BatchNorm":
        return (BatchNorm.of(channels),)
    if kind == "Dense":
        flatten = () if rank == 0 else (Flatten(),)
        return (*flatten, Dense.of(np.ones((int(np.prod(shape)), 2))))
    groups = settings.get("groups", 1)
    weights = frozen(np.ones((*(3,) * rank, channels // groups, 2 * groups)))
    own = {
        name: _tuples(settings[name])
        for name in ("stride", "dilation", "padding", "output_padding")
        if name in settings
    }
    ones = (1,) * rank
    layer = (ConvTranspose if kind == "ConvTranspose" else Conv)(
        weights, frozen(np.zeros(2 * groups)), ones, ones, groups=groups
    )
    return (replace(layer, **own),)


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def document_of(layers, values):
    held = values if values.ndim > 1 else values.reshape(1, 1, -1)
    first = () if values.ndim > 1 else (Flatten(),)
    return Document(Sample.of("drawn", held), Network((*first, *layers)))


def opened(path, document, pick=0):
    """Return the document with the file's weights in its last layer, read in one way, and all the ways."""
    file, layer = open_weights(path), len(document.layers) - 1
    ranked = readings(file.shapes, file.suffix, document, layer, LIMITS.kernel_length)
    arrays = {name: file.array(name) for name in ranked[pick].names}
    return use_weights(document, layer, ranked[pick], arrays), ranked


def output_of(document):
    return forward(document).layers[-1].maps


def check(case, folder, x, want):
    document = document_of(layers_of(case["settings"], x.shape), x)
    made, ranked = opened(folder / f"{case['name']}{case['suffix']}", document)
    np.testing.assert_allclose(output_of(made), want, rtol=1e-5, atol=1e-5)
    assert (decided(ranked) is not None) == case["is_sure"], [one.text for one in ranked]


@pytest.mark.parametrize("name", CASES)
def test_the_likeliest_reading_of_a_file_makes_what_its_layer_made(name):
    check(CASES[name], FOLDER, OUTPUTS[f"{name}.x"], OUTPUTS[f"{name}.want"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy
@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("framework", ["pytorch", "keras"])
def test_files_written_just_now_make_what_their_layers_make(framework, seed, tmp_path):
    pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
    pytest.importorskip("keras", reason="it needs keras and --frameworks, as CI has them")
    spec = importlib.util.spec_from_file_location("make_weights", FOLDER / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    for case in getattr(make, f"{framework}_cases")(tmp_path, seed):
        described = {"name": case.name, "suffix": case.suffix, "settings": case.settings, "is_sure": case.is_sure}
        check(json.loads(json.dumps(described)), tmp_path, case.x, case.want)


# --- the inputs of public bug reports ------------------------------------------------------------------------------


def field(name):
    return np.load(FIELD / f"{name}.npy")


def plain(channels, groups=1):
    return Conv(
        frozen(np.ones((3, 3, channels // groups, groups))), frozen(np.zeros(groups)), (1, 1), (1, 1), groups=groups
    )


GROWING = ConvTranspose(
    frozen(np.ones((3, 3, 3, 1))), frozen([0]), (2, 2), (1, 1), padding=((1, 1), (1, 1)), output_padding=(1, 1)
)


@pytest.mark.parametrize(
    ("file", "layer", "x", "want", "is_sure"),
    [
        ("w01_torch_conv.safetensors", plain(3), "x_rgb", "w01_want", True),
        ("w03_torch_groups2.safetensors", plain(4, 2), "x_4ch", "w03_want", True),
        ("w03_torch_groups2.safetensors", plain(4), "x_4ch", "w03_want", False),
        ("w05_torch_transpose.safetensors", GROWING, "x_rgb", "w05_want", True),
        ("w07_keras_depthwise.npz", plain(4, 4), "x_4ch", "w07_want", True),
    ],
)
def test_a_file_of_a_bug_report_makes_the_right_numbers(file, layer, x, want, is_sure):
    made, ranked = opened(FIELD / file, document_of((layer,), field(x)))
    np.testing.assert_allclose(output_of(made), field(want), rtol=1e-5, atol=1e-5)
    assert (decided(ranked) is not None) == is_sure


def test_where_only_groups_are_missing_the_reading_that_sets_them_is_offered():
    _, ranked = opened(FIELD / "w03_torch_groups2.safetensors", document_of((plain(4),), field("x_4ch")))
    assert [one.caution for one in ranked] == ["sets Groups from 1 to 2"]


def test_depthwise_weights_on_a_layer_of_one_group_are_asked_about():
    document = document_of((plain(4),), field("x_4ch"))
    _, ranked = opened(FIELD / "w07_keras_depthwise.npz", document)
    depthwise = next(at for at, one in enumerate(ranked) if one.caution == "sets Groups from 1 to 4")
    assert (len(ranked), decided(ranked)) == (2, None)
    made, _ = opened(FIELD / "w07_keras_depthwise.npz", document, depthwise)
    np.testing.assert_allclose(output_of(made), field("w07_want"), rtol=1e-5, atol=1e-5)


# --- there and back ------------------------------------------------------------------------------------------------


def eighths(shape):
    """Draw numbers that a program writes down exactly."""
    return np.round(8 * DRAW.standard_normal(shape)) / 8


OURS = {
    "convolution": Conv.of(eighths((3, 3, 4, 6)), eighths(6)),
    "square": Conv.of(eighths((4, 4, 4, 4)), eighths(4)),
    "groups": replace(Conv.of(eighths((3, 2, 2, 6)), eighths(6)), groups=2),
    "depthwise": replace(Conv.of(eighths((3, 3, 1, 8)), eighths(8)), groups=4),
    "transposed": ConvTranspose.of(eighths((3, 3, 4, 6)), eighths(6)),
    "transposed square": ConvTranspose.of(eighths((4, 4, 4, 4)), eighths(4)),
    "transposed groups": replace(ConvTranspose.of(eighths((3, 2, 2, 6)), eighths(6)), groups=2),
    "normalisation": BatchNorm(*(frozen(eighths(4) ** 2) for _ in range(4)), epsilon=1e-3),
    "dense": Dense.of(eighths((7 * 6 * 4, 5)), eighths(5)),
}
IMAGE = DRAW.standard_normal((7, 6, 4)).astype(np.float32)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy
@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (kind, target)
        for kind in OURS
        for target in ("pytorch", "keras")
        if (kind, target) != ("transposed groups", "keras")  # which Keras has no layer for
    ],
)
def test_weights_that_our_program_puts_into_a_framework_come_back_as_they_were(kind, target, tmp_path):
    layer = OURS[kind]
    pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
    pytest.importorskip("keras", reason="it needs keras and --frameworks, as CI has them")
    document = document_of((*([Flatten()] if isinstance(layer, Dense) else []), layer), IMAGE)
    path = saved(run(document, target), target, tmp_path)
    emptied = document.with_layer(len(document.layers) - 1, _emptied(layer))
    file = open_weights(path)
    ranked = readings(file.shapes, file.suffix, emptied, len(emptied.layers) - 1, LIMITS.kernel_length)
    found = [
        use_weights(emptied, len(emptied.layers) - 1, one, {name: file.array(name) for name in one.names})
        for one in ranked
        if isinstance(layer, Dense | BatchNorm) or one is ranked[0]
    ]
    assert any(one.layers == document.layers for one in found)


def run(document, target):
    """Run the program of a document, and return its model."""
    held = {"__name__": "program"}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(compile(code_for(document, target), "<program>", "exec"), held)
    return held["model"]


def saved(model, target, folder):
    if target == "pytorch":
        from safetensors.torch import save_file

        save_file({name: held.contiguous() for name, held in model.state_dict().items()}, folder / "w.safetensors")
        return folder / "w.safetensors"
    import keras

    np.savez(folder / "w.npz", **{held.path: keras.ops.convert_to_numpy(held) for held in model.weights})
    return folder / "w.npz"


def _emptied(layer):
    if isinstance(layer, BatchNorm):
        return replace(BatchNorm.of(layer.channels), epsilon=layer.epsilon)
    return replace(layer, weights=frozen(np.ones_like(layer.weights)), bias=frozen(np.zeros_like(layer.bias)))
