"""The middle pane shows the kernel of a convolution, and makes the pane of other layers when one is first selected."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.kernel_pane import KernelPane
from convstudio.views.layer.pane import LayerPane
from convstudio.views.layer.plain.pane import PlainLayerPane

DOCUMENT = Document(
    Sample.of("ones", np.ones((5, 5, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))), Activation("relu")))
)


@pytest.fixture
def pane(qtbot):
    made = LayerPane(KernelPane((), LIMITS), LIMITS)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_convolution_needs_no_pane_of_other_layers(pane):
    pane.show_document(DOCUMENT, ViewState())
    assert not pane.findChildren(PlainLayerPane)


def test_a_layer_without_kernels_asks_for_no_room_of_a_hidden_kernel(pane):
    pane.show_document(DOCUMENT, ViewState())
    kernel = pane.minimumSizeHint()
    pane.show_document(DOCUMENT, replace(ViewState(), layer=1))
    own = pane.plain.minimumSizeHint()
    assert pane.minimumSizeHint() == own != kernel
    pane.show_document(DOCUMENT, ViewState())
    assert pane.minimumSizeHint() == kernel


def test_another_layer_takes_the_place_of_the_kernel_and_gives_it_back(pane):
    seen = []
    for layer in (0, 1, 0):
        pane.show_document(DOCUMENT, replace(ViewState(), layer=layer))
        seen.append([page.isVisible() for page in (*pane.findChildren(KernelPane), *pane.findChildren(PlainLayerPane))])
    assert seen == [[True], [False, True], [True, False]]
