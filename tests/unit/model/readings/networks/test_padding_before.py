"""Padding that stands alone in a file becomes that of the layer after it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.readings.networks.padding_before import PaddingBefore, padding_of_keras
from convstudio.model.values.layer import Layer

X = np.random.default_rng(1).normal(size=(7, 8, 2)).astype(np.float32)
CONV = Conv.of(np.random.default_rng(2).normal(size=(3, 3, 2, 4)).astype(np.float32))
PAIRS = ((1, 2), (0, 1))


def conv(**settings: Any) -> Conv:
    return Conv(CONV.weights, CONV.bias, (1, 1), (1, 1), **settings)


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_a_convolution_pads_as_the_padding_before_it(mode: str) -> None:
    names = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    padded = np.pad(X, (*PAIRS, (0, 0)), names[mode])
    ours = PaddingBefore(PAIRS, mode).around(conv(), X.shape)
    np.testing.assert_allclose(ours.run(X), conv().run(padded), atol=1e-5)


@pytest.mark.parametrize("padding", ["same", ((1, 0), (2, 2))])
def test_zeros_around_a_convolution_that_pads_with_zeros_add_up(padding: Any) -> None:
    padded = np.pad(X, (*PAIRS, (0, 0)))
    ours = PaddingBefore(PAIRS).around(conv(padding=padding), X.shape)
    np.testing.assert_allclose(ours.run(X), conv(padding=padding).run(padded), atol=1e-5)


def test_a_mean_counts_the_zeros_before_it() -> None:
    pairs = ((1, 1), (0, 1))
    padded = np.pad(X, (*pairs, (0, 0)))
    ours = PaddingBefore(pairs).around(Pool("average", (2, 2)), X.shape)
    np.testing.assert_allclose(ours.run(X), Pool("average", (2, 2)).run(padded), atol=1e-6)


def test_no_padding_changes_no_layer() -> None:
    layer = Activation()
    assert PaddingBefore(((0, 0), (0, 0))).around(layer, X.shape) is layer


@pytest.mark.parametrize(
    ("padding", "layer", "sentence"),
    [
        (PaddingBefore(PAIRS), ConvTranspose.of(CONV.weights), "can only be that of a convolution or a mean"),
        (PaddingBefore(((1, 1),)), conv(), "maps with other axes"),
        (PaddingBefore(PAIRS), Activation(), "can only be that of a convolution or a mean"),
        (PaddingBefore(PAIRS), Pool("max", (2, 2)), "can only be that of a convolution or a mean"),
        (PaddingBefore(PAIRS, "reflect"), Pool("average", (2, 2)), "can only be that of a convolution or a mean"),
        (PaddingBefore(PAIRS, "reflect"), conv(padding="same"), "padded already, each with other cells"),
    ],
)
def test_what_cannot_pad_so_is_refused(padding: PaddingBefore, layer: Layer, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        padding.around(layer, X.shape)


def test_cells_that_are_cut_off_are_refused() -> None:
    with pytest.raises(ValueError, match="cuts cells off"):
        PaddingBefore(((-1, 0),))


@pytest.mark.parametrize(
    ("stated", "rank", "pairs"),
    [(2, 2, ((2, 2), (2, 2))), ([1, 2], 2, ((1, 1), (2, 2))), ([[0, 1], [2, 3]], 2, ((0, 1), (2, 3)))],
)
def test_keras_writes_a_number_numbers_or_pairs(stated: Any, rank: int, pairs: Any) -> None:
    assert padding_of_keras(stated, rank).pairs == pairs


def test_other_than_a_pair_for_each_axis_is_refused() -> None:
    with pytest.raises(ValueError, match="one pair for each axis"):
        padding_of_keras([[1, 1]], 2)


CEILED, AROUND = Pool("average", (3, 3), (4, 4), ceil_mode=True), ((0, 2), (1, 2))


@pytest.mark.parametrize("rows", [5, 6])
def test_a_mean_with_a_window_past_the_end_counts_the_zeros_before_it(rows: int) -> None:
    values = X[:1].repeat(rows, axis=0)
    ours = PaddingBefore(AROUND).around(CEILED, values.shape)
    np.testing.assert_allclose(ours.run(values), CEILED.run(np.pad(values, (*AROUND, (0, 0)))), atol=1e-6)


@pytest.mark.parametrize("rows", [4, 7, 8])
def test_a_mean_that_would_lose_its_last_window_is_refused(rows: int) -> None:
    with pytest.raises(ValueError, match="the padding before it"):
        PaddingBefore(AROUND).around(CEILED, (rows, 8, 2))
