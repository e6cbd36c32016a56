"""Maps made into one: against NumPy, exactly, and as a part of the document."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from convstudio.model.edits import building, filters, kernel_weights, layer_settings
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.gallery import combine
from convstudio.model.run.forward import forward
from convstudio.model.trace import stepping
from convstudio.model.values import combination
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.combination import KINDS, Combination, CombinedMap, combination_name, combined
from convstudio.model.values.document import Document
from convstudio.model.values.maps import Maps
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

SOBEL_X = np.float32([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
VERTICAL = np.float32([[-1, 2, -1]] * 3)
VALUES = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=3, max_side=6),
    elements=st.floats(-1000, 1000, width=32),
)
REFERENCES = {
    "sum": lambda x: x.sum(axis=-1),
    "maximum": lambda x: x.max(axis=-1),
    "mean": lambda x: x.mean(axis=-1),
    "norm": lambda x: np.linalg.norm(x, axis=-1),
}


def maps_of(values):
    return Maps(TiledArray.of(values))


def document_of(values, *kernels):
    weights = np.stack([kernel[..., np.newaxis] for kernel in kernels], axis=-1)
    return Document(Sample.of("", np.asarray(values)[..., np.newaxis]), Network((Conv.of(weights),)))


def made_by(document):
    return forward(document).combined.values


@given(VALUES, st.sampled_from(sorted(REFERENCES)))
def test_every_combination_is_what_numpy_makes_of_the_maps(values, kind):
    expected = REFERENCES[kind](values.astype(np.float64)).astype(np.float32)
    np.testing.assert_allclose(combined(maps_of(values), Combination(0, kind)), expected, rtol=1e-6)


def test_sobel_x_and_y_give_the_gradient_magnitude_to_the_last_bit():
    picture = np.random.default_rng(1).random((40, 30), np.float32)
    document = combine(document_of(picture, SOBEL_X, SOBEL_X.T), ViewState(), "norm", (0, 1))
    x, y = np.moveaxis(forward(document).layers[0].maps, -1, 0)
    np.testing.assert_array_equal(made_by(document), np.hypot(x, y))


def test_vertical_and_horizontal_lines_add_up_to_all_lines():
    picture = np.zeros((16, 16))
    picture[:, 4] = picture[10, :] = 1
    document = layer_settings.set_activation(document_of(picture, VERTICAL, VERTICAL.T), 0, "relu")
    all_lines = made_by(combine(document, ViewState(), "sum", (0, 1)))
    assert np.all(all_lines[:8, 3] == 6)
    assert np.all(all_lines[9, 5:] == 6)
    assert not all_lines[:8, 4:].any()


def test_a_difference_is_the_first_chosen_map_minus_the_second():
    assert combined(maps_of([[5, 2]]), Combination(0, "difference", (1, 0))).tolist() == [-3]


def test_whole_numbers_stay_whole():
    values = np.random.default_rng(2).integers(-1000, 1000, (7, 5, 64))
    assert np.array_equal(combined(maps_of(values), Combination(0, "sum")), values.sum(axis=-1))


def test_a_value_that_is_not_a_number_shows_in_its_place_alone():
    values = combined(maps_of([[1, np.nan], [1, 2]]), Combination(0, "maximum"))
    assert np.isnan(values).tolist() == [True, False]


@pytest.mark.parametrize("kind", KINDS)
def test_maps_read_in_bands_give_the_same_bits_as_in_one_piece(kind, monkeypatch):
    maps = maps_of(np.random.default_rng(3).standard_normal((9, 4, 2)))
    whole = combined(maps, Combination(0, kind))
    monkeypatch.setattr(combination, "_BAND_VALUES", 16)
    np.testing.assert_array_equal(combined(maps, Combination(0, kind)), whole)


def test_a_map_that_an_edit_replaced_is_combined_as_it_is_now():
    maps = maps_of(np.ones((4, 4, 2))).with_map(1, np.full((4, 4), 5))
    assert combined(maps, Combination(0, "sum"))[0, 0] == 6


def test_a_filter_that_is_gone_is_named_and_nothing_is_combined():
    found = CombinedMap.of(Combination(0, "sum", (0, 4)), maps_of(np.ones((2, 2))))
    assert (found.values, found.problem) == (
        None, "The sum reads map 5, and this layer makes 2: combine other maps."
    )  # fmt: skip


def test_a_difference_of_three_maps_is_refused():
    document = document_of(np.ones((5, 5)), VERTICAL, VERTICAL.T, SOBEL_X)
    with pytest.raises(ValueError, match="3 are chosen: select exactly two maps"):
        combine(document, ViewState(), "difference", (0, 1, 2))


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("sum", "3 + (-4) = -1"),
        ("maximum", "max(3, -4) = 3"),
        ("mean", "(3 + (-4)) ÷ 2 = -0.5"),
        ("norm", "√(3² + (-4)²) = 5"),
        ("difference", "3 − (-4) = 7"),
    ],
)
def test_a_value_tells_what_it_is_made_of(kind, told):
    assert CombinedMap.of(Combination(0, kind), maps_of([[3, -4]])).terms_at((0,)) == told


def test_a_long_sum_is_told_by_its_first_terms_and_its_last():
    told = CombinedMap.of(Combination(0, "sum"), maps_of([range(10)])).terms_at((0,))
    assert told == "0 + 1 + 2 + 3 + 4 + … + 9 = 45"


def test_many_maps_are_named_by_their_count():
    assert combination_name(Combination(0, "sum", tuple(range(8))), 9) == "sum of 8 maps: 1, 2, 3, 4, 5, 6, …"


# --- in the document ---------------------------------------------------------------------------------------------


def lines():
    return document_of(np.eye(8), VERTICAL, VERTICAL.T)


def test_fewer_than_two_chosen_maps_mean_all():
    assert combine(lines(), ViewState(), "sum", (1,)).combination == Combination(0, "sum", ())


def test_another_kind_keeps_the_maps_of_the_combination_that_is_looked_at():
    document = combine(document_of(np.eye(8), VERTICAL, SOBEL_X, VERTICAL.T), ViewState(), "sum", (2, 0))
    changed = combine(document, ViewState(combined=True), "norm", ())
    assert changed.combination == Combination(0, "norm", (2, 0))


def test_the_same_combination_again_is_no_step():
    document = combine(lines(), ViewState(), "sum", ())
    assert combine(document, ViewState(), "sum", ()) is document


def test_an_edit_that_leaves_the_maps_as_they_are_leaves_the_combination_too():
    document = combine(lines(), ViewState(), "sum", ())
    before = forward(document)
    assert forward(layer_settings.set_title(document, "another"), before).combined is before.combined


def test_an_edited_weight_changes_the_combination():
    document = combine(lines(), ViewState(), "sum", ())
    edited = kernel_weights.set_bias(document, 0, 1, 10)
    np.testing.assert_array_equal(forward(edited, forward(document)).combined.values, made_by(document) + 10)


def test_a_layer_that_makes_no_maps_has_no_combination():
    document = combine(lines(), ViewState(), "sum", ())
    assert forward(kernel_weights.set_kernel_size(document, 0, (9, 9))).combined is None


def test_a_combination_goes_with_its_layer():
    document = combine(lines(), ViewState(), "sum", ())
    moved = building.move_layer(building.add_layer(document, 0, "Activation"), 0, 1)
    assert moved.combination == Combination(1, "sum")


def test_a_combination_goes_away_with_its_layer():
    document = combine(building.add_layer(lines(), 0, "Activation"), ViewState(), "sum", ())
    assert building.remove_layer(document, 0).combination is None


def three():
    return document_of(np.eye(8), VERTICAL, SOBEL_X, VERTICAL.T)


def test_a_combination_stays_with_its_filters_when_they_move():
    document = combine(three(), ViewState(), "difference", (2, 0))
    moved = filters.move_filters(document, 0, [2], -1)
    np.testing.assert_array_equal(made_by(moved), made_by(document))


def test_a_removed_filter_leaves_the_combination_of_the_others():
    document = combine(three(), ViewState(), "sum", (0, 1, 2))
    assert filters.remove_filters(document, 0, [0]).combination == Combination(0, "sum", (0, 1))


def test_a_difference_goes_with_one_of_its_filters():
    document = combine(three(), ViewState(), "difference", (2, 0))
    assert layer_settings.set_filters(document, 0, 2).combination is None


def test_a_new_filter_is_not_part_of_a_combination_of_chosen_ones():
    document = combine(three(), ViewState(), "sum", (0, 2))
    assert filters.add_filter(document, 0, 0).combination == Combination(0, "sum", (0, 3))


def test_a_view_of_a_combination_that_was_undone_goes_back_to_its_map():
    assert not stepping.fitted(lines(), ViewState(combined=True)).combined


def test_what_is_exported_is_the_combination_that_is_looked_at():
    result = forward(combine(lines(), ViewState(), "sum", ()))
    assert result.maps_on_show(ViewState(combined=True)).shape == (6, 6, 1)
    assert result.maps_on_show(ViewState()).shape == (6, 6, 2)


def test_a_vector_is_refused_in_a_sentence():
    problem = CombinedMap.of(Combination(0, "sum"), Maps(TiledArray.of([1, 2]))).problem
    assert problem.startswith("A vector has no maps to combine: ")
