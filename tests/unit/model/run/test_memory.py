"""The memory of a network's maps is known, and what is too much is refused, before anything is computed."""

from dataclasses import replace

import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.run import memory
from convstudio.model.run.forward import forward
from convstudio.model.run.layer_input import why_unread
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

CONV = Conv.of(np.ones((3, 3, 1, 4)))


def document(*layers, shape=(10, 10, 1)):
    values = np.broadcast_to(np.float32(0), shape)
    return Document(Sample("flat", TiledArray(values)), Network(layers))


def test_a_convolution_with_a_bias_holds_its_sums_beside_its_maps():
    biased = replace(CONV, bias=np.ones(4, np.float32))
    assert [memory.map_bytes(document(layer)) for layer in (CONV, biased)] == [(8 * 8 * 4 * 4,), (8 * 8 * 4 * 4 * 2,)]


def test_layers_add_up_and_one_that_is_off_holds_nothing():
    held = memory.map_bytes(document(CONV, Activation(is_on=False), Pool()))
    assert held == (1024, 1024, 1024 + 256)


def test_maps_that_would_fill_the_memory_are_refused_with_both_numbers(monkeypatch):
    monkeypatch.setattr(memory, "LIMITS", replace(LIMITS, map_bytes=2 * 2**20))
    wide = document(Conv.of(np.ones((1, 1, 1, 4))), Activation(), Pool(), shape=(300, 300, 1))
    problems = [result.problem for result in forward(wide).layers]
    assert problems == [
        "",
        "The maps up to layer 2 would take 3 MiB of memory, and at most 2 MiB are held: use fewer filters, a larger "
        "stride or a smaller input.",
        "Layer 2 (ReLU) makes no feature map: fix that layer first.",
    ]


def test_much_memory_is_said_and_little_is_not():
    small, large = document(CONV), document(CONV, shape=(3002, 4002, 1))
    assert [memory.memory_line(each) for each in (small, large)] == ["", "maps need 183 MiB"]


def test_a_layer_says_which_one_keeps_it_from_working():
    broken = document(Conv.of(np.ones((11, 11, 1, 1))), Pool(), Pool())
    assert why_unread(broken, ViewState(layer=2), None) == (
        "Layer 1 (Conv 11×11 · 1 filter) makes no feature map: fix that layer first."
    )


def test_a_layer_whose_input_is_still_computed_does_not_ask_to_mend_anything():
    assert why_unread(document(CONV, Pool()), ViewState(layer=1), None) == (
        "Layer 1 (Conv 3×3 · 4 filters) is being computed."
    )


def test_a_layer_behind_one_that_was_refused_repeats_the_reason(monkeypatch):
    monkeypatch.setattr(memory, "LIMITS", replace(LIMITS, map_bytes=2 * 2**20))
    wide = document(Conv.of(np.ones((1, 1, 1, 4))), Activation(), Pool(), shape=(300, 300, 1))
    assert why_unread(wide, ViewState(layer=2), forward(wide)).startswith("The maps up to layer 2 would take 3 MiB")
