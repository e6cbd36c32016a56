"""Two networks are compared filter by filter, and map by map."""

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.learning.comparison import compared_filters, compared_maps, dead_line, duplicates
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

ROWS = ("A", "B")


def conv(*filters: float) -> Conv:
    return Conv.of(np.ones((2, 2, 1, len(filters))) * np.float32(filters))


def test_the_difference_of_two_filters_is_the_second_less_the_first() -> None:
    found = compared_filters(conv(1, 2), conv(1, 5), 0, 1, ROWS)
    assert [row.name for row in found.rows] == ["A", "B", "Δ"]
    assert [tile.tolist() for tile in found.rows[2].tiles] == [[[0, 0], [0, 0]], [[3, 3], [3, 3]]]
    assert found.rows[0].levels == found.rows[1].levels
    assert found.rows[1].told(1) == "B: 5 to 5"


def test_the_selected_channel_is_compared() -> None:
    weights = np.zeros((1, 1, 3, 1))
    weights[..., 2, :] = 7
    assert compared_filters(Conv.of(weights), Conv.of(weights), 2, 1, ROWS).rows[0].tiles[0].tolist() == [[7]]


@pytest.mark.parametrize(("other", "reason"), [(conv(1, 2, 3), "another shape"), (Activation(), "no kernels")])
def test_what_cannot_be_compared_is_said(other: Conv | Activation, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        compared_filters(conv(1, 2), other, 0, 1, ROWS)


def test_maps_of_a_sequence_become_rows() -> None:
    found = compared_maps(frozen(np.zeros((4, 2))), frozen(np.ones((4, 2))), ROWS)
    assert found.rows[2].tiles[0].tolist() == [[1, 1, 1, 1]]
    with pytest.raises(ValueError, match="another shape"):
        compared_maps(frozen(np.zeros((4, 2))), frozen(np.ones((3, 2))), ROWS)


def test_maps_of_one_number_become_cells() -> None:
    compared = compared_maps(np.float32([1, 2]), np.float32([3, 5]), ("A", "B"))

    assert [tile.tolist() for tile in compared.rows[2].tiles] == [[[2]], [[3]]]


def test_filters_that_point_the_same_way_are_duplicates() -> None:
    assert duplicates(conv(1, 2, -1, 0, 0).weights) == 1
    assert "1 filter repeats another one" in compared_filters(conv(1, 2), conv(1, 2), 0, 1, ROWS).facts


def test_filters_without_an_answer_after_relu_are_counted_as_dead() -> None:
    output = frozen(np.stack([-np.ones((3, 3)), np.ones((3, 3))], axis=-1))
    document = Document(Sample.of("ones", np.ones((4, 4, 1))), Network((conv(-1, 1), Activation())))
    assert dead_line(document, 0, output) == "1 filter gives only 0 on this sample."
    assert dead_line(document, 0, frozen(np.abs(output))) == "Every filter gives more than 0 somewhere on this sample."
    assert dead_line(document, 1, output) == "1 filter gives only 0 on this sample."
    without = Document(document.sample, Network((conv(-1, 1),)))
    assert dead_line(without, 0, output) == ""
    assert dead_line(document, 0, None) == ""
