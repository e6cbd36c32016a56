"""A 1×1 convolution and a global average classify as a global average and a dense layer do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.lenses.classifier import class_rows, classify, classify_verdict, drawn_weights, maps_of
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample


@given(st.integers(1, 2), st.integers(1, 6), st.integers(2, 5), st.integers(0, 9999))
def test_both_heads_give_the_same(rank, filters, classes, seed):
    maps = np.random.default_rng(seed).normal(size=(*(5,) * rank, filters))
    found = classify(maps, drawn_weights(filters, classes, seed))
    assert found.largest < 1e-12
    assert found.class_maps.shape == (*(5,) * rank, classes)
    np.testing.assert_allclose(found.shares.sum(), 1)


def test_the_heads_are_those_that_a_network_has():
    rng = np.random.default_rng(3)
    layer = replace(Conv.of(rng.normal(size=(3, 3, 2, 4))), activation="relu")
    sample, weights = Sample.of("noise", rng.normal(size=(8, 8, 2))), drawn_weights(4, 3, 7)
    found = classify(maps_of(layer, sample.values.to_array().astype(np.float64)), weights)
    softmax, average = Activation(activation="softmax"), GlobalPool(kind="average")
    by_convolution = Network((layer, Conv.of(weights[np.newaxis, np.newaxis]), average, softmax))
    by_dense = Network((layer, average, Dense.of(frozen(weights)), softmax))
    for network in (by_convolution, by_dense):
        shares = forward(Document(sample, network)).layers[-1].maps
        np.testing.assert_allclose(shares, found.shares, atol=1e-6)


def test_every_class_has_a_row_with_its_share():
    rows = class_rows(classify(np.ones((2, 2, 2)), np.float64([[1, 0, 2], [0, 1, 0]])))
    assert rows[2] == ("Class 3", "2", "2", "0", "58\xa0%")


def test_the_same_seed_draws_the_same_weights():
    assert drawn_weights(5, 3, 8).tolist() == drawn_weights(5, 3, 8).tolist()
    assert drawn_weights(5, 3, 8).tolist() != drawn_weights(5, 3, 9).tolist()


def test_a_difference_that_is_rounding_is_called_that():
    found = replace(classify(np.ones((2, 1)), np.ones((1, 2))), dense=np.float64([1, 1 + 1e-15]))
    assert classify_verdict(found).endswith("the largest difference is 1.1e-15 (rounding).")
