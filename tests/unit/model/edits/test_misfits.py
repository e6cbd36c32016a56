from dataclasses import replace

import numpy as np

from convstudio.model.edits import channels
from convstudio.model.edits.misfits import find_misfit, fit_all
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

LAYER = Conv.of(np.arange(1, 28).reshape(3, 3, 3, 1))


def coloured(*layers):
    return Document(Sample.of("card", np.zeros((4, 5, 3))), Network(layers or (LAYER,)))


def test_filters_that_fit_are_no_misfit():
    assert find_misfit(coloured()) is None


def test_filters_for_other_channels_name_both_counts():
    found = find_misfit(channels.add_empty_channel(coloured()))
    assert found is not None
    assert found.sentence == "The filters read 3 channels and the input has 4: fit the filters, or undo."


def test_a_later_layer_names_both_layers():
    found = find_misfit(coloured(LAYER, Conv.of(np.ones((1, 1, 2, 1)))))
    assert found is not None
    assert found.sentence == "The filters of layer 2 read 2 channels and layer 1 makes 1: fit the filters, or undo."


def test_a_layer_without_filters_is_named_by_its_place():
    found = find_misfit(coloured(BatchNorm.of(2)))
    assert found is not None
    assert (found.sentence.startswith("Layer 1"), found.action) == (True, "Fit the layer")


def test_what_fitting_cannot_mend_is_not_offered():
    too_large = replace(LAYER, weights=np.ones((9, 9, 2, 1), np.float32))
    assert find_misfit(coloured(too_large)) is None


def test_fitted_filters_keep_the_kernels_that_they_have():
    fitted = fit_all(channels.add_empty_channel(coloured()))
    np.testing.assert_array_equal(fitted.layers[0].weights[:, :, :3], LAYER.weights)
    assert find_misfit(fitted) is None


def test_fitting_reaches_every_layer():
    document = coloured(LAYER, Conv.of(np.ones((1, 1, 2, 1))), Conv.of(np.ones((1, 1, 5, 1))))
    assert [layer.channels for layer in fit_all(document).layers] == [3, 1, 1]


def test_filters_that_fit_stay_the_same_document():
    document = coloured()
    assert fit_all(document) is document
