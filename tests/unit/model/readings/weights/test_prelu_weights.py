"""A file's arrays as the slopes of a PReLU."""

import numpy as np
import pytest

from convstudio.model.kinds.prelu import PRelu
from convstudio.model.readings.weights.layer_weights import decided, readings
from convstudio.model.readings.weights.weights_reading import WeightsReading
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

Shape = tuple[int, ...]


def ranked(**shapes: Shape) -> list[WeightsReading]:
    document = Document(Sample.of("zeros", np.zeros((4, 6, 3))), Network((PRelu.of(3),)))
    return readings({name.replace("_", "."): shape for name, shape in shapes.items()}, ".safetensors", document, 0, 31)


@pytest.mark.parametrize("shape", [(1, 1, 3), (3,), (3, 1, 1), (1,)])
def test_a_prelu_takes_a_slope_for_each_channel_or_one_for_all(shape: Shape) -> None:
    (only,) = ranked(act_weight=shape, conv_weight=(3, 3, 3, 3))
    slopes = np.arange(np.prod(shape), dtype=np.float32)
    assert only.used({"act.weight": slopes.reshape(shape)}) == PRelu(slopes)


def test_a_prelu_takes_a_slope_for_each_cell() -> None:
    (only,) = ranked(act_weight=(4, 6, 3), other_weight=(6, 4, 3))
    slopes = np.arange(72, dtype=np.float32).reshape(4, 6, 3)
    assert only.used({"act.weight": slopes}) == PRelu(slopes)
    assert "one for each cell, channels last" in only.text


def test_slopes_by_their_usual_name_need_no_question() -> None:
    sure = decided(ranked(act_weight=(3,), act_count=(3,)))
    assert sure is not None
    assert sure.text == "act.weight (3) as the slopes of PReLU\none for each of 3 channels"


def test_a_prelu_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match="It needs one slope, or 3 slopes as one for each channel"):
        ranked(w=(2, 3))
