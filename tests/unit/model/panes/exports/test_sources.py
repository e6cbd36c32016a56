import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.panes.exports.sources import NO_KERNELS, NO_MAP, NONE_CHOSEN, export_sources, map_titles
from convstudio.model.run.forward import forward
from convstudio.model.values.combination import Combination
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.export_contents import CHOSEN, CONTENTS, EVERYTHING, KERNELS, MAP, MAPS

RNG = np.random.default_rng(2)
CONV = Conv.of(RNG.normal(size=(3, 3, 3, 2)))
SAMPLE = Sample.of("photo", RNG.normal(size=(6, 5, 3)))
DOCUMENT = Document(SAMPLE, Network((CONV, Activation("relu"), Flatten(), Dense.of(RNG.normal(size=(24, 4))))))
DETECTORS = load_detectors()


def exported(content, view=ViewState(), chosen=(), document=DOCUMENT):  # noqa: B008  a frozen value
    return [source.read(forward(document)) for source in export_sources(document, view, content, chosen, DETECTORS)]


@pytest.mark.parametrize("index", [0, 1])
def test_the_selected_map_alone(index):
    (array,) = exported(MAP, ViewState(filter=index))
    maps = forward(DOCUMENT).layers[0].maps
    np.testing.assert_array_equal(array.values, maps[..., index : index + 1])
    assert array.part.titles == (str(index + 1),)


def test_chosen_maps_in_their_order():
    (array,) = exported(CHOSEN, chosen=(1,))
    np.testing.assert_array_equal(array.values, forward(DOCUMENT).layers[0].maps[..., 1:])


def test_none_chosen_is_said():
    with pytest.raises(ValueError, match=NONE_CHOSEN):
        exported(CHOSEN)


def test_a_map_that_the_layer_does_not_make_is_refused_with_both_numbers():
    with pytest.raises(ValueError, match="Map 6 is chosen, and this layer makes 2 maps"):
        export_sources(DOCUMENT, ViewState(), CHOSEN, (0, 5), DETECTORS)


def test_all_maps_of_the_selected_layer():
    (array,) = exported(MAPS, ViewState(layer=1))
    assert (array.values.shape, array.values.min() >= 0) == ((4, 3, 2), True)


def test_a_vector_is_exported_whole():
    (array,) = exported(MAP, ViewState(layer=3, filter=2))
    assert (array.part.shape, array.part.axes) == ((4,), ("units",))


def test_the_combination_stands_for_the_selected_map():
    document = Document(SAMPLE, Network((CONV,)), combination=Combination(0, "sum", ()))
    (array,) = exported(MAP, ViewState(combined=True), document=document)
    np.testing.assert_allclose(array.plane(0), forward(document).layers[0].maps.sum(axis=-1), rtol=1e-6)


def test_kernels_bear_filter_and_channel_and_come_with_their_bias():
    kernels, bias = exported(KERNELS)
    assert kernels.part.titles == (
        "filter 1 red", "filter 2 red", "filter 1 green", "filter 2 green", "filter 1 blue", "filter 2 blue",
    )  # fmt: skip
    np.testing.assert_array_equal(kernels.plane(3), CONV.weights[..., 1, 1])
    np.testing.assert_array_equal(bias.values, CONV.bias)


def test_a_layer_without_weights_has_no_kernels():
    with pytest.raises(ValueError, match=NO_KERNELS):
        exported(KERNELS, ViewState(layer=1))


def test_everything_is_the_input_and_all_that_the_layers_hold_and_make():
    arrays = exported(EVERYTHING)
    assert [array.part.name for array in arrays] == [
        "input", "layer 1 kernels", "layer 1 bias", "layer 1 maps", "layer 2 maps", "layer 3 maps", "layer 4 weights",
        "layer 4 bias", "layer 4 maps",
    ]  # fmt: skip
    np.testing.assert_array_equal(arrays[0].values, SAMPLE.values.to_array())


@pytest.mark.parametrize("content", [MAP, CHOSEN, MAPS])
def test_a_layer_that_cannot_work_has_nothing_to_export(content):
    document = Document(SAMPLE, Network((Conv.of(np.ones((9, 9, 3, 1))),)))
    with pytest.raises(ValueError, match=NO_MAP):
        exported(content, chosen=(0,), document=document)
    assert map_titles(document, ViewState(), DETECTORS) == ()


@pytest.mark.parametrize("content", CONTENTS)
def test_every_part_has_a_title_for_every_plane(content):
    for array in exported(content, chosen=(0, 1)):
        assert len(array.part.titles) == max(1, int(np.prod(array.part.shape[array.part.rank :])))
        assert array.values.shape == array.part.shape
