"""The layers of a Keras model as a network, as far as ours can express them."""

from __future__ import annotations

from typing import Any

import pytest

from convstudio.model.readings.networks.keras_chain import network_of
from convstudio.model.readings.networks.keras_layers import StoredLayer


def layer(kind: str, **settings: Any) -> StoredLayer:
    return StoredLayer(kind, kind.lower(), settings, ())


def test_layers_follow_in_their_order() -> None:
    found = network_of([layer("ReLU"), layer("Flatten")], (4, 5, 2))
    assert [one.name for one in found.network.layers] == ["ReLU", "Flatten"]
    assert (found.input_shape, found.stopped) == ((4, 5, 2), "")


def test_where_a_layer_cannot_be_ours_it_is_named() -> None:
    found = network_of([layer("ReLU"), layer("LSTM")], (4, 5, 2))
    assert found.stopped.startswith("Layer 2 “lstm” (LSTM) cannot be a layer here")


def test_damaged_settings_are_a_reason_too() -> None:
    assert "settings are damaged" in network_of([layer("ReLU"), layer("Dropout", rate=[])], (4, 5, 2)).stopped


def test_more_layers_than_a_project_takes_are_left_out() -> None:
    assert "at most 64 layers" in network_of([layer("ReLU")] * 70, (4, 5, 2)).stopped


def test_a_model_without_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="how many channels"):
        network_of([layer("ReLU")], (4, 5, None))


def test_a_model_of_which_nothing_can_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="Nothing is opened"):
        network_of([layer("LSTM")], (4, 5, 2))
