"""What a report holds of each layer, and when numbers become a table."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.panes.exports.report import mosaic, number_table, report_of
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

CONV = replace(Conv.of(np.ones((3, 3, 1, 2))), padding=((1, 0), (2, 1)), flip=True)
LAYERS = (CONV, BatchNorm.of(2), Pool(), Flatten(), Dense.of(np.ones((4, 2))))
DOCUMENT = Document(Sample.of("count", np.arange(16.0).reshape(4, 4, 1)), Network(LAYERS))


def report(document=DOCUMENT, view=ViewState()):  # noqa: B008  a frozen value
    return report_of(forward(document), view, (), None)


def test_every_layer_shows_all_that_it_holds_and_makes():
    headings = [[array.heading for array in layer.arrays] for layer in report().layers]
    assert headings == [
        ["Kernels", "Bias", "Feature maps"],
        ["Mean", "Variance", "Gamma", "Beta", "Feature maps"],
        ["Feature maps"],
        ["Output values"],
        ["Weights", "Bias", "Output values"],
    ]


@pytest.mark.parametrize(
    ("activation", "numbers"),
    [
        (Activation("relu"), {}),
        (Activation("leaky_relu", 0.25), {"Negative slope": "0.25"}),
        (Activation("thresholded_relu", 1, 0.5), {"Threshold": "1", "Negative slope": "0.5"}),
    ],
)
def test_an_activation_has_the_numbers_that_its_form_shows(activation, numbers):
    facts = dict(report(replace(DOCUMENT, network=Network((activation,)))).layers[0].facts)
    assert {name: facts[name] for name in ("Alpha", "Slope", "Threshold", "Negative slope") if name in facts} == numbers


def test_settings_are_in_words():
    facts = dict(report().layers[0].facts)
    assert facts["Padding"] == "1 before, 0 after; 2 before, 1 after"
    assert (facts["Kernel flipped"], facts["Stride"]) == ("yes", "1×1")


def test_a_calculation_that_there_is_not_has_a_reason():
    found = report(Document(DOCUMENT.sample, Network((Conv.of(np.ones((9, 9, 1, 1))),))))
    assert found.calculation is None
    assert found.why_none


def test_numbers_that_are_too_long_for_a_page_are_rounded_and_said_to_be():
    exact = number_table(np.full((2, 3), 1 / 3, np.float32), ("rows", "columns"))
    rounded = number_table(np.full((2, 12), 1 / 3, np.float32), ("rows", "columns"))
    assert (exact.is_rounded, exact.rows[0][1]) == (False, "0.33333334")
    assert (rounded.is_rounded, rounded.rows[0][1]) == (True, "0.3333")
    assert number_table(np.ones((2, 80), np.float32), ("rows", "columns")) is None


def test_a_long_vector_is_a_column():
    table = number_table(np.arange(100, dtype=np.float32), ("units",))
    assert (table.heads, table.rows[99]) == (("value",), ("unit 100", "99"))


def test_many_kernels_stand_in_the_column_of_their_filter_and_the_row_of_their_channel():
    weights = np.zeros((3, 3, 2, 4), np.float32)
    weights[..., 1, 2] = 1
    (kernels, *_) = (
        report(Document(Sample.of("pixel", np.ones((3, 3, 2))), Network((Conv.of(weights),)))).layers[0].arrays
    )
    painted = mosaic(kernels.whole)
    assert painted.shape == (2 * 4 + 1, 4 * 4 + 1, 3)
    assert np.argwhere(painted.min(axis=-1) < 255)[0].tolist() == [1, 1]
    assert painted[6, 10].tolist() != painted[6, 6].tolist() == painted[2, 10].tolist()


def test_the_planes_of_a_volume_stand_one_below_the_other():
    volume = Document(Sample.of("v", np.ones((2, 3, 4, 1))), Network((Conv.of(np.ones((1, 1, 1, 1, 1))),)))
    (plane,) = report(volume).input.planes()
    assert (plane.picture.part.spatial, report(volume).input.note) == (
        (6, 4),
        "2×3×4×1: planes × rows × columns × channels.",
    )
