"""The middle pane for layers without kernels: their settings, what they do, and a dense layer's weights."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox

from convstudio.model.edits.learning.locks import lock_bias, lock_layer
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.views.layer.locking.bias_padlock import BiasPadlock
from convstudio.views.layer.plain.pane import PlainLayerPane
from tests.views.intents import on_edit

IMAGE = Sample.of("", np.arange(48.0).reshape(4, 4, 3))


def document(*layers):
    return Document(IMAGE, Network(layers))


@pytest.fixture
def pane(qtbot):
    pane = PlainLayerPane(LIMITS)
    qtbot.addWidget(pane)
    pane.resize(420, 480)
    pane.show()
    return pane


@pytest.fixture
def asked(pane):
    heard = []
    on_edit(pane, lambda name, edit, gesture: heard.append((name, edit, gesture)))
    return heard


def field(pane, name):
    QApplication.processEvents()  # Qt shows what a layout took in when it is back in its loop
    kinds = (*pane.findChildren(QAbstractSpinBox), *pane.findChildren(QComboBox))
    (found,) = [one for one in kinds if one.accessibleName() == name and not one.isHidden()]
    return found


POOL_FIELDS = {"Pooling", "Pool rows", "Pool columns", "Pool stride rows", "Pool stride columns", "Pool padding"}


@pytest.mark.parametrize(
    ("layer", "names"),
    [
        (Activation(), {"Activation"}),
        (Activation("leaky_relu"), {"Activation", "Negative slope"}),
        (Activation("elu"), {"Activation", "Alpha"}),
        (Activation("hard_sigmoid"), {"Activation", "Slope"}),
        (Activation("thresholded_relu"), {"Activation", "Threshold", "Negative slope"}),
        (Pool(), POOL_FIELDS | {"Last window"}),
        (Pool("average"), POOL_FIELDS | {"Padding counts", "Last window"}),
        (GlobalPool(), {"Pooling"}),
        (BatchNorm.of(3), {"Mean", "Variance", "Gamma", "Beta", "Epsilon"}),
        (Dropout(), {"Rate", "Seed"}),
        (SpatialDropout(), {"Rate", "Seed"}),
        (Flatten(), set()),
    ],
)
def test_each_kind_has_its_settings_under_their_names(pane, layer, names):
    pane.show_document(document(layer), ViewState())
    QApplication.processEvents()
    kinds = (*pane.findChildren(QAbstractSpinBox), *pane.findChildren(QComboBox))
    assert {one.accessibleName() for one in kinds if not one.isHidden()} == names


def test_a_typed_number_is_asked_for_as_one_edit(pane, asked):
    held = document(Pool())
    pane.show_document(held, ViewState())
    size = field(pane, "Pool rows")
    size.selectAll()
    QTest.keyClicks(size, "3")
    QTest.keyClick(size, Qt.Key.Key_Return)
    ((name, edit, _),) = asked
    assert (name, edit(held).layers[0].size) == ("Set pool rows", (3, 2))


def test_a_choice_is_asked_for_as_one_edit(pane, asked):
    held = document(GlobalPool())
    pane.show_document(held, ViewState())
    field(pane, "Pooling").activated.emit(0)
    assert asked[0][1](held).layers[0].kind == "max"


def test_statistics_are_those_of_the_map_that_is_looked_at(pane):
    layer = BatchNorm(*(np.float32(values) for values in ([1, 2, 3], [4, 5, 6], [1, 1, 1], [0, 0, 0])))
    pane.show_document(document(layer), ViewState(filter=2))
    assert (field(pane, "Mean").value(), field(pane, "Variance").value()) == (3, 6)


def test_an_activation_shows_its_curve_and_softmax_none(pane):
    pane.show_document(document(Activation()), ViewState())
    shown = pane.curve.isVisible()
    pane.show_document(document(Activation(activation="softmax")), ViewState())
    assert (shown, pane.curve.isVisible()) == (True, False)


def test_dropout_shows_what_it_multiplies_with(pane):
    layer = Dropout(0.5, 3)
    pane.show_document(document(layer), ViewState(filter=1))
    shown = pane.factors.grid.content.values
    np.testing.assert_array_equal(shown, layer.factors((4, 4, 3))[..., 1])


def test_spatial_dropout_shows_kept_maps_light_and_dropped_ones_dark(pane):
    layer = SpatialDropout(0.5, 1)
    seen = {}
    for index in range(3):
        pane.show_document(document(layer), ViewState(filter=index))
        content = pane.factors.grid.content
        seen[float(content.values[0, 0])] = content.colours[0, 0].tolist()
    assert seen == {0.0: [0x44] * 3, 2.0: [0xFF] * 3}


def test_the_weights_of_a_dense_unit_can_be_typed(pane, asked):
    network = document(Flatten(), Dense.of(np.zeros((48, 2))))
    pane.show_document(network, ViewState(layer=1, position=(1,)))
    pane.weights.grid.edited.emit(0, 5, np.float32([[7]]))
    ((name, edit, _),) = asked
    weights = edit(network).layers[1].weights
    assert (name, weights[5, 1], weights.sum()) == ("Set weight", 7, 7)


def test_the_weight_of_the_current_term_and_the_one_pointed_at_are_outlined(pane):
    network = document(Flatten(), Dense.of(np.zeros((48, 2))))
    pane.show_document(network, ViewState(layer=1, term=5, pointed=Cell(Pane.KERNEL, (7,))))
    outlined = [(mark.columns.tolist(), mark.is_window) for mark in pane.weights._overlays]
    assert outlined == [([7], False), ([5], True)]
    pane.show_document(network, ViewState(layer=1))
    assert pane.weights._overlays == ()


def test_a_padlock_is_beside_the_bias_of_a_unit_that_is_locked(pane):
    held = document(Flatten(), Dense.of(np.ones((48, 2))))
    locked, whole = lock_bias(held, 1, 1), lock_layer(held, 1)
    for shown, unit, is_locked in ((held, 1, False), (locked, 0, False), (locked, 1, True), (whole, 0, True)):
        pane.show_document(shown, ViewState(layer=1, position=(unit,)))
        QApplication.processEvents()
        padlocks = [one for one in pane.findChildren(BiasPadlock) if one.isVisibleTo(pane)]
        assert len(padlocks) == is_locked
        for one in padlocks:
            bias = field(pane, "Unit bias")
            assert one.geometry().left() > bias.geometry().right()
            assert abs(one.geometry().center().y() - bias.geometry().center().y()) <= 1


def test_another_layer_of_the_same_kind_keeps_the_fields(pane):
    pane.show_document(document(Pool(), Pool()), ViewState())
    before = field(pane, "Pool rows")
    pane.show_document(document(Pool(), Pool()), ViewState(layer=1))
    assert field(pane, "Pool rows") is before


def test_another_activation_leaves_the_keyboard_in_its_field(pane):
    pane.show_document(document(Activation()), ViewState())
    before = field(pane, "Activation")
    pane.show_document(document(Activation("elu")), ViewState())
    assert field(pane, "Activation") is before


def test_the_curve_follows_the_slope(pane):
    pane.show_document(document(Activation("leaky_relu", 0.5)), ViewState())
    assert pane.curve.accessibleDescription() == "leaky ReLU: x where x ≥ 0, else 0.5·x"
