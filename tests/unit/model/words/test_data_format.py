from __future__ import annotations

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.words import data_format

WEIGHTS = np.ones((5, 3, 2, 4), np.float32)


@pytest.mark.parametrize(
    ("shape", "keras", "pytorch"),
    [
        ((8, 8, 1), "8 rows × 8 columns × 1 channel", "1 channel × 8 rows × 8 columns"),
        ((1, 2, 3), "1 row × 2 columns × 3 channels", "3 channels × 1 row × 2 columns"),
        ((8, 1), "8 steps × 1 channel", "1 channel × 8 steps"),
        ((1, 1, 1, 2), "1 plane × 1 row × 1 column × 2 channels", "2 channels × 1 plane × 1 row × 1 column"),
        ((10,), "10 values", "10 values"),
    ],
)
def test_a_shape_is_told_in_the_order_of_the_data_format(shape: tuple[int, ...], keras: str, pytorch: str) -> None:
    assert (data_format.shape_in_words(shape, "keras"), data_format.shape_in_words(shape, "pytorch")) == (
        keras,
        pytorch,
    )


@pytest.mark.parametrize(("speech", "text"), [("keras", "224×200×3"), ("pytorch", "3×224×200")])
def test_a_short_shape_has_signs(speech: data_format.DataFormat, text: str) -> None:
    assert data_format.write_shape((224, 200, 3), speech) == text


@pytest.mark.parametrize(
    ("speech", "text"),
    [
        ("keras", "Keras: [1, 6, 9, 2] = 1 sample, 6 rows, 9 columns, 2 channels"),
        ("pytorch", "PyTorch: [1, 2, 6, 9] = 1 sample, 2 channels, 6 rows, 9 columns"),
    ],
)
def test_the_axes_of_a_sample_are_spelled_out(speech: data_format.DataFormat, text: str) -> None:
    assert data_format.spell_shape((6, 9, 2), speech) == text


def test_a_vector_is_spelled_as_values() -> None:
    assert data_format.spell_shape((10,), "keras") == "Keras: [1, 10] = 1 sample, 10 values"


@pytest.mark.parametrize(
    ("speech", "text"),
    [
        ("keras", "Keras: [5, 3, 2, 4] = 5 rows, 3 columns, 2 channels, 4 filters"),
        ("pytorch", "PyTorch: [4, 2, 5, 3] = 4 filters, 2 channels, 5 rows, 3 columns"),
    ],
)
def test_weights_are_spelled_as_the_framework_holds_them(speech: data_format.DataFormat, text: str) -> None:
    assert data_format.spell_weights(Conv.of(WEIGHTS), speech) == text


@pytest.mark.parametrize(
    ("speech", "text"),
    [
        ("keras", "Keras: [5, 3, 4, 2] = 5 rows, 3 columns, 4 filters, 2 channels"),
        ("pytorch", "PyTorch: [2, 4, 5, 3] = 2 channels, 4 filters, 5 rows, 3 columns"),
    ],
)
def test_transposed_weights_are_spelled_the_other_way_round(speech: data_format.DataFormat, text: str) -> None:
    assert data_format.spell_weights(ConvTranspose.of(WEIGHTS), speech) == text


@pytest.mark.parametrize(("speech", "text"), [("keras", "5 × 3 × 2"), ("pytorch", "2 × 5 × 3")])
def test_a_filter_has_its_channels_where_the_data_format_puts_them(speech: data_format.DataFormat, text: str) -> None:
    assert data_format.write_filter_shape(Conv.of(WEIGHTS), speech) == text


@pytest.mark.parametrize(
    ("speech", "text"),
    [("keras", "[samples, rows, columns, channels]"), ("pytorch", "[samples, channels, rows, columns]")],
)
def test_the_order_of_the_axes_is_named(speech: data_format.DataFormat, text: str) -> None:
    assert data_format.axis_order(2, speech) == text
