"""What a layer computes becomes its maps without a copy, and what it was given stays as it was."""

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool


@pytest.mark.parametrize("layer", [Conv.of(np.ones((3, 3, 1, 8))), Activation(), Pool()])
def test_the_maps_of_a_layer_are_what_it_computed(layer, monkeypatch):
    computed = []
    compute = type(layer).compute
    monkeypatch.setattr(
        type(layer), "compute", lambda self, values: computed.append(compute(self, values)) or computed[0]
    )
    made = layer.run(np.ones((224, 224, 1), np.float32))
    assert made is computed[0]
    assert not made.flags.writeable


@pytest.mark.parametrize("layer", [Flatten(), Activation("linear"), Activation()])
def test_an_array_that_is_given_stays_the_callers_own(layer):
    given = np.ones((2, 2, 1), np.float32)
    made = layer.run(given)
    given[...] = 5
    assert made.ravel().tolist() == [1, 1, 1, 1]
