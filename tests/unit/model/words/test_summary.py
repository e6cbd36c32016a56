"""The summary counts what Keras counts, and says of each layer what it makes or why it makes nothing."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.words.summary import summary_rows, summary_text

STORY = (
    Conv.of(np.ones((3, 3, 1, 8))),
    Activation("relu"),
    Pool(),
    Conv.of(np.ones((3, 3, 8, 16))),
    BatchNorm.of(16),
    GlobalPool(),
    Dense.of(np.ones((16, 10))),
)


def rows_of(*layers, shape=(28, 28, 1)):
    return summary_rows(Document(Sample.of("s", np.ones(shape)), Network(layers)))


def test_every_layer_says_the_shape_that_it_makes():
    shapes = [(26, 26, 8), (26, 26, 8), (13, 13, 8), (11, 11, 16), (11, 11, 16), (16,), (10,)]
    assert [row.output_shape for row in rows_of(*STORY)] == shapes


def test_parameters_are_those_of_keras():
    assert [row.parameters for row in rows_of(*STORY)] == [80, 0, 0, 1168, 64, 0, 170]


def test_half_of_a_batch_normalisations_parameters_are_measured():
    assert [row.measured for row in rows_of(*STORY)] == [0, 0, 0, 0, 32, 0, 0]


def test_multiply_adds_are_counted_per_output():
    assert [row.multiplications for row in rows_of(*STORY)][:4] == [26 * 26 * 72, 0, 0, 11 * 11 * 72 * 16]


def test_the_receptive_field_grows_until_whole_maps_are_pooled():
    fields = [None if row.field is None else (row.field.size, row.field.jump) for row in rows_of(*STORY)]
    assert fields[3:] == [((8, 8), (2, 2)), ((8, 8), (2, 2)), None, None]


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (
            Pool("average", ceil_mode=True, count_include_pad=True),
            "Average pool 2×2 · padding counts · last window always",
        ),
        (Pool("max", ceil_mode=True, count_include_pad=True), "Max pool 2×2 · last window always"),
        (Pool("average", count_include_pad=True), "Average pool 2×2 · padding counts"),
    ],
)
def test_a_pooling_names_its_rules_where_they_are_not_those_of_a_new_one(layer, name):
    assert rows_of(layer)[0].name == name


@pytest.mark.parametrize("layer", [Flatten(), ConvTranspose(np.ones((1, 1, 1, 1)), np.zeros(1), (2, 2), (1, 1))])
def test_what_mixes_or_grows_cells_has_no_field(layer):
    assert rows_of(layer)[0].field is None


def test_a_layer_that_is_off_counts_nothing_and_changes_nothing():
    first, off = rows_of(STORY[0], replace(STORY[3], is_on=False))
    assert (off.output_shape, off.parameters, off.multiplications, off.field) == (first.output_shape, 0, 0, first.field)
    assert off.name.endswith("(off)")


def test_a_layer_that_cannot_work_says_why_and_those_behind_it_that_they_wait():
    rows = rows_of(Conv.of(np.ones((3, 3, 2, 1))), Pool())
    assert [row.output_shape for row in rows] == [None, None]
    assert "make channels per filter × groups equal the input's channels" in rows[0].problem
    assert rows[1].problem == "Layer 1 (Conv 3×3 · 1 filter) makes no feature map: fix that layer first."


def test_the_table_is_aligned_and_ends_with_the_totals():
    document = Document(Sample.of("s", np.ones((8, 8, 1))), Network((STORY[0], Pool(), BatchNorm.of(8))))
    assert summary_text(document) == (
        "Layer                 Kind       Output shape  Parameters  Multiply-adds  Receptive field\n"
        "─────────────────────────────────────────────────────────────────────────────────────────\n"
        "Input                            8×8×1\n"
        "Conv 3×3 · 8 filters  Conv       6×6×8                 80          2\xa0592  3×3, jump 1×1\n"
        "Max pool 2×2          Pool       3×3×8                  0              0  4×4, jump 2×2\n"
        "Batch norm            BatchNorm  3×3×8                 32             72  4×4, jump 2×2\n"
        "─────────────────────────────────────────────────────────────────────────────────────────\n"
        "Parameters: 112 (96 learned, 16 measured)\n"
        "Multiply-adds: 2\xa0664\n"
    )


def test_shapes_stand_in_the_order_of_the_data_format():
    document = Document(Sample.of("s", np.ones((8, 9, 1))), Network((STORY[0],)))
    assert "1×8×9\n" in summary_text(document, "pytorch")
    assert "8×6×7  " in summary_text(document, "pytorch")


def test_the_table_ends_with_what_is_wrong():
    document = Document(Sample.of("s", np.ones((2, 2, 1))), Network((STORY[0],)))
    assert summary_text(document).splitlines()[-1] == (
        "Layer 1 (Conv 3×3 · 8 filters): The kernel 3×3 is larger than the padded input 2×2 along its rows and "
        "columns; use a smaller kernel, less dilation, or more padding."
    )
