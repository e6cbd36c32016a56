"""The settings of layers without kernels: what is read is what was written, and what cannot be is refused."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.dense import Dense, with_units
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.panes import layer_form
from convstudio.model.values.document import Document
from convstudio.model.values.learning.watched_phase import WatchedPhase
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

KINDS = (
    Activation(),
    Pool(),
    Pool("average", (2,)),
    GlobalPool(),
    BatchNorm.of(3),
    Dropout(),
    SpatialDropout(),
    Flatten(),
    Dense.of(np.ones((4, 3))),
)
VIEW = ViewState(filter=1, position=(1, 1))
NEXT = {"Variance": 2.0, "Rate": 0.25, "Epsilon": 0.5}


def settings():
    return [(layer, setting) for layer in KINDS for setting in layer.form(LIMITS)]


@pytest.mark.parametrize(("layer", "setting"), settings(), ids=lambda part: getattr(part, "name", type(part).__name__))
def test_a_setting_reads_what_was_written(layer, setting):
    wanted = NEXT.get(setting.name, setting.read(layer, 1) + 1 if not setting.entries else 1)
    changed = setting.write(layer, 1, wanted)
    assert setting.read(changed, 1) == wanted


@pytest.mark.parametrize("layer", KINDS, ids=lambda layer: type(layer).__name__)
def test_every_kind_says_what_it_does(layer):
    assert layer.facts.endswith(".")


@pytest.mark.parametrize(
    ("layer", "name", "value"),
    [(BatchNorm.of(3), "Variance", -1), (BatchNorm.of(3), "Epsilon", -1), (Dropout(), "Rate", 1.5)],
)
def test_what_cannot_be_is_refused_in_a_sentence(layer, name, value):
    (setting,) = [one for one in layer.form(LIMITS) if one.name == name]
    with pytest.raises(ValueError, match=f"{value}"):
        setting.write(layer, 1, value)


def test_more_units_are_random_and_differ_and_fewer_drop_the_last():
    layer = Dense.of(np.ones((2, 2)), [1, 2])
    more = with_units(layer, 4)
    assert more.weights[:, :2].tolist() == [[1, 1], [1, 1]]
    assert len({tuple(unit) for unit in more.weights.T.tolist()}) == 3
    assert np.abs(more.weights[:, 2:]).max() <= 1  # √(6 / (2 + 4))
    assert more.bias.tolist() == [1, 2, 0, 0]
    assert with_units(layer, 1).bias.tolist() == [1]


def test_weights_are_written_into_the_unit_that_is_looked_at():
    document = Document(Sample.of("", np.ones((3, 1))), Network((Flatten(), Dense.of(np.zeros((3, 2))))))
    view = ViewState(layer=1, position=(1,))
    changed = layer_form.set_unit_weights(document, view, 1, [5, 6])
    assert changed.layers[1].weights.T.tolist() == [[0, 0, 0], [0, 5, 6]]


def test_weights_past_the_last_input_are_refused():
    document = Document(Sample.of("", np.ones((3, 1))), Network((Flatten(), Dense.of(np.zeros((3, 2))))))
    with pytest.raises(ValueError, match="2 weights do not fit from input 3 on"):
        layer_form.set_unit_weights(document, ViewState(layer=1, position=(1,)), 2, [5, 6])


def test_setting_the_same_value_changes_nothing():
    document = Document(Sample.of("", np.ones((4, 4, 1))), Network((Pool(),)))
    (size, *_) = [one for one in Pool().form(LIMITS) if one.name == "Pool rows"]
    assert layer_form.set_value(document, VIEW, size, 2) is document


def test_a_stride_of_its_own_stays_when_the_window_grows():
    document = Document(Sample.of("", np.ones((9, 9, 1))), Network((replace(Pool(), stride=(1, 1)),)))
    (size, *_) = [one for one in Pool().form(LIMITS) if one.name == "Pool rows"]
    assert layer_form.set_value(document, VIEW, size, 3).layers[0].stride == (1, 1)


@pytest.mark.parametrize(
    ("layers", "view", "channel"),
    [
        ((BatchNorm.of(3),), ViewState(filter=0, position=(2,)), 0),
        ((BatchNorm.of(3),), ViewState(filter=2, position=(0,)), 2),
        ((GlobalPool(), BatchNorm.of(3)), ViewState(layer=1, position=(2,)), 2),
        ((Flatten(), Dense.of(np.ones((24, 4)))), ViewState(layer=1, position=(3,)), 3),
    ],
)
def test_settings_are_those_of_the_map_or_the_value_that_is_looked_at(layers, view, channel):
    document = Document(Sample.of("steps", np.ones((8, 3))), Network(layers))
    assert layer_form.selected_channel(document, view) == channel


def test_the_factors_of_a_map_are_shown_as_a_table():
    document = Document(Sample.of("", np.ones((4, 5, 2))), Network((Dropout(0.5, 1),)))
    shown = layer_form.shown_factors(document, ViewState(filter=1))
    assert shown.tolist() == Dropout(0.5, 1).factors((4, 5, 2))[..., 1].tolist()


@pytest.mark.parametrize(("shape", "layer"), [((65, 4, 1), Dropout()), ((4, 4, 1), Pool())])
def test_large_maps_and_other_layers_show_no_factors(shape, layer):
    document = Document(Sample.of("", np.ones(shape)), Network((layer,)))
    assert layer_form.shown_factors(document, ViewState()) is None


def test_more_units_than_a_layer_may_have_weights_are_refused_before_they_are_made():
    layer = Dense.of(np.broadcast_to(np.float32(0), (2**20, 1)))
    with pytest.raises(ValueError, match="too large"):
        with_units(layer, 512)


@pytest.mark.parametrize(("padding", "shown"), [("same", "same"), ("full", "full"), (((0, 1), (0, 1)), "explicit")])
def test_the_padding_of_a_pooling_is_shown_as_it_is(padding, shown):
    layer = replace(Pool(), padding=padding)
    (setting,) = [one for one in layer.form(LIMITS) if one.name == "Pool padding"]
    assert setting.entries[int(setting.read(layer, 0))] == shown


@pytest.mark.parametrize(("padding", "pairs"), [("valid", (0, 0)), ("same", (0, 1)), ("full", (1, 1))])
def test_choosing_explicit_padding_begins_with_what_the_named_one_adds(padding, pairs):
    layer = replace(Pool(), padding=padding)
    (setting,) = [one for one in layer.form(LIMITS) if one.name == "Pool padding"]
    assert setting.write(layer, 0, setting.entries.index("explicit")).padding == (pairs, pairs)


def test_explicit_padding_of_a_pooling_has_a_field_for_each_side():
    layer = replace(Pool(), padding=((1, 2), (3, 4)))
    sides = [one for one in layer.form(LIMITS) if one.name.startswith("Pool padding ")]
    assert [(one.name, one.read(layer, 0)) for one in sides] == [
        ("Pool padding top", 1), ("Pool padding bottom", 2), ("Pool padding left", 3), ("Pool padding right", 4)
    ]  # fmt: skip
    assert sides[3].write(layer, 0, 0).padding == ((1, 2), (3, 0))


@pytest.mark.parametrize(("name", "rule"), [("Padding counts", "count_include_pad"), ("Last window", "ceil_mode")])
def test_the_rules_of_pytorchs_average_pooling_can_be_chosen(name, rule):
    layer = Pool("average")
    (setting,) = [one for one in layer.form(LIMITS) if one.name == name]
    assert setting.write(layer, 0, 1) == replace(layer, **{rule: True})
    assert setting.read(setting.write(layer, 0, 1), 0) == 1


def test_weights_of_a_layer_without_units_are_refused():
    document = Document(Sample.of("", np.ones((4, 4, 1))), Network((Pool(),)))
    with pytest.raises(ValueError, match="has no units with weights"):
        layer_form.set_unit_weights(document, VIEW, 0, [5])


@pytest.mark.parametrize(
    ("watch", "term", "weight"),
    [
        (WatchedPhase(), 2, 2),
        (WatchedPhase(), None, None),
        (WatchedPhase("backward", of="weight"), 0, None),
        (WatchedPhase("backward", of="input", cell=(2,)), 1, 2),
        (WatchedPhase("backward", of="input", cell=(2,)), 0, None),
    ],
)
def test_the_weight_of_the_current_term_of_a_unit(watch, term, weight):
    document = Document(Sample.of("", np.ones(3)), Network((Dense.of(np.ones((3, 2))),)))
    assert layer_form.term_weight(document, ViewState(position=(1,), term=term, watch=watch)) == weight
