import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.kernel_on_show import has_channels, kernel_on_show
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

WEIGHTS = frozen(np.arange(3 * 3 * 2 * 4).reshape(3, 3, 2, 4))


def document(weights=WEIGHTS, **settings):
    conv = Conv.of(weights)
    conv = Conv(**{**vars(conv), "bias": frozen(np.full(weights.shape[-1], 0.5)), **settings})
    return Document(Sample.of("s", np.ones((*(5,) * (weights.ndim - 2), weights.shape[-2]))), Network((conv,)))


def test_it_is_the_kernel_of_the_selected_filter_and_channel():
    shown = kernel_on_show(document(), ViewState(filter=2, channel=1), ())
    np.testing.assert_array_equal(shown.kernel, WEIGHTS[..., 1, 2])


def test_one_kernel_of_several_leaves_the_bias_out_and_says_so():
    shown = kernel_on_show(document(), ViewState(), ())
    assert (shown.bias, shown.notes) == (
        None, ("It is one kernel of a filter, whose bias 0.5 is not in it.",),
    )  # fmt: skip


def test_the_whole_filter_has_its_channels_and_its_bias():
    shown = kernel_on_show(document(), ViewState(filter=3), (), is_whole=True)
    np.testing.assert_array_equal(shown.kernel, WEIGHTS[..., 3])
    assert (shown.bias, shown.notes) == (0.5, ())


@pytest.mark.parametrize("is_whole", [False, True])
def test_the_only_kernel_of_a_filter_has_its_bias_and_no_axis_of_channels(is_whole):
    shown = kernel_on_show(document(WEIGHTS[:, :, :1]), ViewState(), (), is_whole=is_whole)
    assert (shown.kernel.shape, shown.bias) == ((3, 3), 0.5)


def test_a_kernel_for_sequences_has_one_axis():
    assert kernel_on_show(document(WEIGHTS[:, 0]), ViewState(), ()).kernel.shape == (3,)


def test_it_is_named_by_the_detector_that_it_is_a_copy_of():
    detector = Detector("sobel-x", "Sobel x", 2, WEIGHTS[..., 0, 0], False, "", "")
    assert kernel_on_show(document(WEIGHTS[:, :, :1]), ViewState(), (detector,)).name == "sobel-x"


def test_a_name_can_begin_a_files_name():
    named = document(WEIGHTS[:, :, :1], filter_names=("../a b/c.5?", "", "", ""))
    assert kernel_on_show(named, ViewState(), ()).name == "a-b-c-5"


def test_it_tells_where_the_layer_flips_it():
    shown = kernel_on_show(document(WEIGHTS[:, :, :1], flip=True), ViewState(), ())
    assert shown.notes == ("This layer flips its kernels, and these are the weights before that.",)


@pytest.mark.parametrize(("channels", "expected"), [(1, False), (2, True)])
def test_a_filter_of_one_channel_is_one_kernel(channels, expected):
    assert has_channels(document(WEIGHTS[:, :, :channels]), ViewState()) is expected
