"""What a layer passes back of a gradient."""

import numpy as np

from convstudio.model.values.answers.gradients import LayerGradients


def test_a_layer_that_learns_nothing_passes_back_the_gradient_of_its_input_alone():
    assert LayerGradients(np.ones(3)).learned == {}
