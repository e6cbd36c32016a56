import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.panes.learning.gradient import explained_gradient
from convstudio.model.panes.learning.passing import explained_passing
from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.learning.target import ClassTarget, MapTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from tests.specimens import SPECIMENS
from tests.watched import at, passed

HALF = TrainingSettings(loss="half_squared_error")


def shown(layer, values, position=(0, 0), **target):
    sample = Sample.of("values", values)
    plain = Document(sample, Network((layer,)), training=HALF)
    wanted = target.get("target") or MapTarget(np.zeros(plain.output_shape(0), np.float32))
    found = passed(Document(sample, Network((layer,)), target=wanted, training=HALF))
    return explained_passing(layer, found.layers[0], at("backward", 0, position))


def test_an_average_shares_the_gradient_equally():
    found = shown(Pool("average"), np.full((4, 4, 1), 8.0))
    assert found.text.startswith("row 1, column 1: 8 ÷ 4 = 2 for each of 4 cells")
    assert found.grids[1].caption == "share"
    assert np.unique(found.grids[1].values).tolist() == [0.25]


def test_the_winner_of_a_window_gets_the_gradient():
    found = shown(Pool(), np.reshape([1, 2, 3, 7], (2, 2, 1)))
    assert found.text.startswith("row 1, column 1: row 2, column 2 won with 7, so it gets 7")
    assert found.grids[2].values.tolist() == [[0, 0], [0, 7]]


def test_flattening_changes_no_number():
    found = shown(Flatten(), np.reshape([1, 2, 3, 4], (2, 2, 1)), (1,), target=ClassTarget(0))
    assert found.grids[1].values.tolist() == [[0, 2], [3, 4]]


@pytest.mark.parametrize("name", [name for name, (layer, _) in SPECIMENS.items() if not layer.kernel_cells])
def test_every_layer_without_a_kernel_explains_how_it_passes_gradients_back(name):
    layer, read = SPECIMENS[name]
    rank = max(1, len(layer.output_shape(read.shape)) - 1)
    found = shown(layer, read, (0,) * rank) if read.ndim > 1 else None
    assert found is None or layer.backward_rule.sentence in found.text


@pytest.mark.parametrize("is_reversed", [False, True])
def test_softmax_with_cross_entropy_shows_output_less_target(is_reversed):
    layers = (Flatten(), Activation("softmax"))
    sample = Sample.of("logits", np.reshape([0, np.log(3)], (2, 1)))
    found = passed(Document(sample, Network(layers), target=ClassTarget(1)), is_reversed=is_reversed)
    told = explained_gradient(found, at("backward", 1, (1,)))
    wanted = "value 2: 1 − 0.75 = 0.25" if is_reversed else "value 2: 0.75 − 1 = -0.25"
    assert told.text.startswith(wanted)
    assert "computed as one" in told.text
