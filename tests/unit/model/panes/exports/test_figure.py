"""The figure of the panes: which panels it has, the padding around its input, and what is outlined."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.panes.exports.figure import figure_of
from convstudio.model.panes.exports.sources import NO_MAP
from convstudio.model.run.forward import forward
from convstudio.model.values.combination import Combination
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

COUNT = Sample.of("count", np.arange(16.0).reshape(4, 4, 1))
ONES = Conv.of(np.ones((3, 3, 1, 2)))


def figure(*layers, view=ViewState(), sample=COUNT, combination=None):  # noqa: B008  a frozen value
    return figure_of(forward(Document(sample, Network(layers), combination=combination)), view)


def test_a_convolution_has_three_panels_and_any_other_layer_two():
    assert [panel.title for panel in figure(ONES).panels] == ["Input", "Kernel", "Feature map"]
    pooled = figure(ONES, Pool(), view=ViewState(layer=1))
    assert ([panel.title for panel in pooled.panels], pooled.signs) == (["Maps of layer 1", "Feature map"], ("→",))


def test_all_padding_is_around_the_input_with_its_values():
    wide = replace(ONES, padding=((2, 2), (1, 1)), padding_mode="reflect")
    panel = figure(wide).panels[0]
    assert panel.colours.shape[:2] == (8, 6)
    assert panel.texts.rows[0] == ("9", "8", "9", "10", "11", "10")
    assert panel.padding.sum() == 8 * 6 - 16


def test_the_window_and_its_output_are_outlined():
    found = figure(replace(ONES, padding="same"), view=ViewState(position=(1, 2)))
    assert found.panels[0].outlined == ((slice(1, 4), slice(2, 5)),)
    assert found.panels[2].outlined == ((slice(1, 2), slice(2, 3)),)
    assert found.lines[0] == "Row 2, column 3"


def test_a_vector_is_a_row_of_cells():
    found = figure(Flatten(), view=ViewState(position=(3,)))
    assert found.panels[1].texts.rows[0][:4] == ("0", "1", "2", "3")
    assert found.panels[1].outlined == ((slice(0, 1), slice(3, 4)),)


def test_a_long_sequence_is_a_strip_that_can_be_seen():
    long = Sample.of("long", np.sin(np.arange(500.0))[:, np.newaxis])
    found = figure(Conv.of(np.ones((3, 1, 1))), view=ViewState(position=(0,)), sample=long)
    assert found.panels[0].size[1] >= 20


def test_a_combination_has_its_own_title():
    view = ViewState(combined=True)
    found = figure(ONES, view=view, combination=Combination(0, "sum"))
    assert [panel.title for panel in found.panels] == ["Input", "Sum of all 2 maps"]


def test_a_layer_without_maps_has_no_figure():
    with pytest.raises(ValueError, match=NO_MAP):
        figure(Conv.of(np.ones((9, 9, 1, 1))))


def test_numbers_have_four_digits_where_there_is_room():
    thirds = Conv.of(np.full((3, 3, 1, 1), -1 / 3))
    found = figure(thirds, sample=Sample.of("wide", np.ones((22, 22, 1))))
    assert found.panels[1].texts.rows[0] == ("-0.3333",) * 3
    assert found.panels[2].texts.rows[0][0] == "-3"
    crowded = figure(Conv.of(np.full((1, 1, 1, 1), 1 / 3)), sample=Sample.of("wide", np.ones((22, 22, 1))))
    assert crowded.panels[2].texts.rows[0][0] == "0.33"
