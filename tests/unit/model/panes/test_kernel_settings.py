from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.edits import layer_settings
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.panes import kernel_settings
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample


def document_of(*layers: Conv, shape: tuple[int, ...] = (8, 8, 1)) -> Document:
    return Document(Sample.of("zeros", np.zeros(shape)), Network(layers))


def detector(kernel: Any, rank: int, *, mixes_channels: bool = False) -> Detector:
    return Detector("some-id", "Some name", rank, frozen(kernel), mixes_channels, "something", "somewhere")


def test_the_outcome_names_axes_that_differ() -> None:
    found = kernel_settings.outcome(document_of(Conv.of(np.ones((3, 5, 1, 1)))), 0)
    assert found.text == "Output rows: (8 − 3) ÷ 1 + 1 = 6 · columns: (8 − 5) ÷ 1 + 1 = 4"


def test_the_outcome_of_a_second_layer_reads_the_first_ones_map() -> None:
    layers = (Conv.of(np.ones((3, 3, 1, 1))), Conv.of(np.ones((3, 3, 1, 1))))
    assert kernel_settings.outcome(document_of(*layers), 1).text == "Output: (6 − 3) ÷ 1 + 1 = 4"


def test_a_layer_behind_a_broken_one_points_at_it() -> None:
    layers = (Conv.of(np.ones((9, 9, 1, 1))), Conv.of(np.ones((3, 3, 1, 1))))
    found = kernel_settings.outcome(document_of(*layers), 1)
    assert (found.works, found.text) == (
        False,
        "Layer 1 (Conv 9×9 · 1 filter) makes no feature map: fix that layer first.",
    )


@given(st.sampled_from(["valid", "same", "full"]), st.integers(1, 4), st.integers(1, 3))
def test_explicit_padding_keeps_the_output(padding: str, size: int, stride: int) -> None:
    document = layer_settings.set_stride(document_of(Conv.of(np.ones((size, size, 1, 1)))), 0, (stride, stride))
    named = layer_settings.set_padding(document, 0, padding)
    explicit = kernel_settings.choose_padding(named, 0, kernel_settings.EXPLICIT)
    assert kernel_settings.outcome(explicit, 0) == kernel_settings.outcome(named, 0)


def test_explicit_padding_of_a_layer_that_cannot_work_starts_at_none() -> None:
    document = document_of(Conv.of(np.ones((9, 9, 1, 1))))
    assert kernel_settings.choose_padding(document, 0, kernel_settings.EXPLICIT).layers[0].padding == ((0, 0), (0, 0))


@pytest.mark.parametrize("side", [7, 8])
def test_writing_out_the_padding_of_a_transposed_convolution_keeps_what_it_makes(side: int) -> None:
    layer = ConvTranspose(frozen(np.ones((3, 3, 1, 1))), frozen([0]), (2, 2), (1, 1), "same")
    document = document_of(layer, shape=(side, side, 1))
    written = kernel_settings.choose_padding(document, 0, kernel_settings.EXPLICIT)
    assert written.layers[0].padding == ((0, 1), (0, 1))
    assert written.output_shape(0) == document.output_shape(0)


def test_the_outcome_of_a_transposed_layer_names_its_axes_once():
    layer = ConvTranspose.of(np.ones((3, 3, 1, 1)))
    sample = Sample.of("zeros", np.zeros((12, 14, 1)))
    text = kernel_settings.outcome(Document(sample, Network((layer,))), 0).text
    assert text.startswith("Output rows: (12 − 1)")
