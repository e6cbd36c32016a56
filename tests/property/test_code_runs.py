"""Every program that is written for a network runs, and finds our numbers; where a library is missing, that is said."""

import contextlib
import io
import os
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convstudio.files.code import code_for
from convstudio.files.problems import FileProblem
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops import ACTIVATIONS, ALPHAS, PADDING_MODES
from tests.property.random_documents import documents, networks

os.environ.setdefault("KERAS_BACKEND", "torch")  # whichever it is, Keras gives the same numbers; PyTorch is there
MODULES = {"numpy": "numpy", "scipy": "scipy", "opencv": "cv2", "pytorch": "torch", "keras": "keras"}
DRAW = np.random.default_rng(7)
IMAGE = DRAW.standard_normal((8, 9, 4))
CONV = Conv.of(DRAW.standard_normal((3, 3, 4, 6)), DRAW.standard_normal(6))
GROWING = ConvTranspose(frozen(DRAW.standard_normal((3, 3, 4, 6))), frozen(DRAW.standard_normal(6)), (2, 2), (1, 1))
NORM = BatchNorm(*(frozen(DRAW.random(4)) for _ in range(4)))
of_any_health = settings(suppress_health_check=list(HealthCheck))


def run(document, target):
    """Run the program of a document; it fails by itself where its numbers are not ours."""
    module = MODULES[target]
    program = compile(code_for(document, target), "<program>", "exec")
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()) as printed:
        warnings.simplefilter("ignore")  # what a library warns of, as of a softmax of one value, is no error of ours
        pytest.importorskip(module, reason=f"it needs {module} and --frameworks, as CI has them")
        exec(program, {"__name__": "program"})
    assert printed.getvalue().startswith("The numbers are those of ConvStudio")


def document_of(*layers, values=IMAGE):
    return Document(Sample.of("drawn", values), Network(layers), "Drawn")


SETTINGS = {
    **{f"padding mode {mode}": replace(CONV, padding="same", padding_mode=mode) for mode in PADDING_MODES},
    "same, the odd zero after": replace(CONV, padding="same", stride=(2, 2)),
    "padding by pairs": replace(CONV, padding=((0, 1), (2, 0)), padding_mode="reflect"),
    "full": replace(CONV, padding="full"),
    "true convolution": replace(CONV, flip=True),
    "no bias": replace(CONV, bias=frozen(np.zeros(6)), has_bias=False),
    "groups": replace(CONV, weights=CONV.weights[:, :, :2], groups=2),
    "depthwise": Conv(CONV.weights[:, :, :1, :4], frozen(np.ones(4)), (1, 1), (1, 1), groups=4),
    "dilation": replace(CONV, dilation=(2, 3), padding="same"),
    "stride and dilation": replace(CONV, stride=(2, 1), dilation=(1, 2), activation="tanh"),
    **{f"activation {name}": replace(CONV, activation=name) for name in ACTIVATIONS},
}
OTHERS = {
    "transposed": GROWING,
    "transposed same": replace(GROWING, padding="same", activation="relu"),
    "transposed same, stride 1": replace(GROWING, padding="same", stride=(1, 1)),
    "transposed same, stride 4": replace(GROWING, padding="same", stride=(4, 5)),
    "transposed with output padding": replace(GROWING, padding=((1, 1), (1, 1)), output_padding=(1, 0)),
    "transposed and cut unevenly": replace(GROWING, padding=((0, 2), (3, 1))),
    "transposed, dilated": replace(GROWING, dilation=(2, 1), padding="same"),
    "transposed in groups": replace(GROWING, weights=GROWING.weights[:, :, :2], groups=2),
    **{f"alone {name}": Activation(name) for name in ACTIVATIONS},
    **{f"{name} with a number": Activation(name, 0.3) for name in ALPHAS},
    "a threshold and a slope": Activation("thresholded_relu", 0.3, 0.25),
    "the usual threshold and a slope": Activation("thresholded_relu", slope=0.25),
    **{
        f"{kind} pool {name}": Pool(kind, (3, 2), **given)
        for kind in ("max", "average")
        for name, given in {
            "valid": {},
            "same": {"padding": "same", "stride": (2, 2)},
            "overlapping": {"stride": (1, 1)},
            "evenly padded": {"padding": ((1, 1), (1, 1))},
            "by pairs": {"padding": ((1, 0), (0, 1))},
            "dilated": {"dilation": (2, 3), "stride": (1, 2)},
            "counting padding": {"padding": ((1, 1), (1, 1)), "count_include_pad": True},
            "counting uneven padding": {"padding": ((1, 0), (0, 1)), "count_include_pad": True, "dilation": (2, 1)},
            "reaching past": {"padding": ((1, 1), (1, 1)), "ceil_mode": True, "stride": (3, 2)},
            "reaching past uneven padding": {"padding": ((1, 0), (0, 1)), "ceil_mode": True, "count_include_pad": True},
            "as PyTorch": {"padding": ((1, 1), (1, 1)), "ceil_mode": True, "count_include_pad": True, "stride": (3, 4)},
        }.items()
    },
    "global average": GlobalPool("average"),
    "global maximum": GlobalPool("max"),
    "batch normalisation": NORM,
    "dropout": Dropout(0.25, 3),
    "dropout of everything": Dropout(1.0),
    "spatial dropout": SpatialDropout(0.5, 1),
    "flatten": Flatten(),
    "switched off": replace(CONV, is_on=False),
}


@pytest.mark.parametrize("target", ["numpy", "pytorch", "keras", "scipy", "opencv"])
@pytest.mark.parametrize("layer", SETTINGS.values(), ids=SETTINGS)
def test_every_setting_of_a_convolution_gives_our_numbers(layer, target):
    run(document_of(layer), target)


@pytest.mark.parametrize("layer", SETTINGS.values(), ids=SETTINGS)
def test_one_output_of_a_convolution_is_four_equal_dot_products(layer):
    linear = replace(layer, activation="linear", is_on=True)
    values = linear.run(IMAGE.astype(np.float32))[..., 0]
    expected = values[tuple(n // 2 for n in values.shape)] - layer.bias[0]
    program = {"__name__": "program"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code_for(document_of(linear), "numpy"), program)
    np.testing.assert_allclose(program["four_ways"], [expected] * 4, rtol=0, atol=1e-4)


@pytest.mark.parametrize("target", ["numpy", "pytorch", "keras"])
@pytest.mark.parametrize("layer", OTHERS.values(), ids=OTHERS)
def test_every_other_kind_of_layer_gives_our_numbers(layer, target):
    run(document_of(layer), target)


@pytest.mark.parametrize("target", ["numpy", "pytorch", "keras"])
def test_dense_layers_read_flattened_maps_in_our_order(target):
    weights = DRAW.standard_normal((8 * 9 * 4, 3))
    run(document_of(Flatten(), Dense.of(weights, [1, 2, 3], "softmax"), Activation("abs")), target)


@pytest.mark.parametrize("target", ["numpy", "pytorch", "keras", "scipy"])
def test_a_sequence_with_causal_padding_gives_our_numbers(target):
    layer = replace(Conv.of(DRAW.standard_normal((3, 2, 4))), padding="causal", dilation=(2,))
    run(document_of(layer, values=DRAW.standard_normal((9, 2))), target)


@pytest.mark.parametrize("target", ["numpy", "pytorch", "keras"])
@pytest.mark.parametrize("kind", ["max", "average"])
def test_a_window_larger_than_the_volume_without_its_padding_gives_our_numbers(kind, target):
    run(document_of(Pool(kind, (3, 1, 1), padding="same"), values=DRAW.standard_normal((1, 2, 2, 3))), target)


@pytest.mark.parametrize("target", ["numpy", "pytorch", "keras", "scipy", "opencv"])
def test_numbers_that_are_none_go_through(target):
    values = IMAGE.copy()
    values[2, 3, 1], values[6, 7, 0] = np.nan, np.inf
    run(document_of(replace(CONV, padding="valid"), values=values), target)


@pytest.mark.parametrize("target", ["numpy", "pytorch", "keras"])
def test_a_large_sample_is_replaced_by_waves_and_every_nth_output_is_checked(target):
    document = document_of(Conv.of(np.ones((3, 3, 1, 2))), values=np.zeros((600, 500, 1)))
    assert len(code_for(document, target)) < 100_000
    run(document, target)


@of_any_health
@given(networks(must_work=True))
def test_any_network_runs_with_numpy(document):
    run(document, "numpy")


@of_any_health
@given(documents())
def test_any_convolution_runs_with_scipy(document):
    run(document, "scipy")


@of_any_health
@given(networks(must_work=True))
def test_any_network_runs_with_pytorch(document):
    run(document, "pytorch")


@of_any_health
@given(networks(must_work=True))
def test_any_network_runs_with_keras(document):
    run(document, "keras")


@of_any_health
@given(networks(), st.sampled_from(sorted(MODULES)))
def test_any_network_at_all_becomes_a_program_or_a_sentence(document, target):
    try:
        program = code_for(document, target)
    except FileProblem as problem:
        program = f"# {problem}"
    assert program.endswith((".", "\n"))
    compile(program, "<program>", "exec")


def test_a_program_fails_where_its_numbers_are_not_ours():
    program = code_for(document_of(CONV), "numpy").replace("bias_1 = np.array([", "bias_1 = np.array([0.001 + ")
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        exec(compile(program, "<program>", "exec"), {"__name__": "program"})
