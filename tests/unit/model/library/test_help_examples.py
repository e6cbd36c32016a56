import numpy as np
import pytest

from convstudio.files.projects.examples import load_example
from convstudio.model.library.examples import EXAMPLES
from convstudio.model.library.help_examples import HELP_EXAMPLES
from convstudio.model.run.forward import forward


def maps_of(example_id):
    return np.asarray(forward(load_example(example_id)[0]).layers[-1].maps)


def parameters_of(example_id):
    return [layer.parameters for layer in load_example(example_id)[0].layers]


@pytest.mark.parametrize("example", HELP_EXAMPLES, ids=lambda example: example.id)
def test_an_example_of_help_runs_to_its_end(example):
    document, view = load_example(example.id)
    assert np.isfinite(np.asarray(forward(document).layers[-1].maps)).all()
    assert view.layer < len(document.layers)


def test_no_two_examples_share_an_id():
    ids = [example.id for example in (*EXAMPLES, *HELP_EXAMPLES)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("example_id", "parameters"),
    [
        ("many-filters", [896]),
        ("pooled", [10, 0]),
        ("ten-to-64", [100, 5824]),
        ("64-to-64", [640, 36928]),
        ("32-to-64", [320, 18496]),
    ],
)
def test_layers_have_as_many_parameters_as_help_says(example_id, parameters):
    assert parameters_of(example_id) == parameters


def test_every_layer_of_the_stack_makes_rows_columns_and_filters():
    document, _ = load_example("stacked")
    assert [document.output_shape(layer) for layer in (0, 1)] == [(6, 6, 4), (4, 4, 8)]


@pytest.mark.parametrize("example", HELP_EXAMPLES, ids=lambda example: example.id)
def test_the_map_on_show_holds_no_remains_of_rounding(example):
    _, view = load_example(example.id)
    values = np.abs(np.asarray(forward(load_example(example.id)[0]).layers[view.layer].maps)[..., view.filter])
    assert not ((values > 0) & (values < 1e-6)).any()


def test_spatial_dropout_silences_the_map_on_show_and_doubles_the_others():
    document, view = load_example("dropped-maps")
    before, after = (np.asarray(layer.maps) for layer in forward(document).layers)
    assert view.filter == 2
    np.testing.assert_array_equal(after, before * [2, 2, 0, 2])


def test_the_shift_copies_the_left_neighbour_and_flipped_the_right_one():
    """A map of 3×3 begins one cell inside what it is made of: from (4, 4) to the right, and back to the left."""
    document, view = load_example("shift")
    assert np.argwhere(document.sample.values.to_array()[..., 0]).tolist() == [[4, 4]]
    dots = [np.argwhere(np.asarray(layer.maps)[..., 0]).tolist() for layer in forward(document).layers]
    assert dots == [[[3, 4]], [[2, 2]]]
    assert [layer.flip for layer in document.layers] == [False, True]
    assert view.layer == 1
