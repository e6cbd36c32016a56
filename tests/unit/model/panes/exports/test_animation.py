from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.colour.display import colours
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.panes.exports.animation import (
    NO_PLACES,
    AnimationChoice,
    check_animation,
    scene_of,
    steps_of,
)
from convstudio.model.panes.exports.input_cells import GROUND
from convstudio.model.panes.exports.sources import NO_MAP
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

RNG = np.random.default_rng(6)
CONV = Conv.of(RNG.normal(size=(3, 3, 1, 2)))
SAMPLE = Sample.of("noise", RNG.uniform(size=(6, 5, 1)))


def scene(layer=CONV, sample=SAMPLE, first=1, last=None, view=ViewState()):  # noqa: B008  a frozen value
    document = Document(sample, Network((layer,)))
    choice = AnimationChoice(first, steps_of(document, view) if last is None else last)
    return scene_of(document, view, forward(document), choice)


def test_a_scene_has_a_window_for_every_step():
    made = scene(first=2, last=5)
    assert (len(made.windows), made.cell(0), made.cell(3)) == (4, (0, 1), (1, 1))
    assert [along.tolist() for along in made.windows[3].positions] == [[1, 2, 3], [1, 2, 3]]


def test_the_map_is_that_of_the_selected_filter_in_the_colours_of_the_screen():
    made = scene(view=ViewState(filter=1))
    values = forward(Document(SAMPLE, Network((CONV,)))).layers[0].maps[..., 1]
    np.testing.assert_array_equal(made.values, values)
    np.testing.assert_array_equal(made.map_colours, colours(values, made.levels))


def test_padding_surrounds_the_input_and_its_zeros_are_empty():
    plain, padded = scene(), scene(replace(CONV, padding="same"))
    assert (plain.origin, padded.origin) == ((0, 0), (-1, -1))
    assert padded.input_colours.shape == (8, 7, 3)
    assert padded.input_colours[0, 0].tolist() == list(GROUND)
    np.testing.assert_array_equal(padded.input_colours[1:-1, 1:-1], plain.input_colours)


def test_padding_that_repeats_the_input_shows_it_faded():
    made = scene(replace(CONV, padding="same", padding_mode="circular"))
    assert made.input_colours[0, 1].tolist() not in (list(GROUND), made.input_colours[6, 1].tolist())


@pytest.mark.parametrize(
    ("layer", "sample"),
    [
        (Conv.of(RNG.normal(size=(3, 1, 1))), Sample.of("steps", RNG.uniform(size=(9, 1)))),
        (Pool("max", (2, 2)), SAMPLE),
        (Activation("relu"), SAMPLE),
        (Conv.of(RNG.normal(size=(3, 3, 3, 1))), Sample.of("photo", RNG.uniform(size=(6, 5, 3)))),
    ],
)
def test_layers_and_inputs_of_every_rank_have_scenes(layer, sample):
    made = scene(layer, sample)
    assert made.input_colours.ndim == 3
    assert made.caption(0).startswith(("Row 1, column 1: ", "Step 1: "))


def test_a_vector_has_no_places():
    with pytest.raises(ValueError, match="window has no places"):
        scene(Flatten())
    assert "Select another layer" in NO_PLACES


def test_a_layer_that_cannot_work_has_no_steps():
    with pytest.raises(ValueError, match=NO_MAP):
        scene(Conv.of(np.ones((9, 9, 1, 1))))


@pytest.mark.parametrize(("first", "last"), [(0, 3), (4, 3), (1, 21)])
def test_steps_that_are_not_there_are_refused(first, last):
    with pytest.raises(ValueError, match=f"between 1 and 20, and begin before they end, not {first} to {last}"):
        check_animation(AnimationChoice(first, last), 20)


def test_too_many_frames_are_refused_with_what_would_fit():
    with pytest.raises(ValueError, match=r"50000 steps at this size are too many for one animation\. Show at most 103"):
        check_animation(AnimationChoice(1, 50000), 50000)
