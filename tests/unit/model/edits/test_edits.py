from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import input_cells, kernel_weights, layer_settings
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample


def document(spatial=(4, 5), channels=1, kernel=(3, 3), filters=1, layers=1):
    values = np.arange(np.prod(spatial) * channels).reshape(*spatial, channels)
    weights = np.arange(np.prod(kernel) * channels * filters).reshape(*kernel, channels, filters)
    return Document(Sample.of("mine", values, "drawn"), Network((Conv.of(weights),) * layers), "lesson")


def cells(changed, channel=0):
    return changed.sample.values.to_array()[..., channel].tolist()


def weights(changed, filter_index=0, channel=0):
    return changed.layers[0].weights[..., channel, filter_index].tolist()


IMAGE, SEQUENCE, RGB = document(), document((6,), 1, (3,)), document(channels=3, filters=2)
BUMP = Detector("bump", "Bump", 1, frozen([0, 1, 0]), False, "", "")
BOX = Detector("box", "Box", 2, frozen(np.ones((2, 2))), False, "", "")


# --- the input ---


def test_another_sample_keeps_a_layer_that_fits():
    changed = input_cells.set_sample(IMAGE, Sample.of("other", np.zeros((9, 9, 1))))
    assert changed.network is IMAGE.network
    assert changed.sample.name == "other"


def test_the_same_sample_is_no_edit():
    assert input_cells.set_sample(IMAGE, IMAGE.sample) is IMAGE


def test_a_sequence_gives_the_layer_its_rank():
    changed = input_cells.set_sample(IMAGE, Sample.of("steps", np.zeros((9, 1))))
    assert weights(changed) == [3, 4, 5]


def test_a_picture_in_colour_gives_the_filter_three_kernels():
    changed = input_cells.set_sample(IMAGE, Sample.of("colour", np.zeros((9, 9, 3))))
    assert [weights(changed, channel=c) for c in range(3)] == [weights(IMAGE)] * 3


def test_a_block_is_written_into_one_channel():
    changed = input_cells.set_input_values(RGB, (1, 2), [[-1, -2]], 1)
    assert cells(changed, 1)[1] == [16, 19, -1, -2, 28]
    assert cells(changed, 0) == cells(RGB, 0)


def test_a_block_is_written_into_a_sequence():
    assert cells(input_cells.set_input_values(SEQUENCE, (4,), [8, 9], 0)) == [0, 1, 2, 3, 8, 9]


@pytest.mark.parametrize(
    ("start", "place"), [((3, 4), "row 4, column 5"), ((-1, 0), "row 0, column 1"), ((0, 4), "row 1, column 5")]
)
def test_a_block_that_reaches_past_the_input_is_refused_with_both_shapes(start, place):
    with pytest.raises(ValueError, match=f"The 2×2 block does not fit into the 4×5 input from {place}"):
        input_cells.set_input_values(IMAGE, start, [[1, 2], [3, 4]], 0)


def test_a_block_of_another_rank_is_refused():
    with pytest.raises(ValueError, match="A 2-D block does not fit into a 1-D input"):
        input_cells.set_input_values(SEQUENCE, (0,), [[1, 2]], 0)


@pytest.mark.parametrize(
    "same",
    [
        lambda d: input_cells.set_input_values(d, (0, 1), [[1]], 0),
        lambda d: input_cells.paint_input(d, (0, 1), 1, 1, None),
        lambda d: input_cells.set_input_shape(d, (4, 5)),
        lambda d: kernel_weights.set_weights_block(d, 0, 0, 0, (0, 1), [[1]]),
        lambda d: kernel_weights.set_bias(d, 0, 0, 0),
        lambda d: layer_settings.set_stride(d, 0, [1, 1]),
        lambda d: kernel_weights.set_kernel_size(d, 0, (3, 3)),
        lambda d: layer_settings.set_filters(d, 0, 1),
        lambda d: layer_settings.set_groups(d, 0, 1),
        lambda d: layer_settings.set_title(d, "lesson"),
    ],
)
def test_writing_what_is_there_is_no_edit(same):
    assert same(IMAGE) == IMAGE


def test_filling_twice_is_one_edit():
    filled = input_cells.fill_input(IMAGE, 2)
    assert input_cells.fill_input(filled, 2) is filled


def test_a_nan_is_written_and_written_again_without_an_edit():
    changed = input_cells.set_input_values(IMAGE, (0, 0), [[np.nan]], 0)
    assert np.isnan(cells(changed)[0][0])
    assert input_cells.set_input_values(changed, (0, 0), [[np.nan]], 0) is changed


@pytest.mark.parametrize(
    ("size", "painted"),
    [(1, {(1, 2)}), (2, {(1, 2), (1, 3), (2, 2), (2, 3)}), (3, {(r, c) for r in (0, 1, 2) for c in (1, 2, 3)})],
)
def test_a_brush_paints_a_square_around_its_centre(size, painted):
    changed = input_cells.paint_input(IMAGE, (1, 2), size, -1, 0)
    assert {tuple(at) for at in np.argwhere(np.array(cells(changed)) == -1).tolist()} == painted


def test_a_brush_is_cut_at_the_edge():
    assert np.count_nonzero(np.array(cells(input_cells.paint_input(IMAGE, (0, 0), 3, -1, 0))) == -1) == 4


def test_a_brush_outside_paints_nothing():
    assert input_cells.paint_input(IMAGE, (-9, 0), 3, -1, 0) is IMAGE


@pytest.mark.parametrize(("channel", "painted"), [(1, [1, -1, 1]), (None, [-1, -1, -1])])
def test_a_brush_paints_one_channel_or_all(channel, painted):
    flat = input_cells.fill_input(RGB, 1)
    changed = input_cells.paint_input(flat, (2, 2), 1, -1, channel)
    assert changed.sample.values.to_array()[2, 2].tolist() == painted


def test_a_brush_paints_a_stretch_of_a_sequence():
    assert cells(input_cells.paint_input(SEQUENCE, (2,), 3, 9, None)) == [0, 9, 9, 9, 4, 5]


def test_filling_sets_every_cell():
    assert set(np.ravel(cells(input_cells.fill_input(IMAGE, 3)))) == {3}


@pytest.mark.parametrize(("axis", "at", "shape"), [(0, 0, (6, 5)), (0, 4, (6, 5)), (1, 2, (4, 7))])
def test_inserted_rows_and_columns_are_zero(axis, at, shape):
    changed = input_cells.insert_input(IMAGE, axis, at, 2)
    inserted = np.take(np.array(cells(changed)), [at, at + 1], axis=axis)
    assert changed.sample.spatial == shape
    assert not inserted.any()


def test_deleting_takes_back_what_was_inserted():
    deleted = input_cells.delete_input(input_cells.insert_input(IMAGE, 1, 2, 2), 1, [2, 3])
    assert deleted.sample.values == IMAGE.sample.values


@pytest.mark.parametrize(("axis", "what"), [(0, "all 4 rows"), (1, "all 5 columns")])
def test_deleting_everything_is_refused(axis, what):
    with pytest.raises(ValueError, match=f"Deleting {what} would leave no input: keep at least one"):
        input_cells.delete_input(IMAGE, axis, range(5))


def test_deleting_all_steps_is_refused_in_words_of_a_sequence():
    with pytest.raises(ValueError, match="all 6 steps"):
        input_cells.delete_input(SEQUENCE, 0, range(6))


def test_another_shape_cuts_and_extends_at_the_end():
    assert cells(input_cells.set_input_shape(IMAGE, (2, 6))) == [[0, 1, 2, 3, 4, 0], [5, 6, 7, 8, 9, 0]]


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: input_cells.fill_input(d, 1),
        lambda d: input_cells.insert_input(d, 0, 0),
        lambda d: input_cells.delete_input(d, 0, [0]),
        lambda d: input_cells.set_input_shape(d, (3, 3)),
        lambda d: input_cells.paint_input(d, (0, 0), 2, -1, None),
    ],
)
def test_an_edit_of_the_input_keeps_name_origin_and_network(edit):
    changed = edit(IMAGE)
    assert (changed.sample.name, changed.sample.origin, changed.title) == ("mine", "drawn", "lesson")
    assert changed.network is IMAGE.network


# --- the kernel ---


def test_one_weight_is_set():
    assert weights(kernel_weights.set_weights_block(IMAGE, 0, 0, 0, (1, 2), [[-1]])) == [
        [0, 1, 2],
        [3, 4, -1],
        [6, 7, 8],
    ]


def test_a_weight_of_one_filter_and_channel_leaves_the_others():
    changed = kernel_weights.set_weights_block(RGB, 0, 1, 2, (0, 0), [[-1]]).layers[0].weights
    assert np.argwhere(changed != RGB.layers[0].weights).tolist() == [[0, 0, 2, 1]]


def test_a_block_of_weights_is_written():
    assert weights(kernel_weights.set_weights_block(IMAGE, 0, 0, 0, (1, 1), [[-1, -2], [-3, -4]])) == [
        [0, 1, 2],
        [3, -1, -2],
        [6, -3, -4],
    ]


@pytest.mark.parametrize("start", [(2, 2), (-1, 0)])
def test_a_block_that_reaches_past_the_kernel_is_refused_with_both_shapes(start):
    with pytest.raises(ValueError, match="The 2×2 block does not fit into the 3×3 kernel from row"):
        kernel_weights.set_weights_block(IMAGE, 0, 0, 0, start, [[1, 2], [3, 4]])


def test_a_block_of_weights_of_another_rank_is_refused():
    with pytest.raises(ValueError, match="A 1-D block does not fit into a 2-D kernel"):
        kernel_weights.set_weights_block(IMAGE, 0, 0, 0, (0, 0), [1, 2])


def test_an_edit_of_the_kernel_keeps_the_sample_and_the_other_layers():
    two = document(layers=2)
    changed = kernel_weights.set_weights_block(two, 0, 0, 0, (0, 0), [[5]])
    assert changed.sample is two.sample
    assert changed.layers[1] is two.layers[1]


def test_a_filter_is_replaced():
    changed = kernel_weights.set_filter(RGB, 0, 1, -np.ones((3, 3, 3)))
    assert set(np.ravel(changed.layers[0].weights[..., 1])) == {-1}
    np.testing.assert_array_equal(changed.layers[0].weights[..., 0], RGB.layers[0].weights[..., 0])


def test_a_filter_of_another_size_resizes_the_others_around_their_centre():
    changed = kernel_weights.set_filter(RGB, 0, 1, np.ones((1, 1, 3)))
    np.testing.assert_array_equal(changed.layers[0].weights[0, 0, :, 0], RGB.layers[0].weights[1, 1, :, 0])


@pytest.mark.parametrize("shape", [(3, 3, 1), (3, 3, 4), (3, 3), (3, 3, 3, 1)])
def test_kernels_that_do_not_fit_the_filter_are_refused_with_their_shape(shape):
    with pytest.raises(ValueError, match=f"shape {'×'.join(map(str, shape))} do not fit a 2-D filter that reads 3"):
        kernel_weights.set_filter(RGB, 0, 0, np.ones(shape))


def test_a_detector_makes_a_filter_for_every_channel():
    changed = kernel_weights.use_detector(RGB, 0, 1, BOX).layers[0]
    assert changed.weights[..., 1].tolist() == np.ones((2, 2, 3)).tolist()


def test_a_sequences_detector_is_one_row_on_images():
    assert weights(kernel_weights.use_detector(IMAGE, 0, 0, BUMP)) == [[0, 1, 0]]


def test_a_sequences_detector_is_itself_on_a_sequence():
    assert weights(kernel_weights.use_detector(SEQUENCE, 0, 0, BUMP)) == [0, 1, 0]


def test_an_images_detector_is_refused_on_a_sequence():
    with pytest.raises(ValueError, match="box is a 2-D kernel and the input is a sequence: choose an image"):
        kernel_weights.use_detector(SEQUENCE, 0, 0, BOX)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((3,), (5,), [0, 0, 1, 2, 0]),
        ((5,), (3,), [1, 2, 3]),
        ((3,), (4,), [0, 1, 2, 0]),
        ((4,), (3,), [0, 1, 2]),
        ((4,), (5,), [0, 0, 1, 2, 3]),
        ((5,), (4,), [1, 2, 3, 4]),
        ((3,), (1,), [1]),
    ],
)
def test_a_kernel_grows_and_shrinks_around_its_centre(before, after, expected):
    assert weights(kernel_weights.set_kernel_size(document((9,), 1, before), 0, after)) == expected


@pytest.mark.parametrize("small", range(1, 8))
@pytest.mark.parametrize("large", range(1, 8))
def test_growing_and_shrinking_back_loses_nothing(small, large):
    start = document((9,), 1, (small,))
    larger = max(small, large)
    assert kernel_weights.set_kernel_size(kernel_weights.set_kernel_size(start, 0, (larger,)), 0, (small,)) == start


@pytest.mark.parametrize("path", [(4, 5), (5, 4), (4, 6, 5)])
def test_the_way_over_even_sizes_does_not_shift_the_kernel(path):
    direct = kernel_weights.set_kernel_size(SEQUENCE, 0, (5,))
    around = SEQUENCE
    for size in (*path, 5):
        around = kernel_weights.set_kernel_size(around, 0, (size,))
    assert around == direct


def test_both_axes_of_a_kernel_are_sized_apart():
    assert weights(kernel_weights.set_kernel_size(IMAGE, 0, (1, 5))) == [[0, 3, 4, 5, 0]]


def test_the_bias_of_one_filter_is_set():
    assert kernel_weights.set_bias(RGB, 0, 1, 2.5).layers[0].bias.tolist() == [0, 2.5]


def test_a_kernel_is_mirrored():
    assert weights(kernel_weights.flip_kernel(IMAGE, 0, 0, 0)) == [[6, 7, 8], [3, 4, 5], [0, 1, 2]]
    assert weights(kernel_weights.flip_kernel(IMAGE, 0, 0, 1)) == [[2, 1, 0], [5, 4, 3], [8, 7, 6]]


def test_a_kernel_is_turned_clockwise():
    assert weights(kernel_weights.rotate_kernel(IMAGE, 0, 0)) == [[6, 3, 0], [7, 4, 1], [8, 5, 2]]


def test_four_turns_are_none():
    turned = wide = document(kernel=(1, 3))
    for _ in range(4):
        turned = kernel_weights.rotate_kernel(turned, 0, 0)
    assert turned == wide


def test_a_sequences_kernel_turns_end_for_end():
    assert weights(kernel_weights.rotate_kernel(SEQUENCE, 0, 0)) == [2, 1, 0]


def test_rows_and_columns_of_a_kernel_change_places():
    assert weights(kernel_weights.transpose_kernel(IMAGE, 0, 0)) == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]


def test_a_sequences_kernel_has_nothing_to_transpose():
    with pytest.raises(ValueError, match="1-D kernel has no rows and columns"):
        kernel_weights.transpose_kernel(SEQUENCE, 0, 0)


def test_negating_leaves_no_negative_zero():
    negated = kernel_weights.negate_kernel(SEQUENCE, 0, 0).layers[0].weights
    assert negated.ravel().tolist() == [0, -1, -2]
    assert not np.signbit(negated.ravel()[0])


def test_negating_twice_is_nothing():
    assert kernel_weights.negate_kernel(kernel_weights.negate_kernel(RGB, 0, 1), 0, 1) == RGB


def test_a_normalised_kernel_adds_up_to_one_in_every_channel():
    normalised = kernel_weights.normalise_kernel(RGB, 0, 1).layers[0].weights[..., 1]
    np.testing.assert_allclose(normalised.sum(axis=(0, 1)), [1, 1, 1], rtol=1e-6)


@pytest.mark.parametrize("kernel", [[-1, 0, 1], [0, 0, 0], [0.1, 0.2, -0.3]])
def test_a_zero_sum_is_not_divided_by(kernel):
    flat = kernel_weights.set_filter(SEQUENCE, 0, 0, np.reshape(kernel, (3, 1)))
    with pytest.raises(ValueError, match=r"add up to 0.*divide by Σ\|w\| instead"):
        kernel_weights.normalise_kernel(flat, 0, 0)


def test_dividing_by_the_size_makes_absolute_values_add_up_to_one():
    edge = kernel_weights.set_filter(SEQUENCE, 0, 0, [[-1], [0], [3]])
    assert weights(kernel_weights.normalise_kernel_by_size(edge, 0, 0)) == [-0.25, 0, 0.75]


def test_an_empty_kernel_has_no_size_to_divide_by():
    with pytest.raises(ValueError, match="Every weight is 0"):
        kernel_weights.normalise_kernel_by_size(kernel_weights.set_filter(SEQUENCE, 0, 0, np.zeros((3, 1))), 0, 0)


@pytest.mark.parametrize("edit", [kernel_weights.normalise_kernel, kernel_weights.normalise_kernel_by_size])
@pytest.mark.parametrize("weight", [np.nan, np.inf])
def test_a_weight_that_is_not_finite_has_no_sum_to_divide_by(edit, weight):
    odd = kernel_weights.set_weights_block(SEQUENCE, 0, 0, 0, (0,), [weight])
    with pytest.raises(ValueError, match="A weight is NaN or infinite"):
        edit(odd, 0, 0)


def test_the_same_seed_draws_the_same_weights():
    assert kernel_weights.randomise_kernel(IMAGE, 0, 0, 5) == kernel_weights.randomise_kernel(IMAGE, 0, 0, 5)
    assert kernel_weights.randomise_kernel(IMAGE, 0, 0, 5) != kernel_weights.randomise_kernel(IMAGE, 0, 0, 6)


def test_random_weights_have_two_decimals():
    drawn = kernel_weights.randomise_kernel(RGB, 0, 0, 1).layers[0].weights[..., 0].astype(float)
    np.testing.assert_allclose(drawn, drawn.round(2), atol=1e-7)


# --- the layer ---


@pytest.mark.parametrize(
    ("edit", "name", "value", "held"),
    [
        (layer_settings.set_stride, "stride", [2, 1], (2, 1)),
        (layer_settings.set_dilation, "dilation", [1, 3], (1, 3)),
        (layer_settings.set_padding, "padding", "same", "same"),
        (layer_settings.set_padding, "padding", ((1, 2), (0, 3)), ((1, 2), (0, 3))),
        (layer_settings.set_padding_mode, "padding_mode", "reflect", "reflect"),
        (layer_settings.set_flip, "flip", True, True),
        (layer_settings.set_activation, "activation", "relu", "relu"),
    ],
)
def test_a_setting_is_set_and_nothing_else(edit, name, value, held):
    changed = edit(IMAGE, 0, value)
    assert getattr(changed.layers[0], name) == held
    assert changed == IMAGE.with_layer(0, replace(IMAGE.layers[0], **{name: held}))
    assert changed.layers[0].weights is IMAGE.layers[0].weights


def test_the_same_setting_is_no_edit():
    assert layer_settings.set_stride(IMAGE, 0, (1, 1)) is IMAGE


def test_the_last_filters_are_dropped():
    changed = layer_settings.set_filters(RGB, 0, 1).layers[0]
    np.testing.assert_array_equal(changed.weights, RGB.layers[0].weights[..., :1])
    assert changed.bias.shape == (1,)


def test_512_filters_can_be_added_and_edited():
    many = layer_settings.set_filters(RGB, 0, 512)
    changed = kernel_weights.set_weights_block(many, 0, 511, 2, (2, 2), [[-9]]).layers[0]
    assert np.argwhere(changed.weights == -9).tolist() == [[2, 2, 2, 511]]


def test_groups_leave_every_filter_the_kernels_of_the_channels_that_it_still_reads():
    before = document(channels=4, filters=2).layers[0]
    changed = layer_settings.set_groups(document(channels=4, filters=2), 0, 2).layers[0]
    np.testing.assert_array_equal(changed.weights[..., 0], before.weights[:, :, :2, 0])
    np.testing.assert_array_equal(changed.weights[..., 1], before.weights[:, :, 2:, 1])
    assert changed.channels == 4


def test_fewer_groups_repeat_the_first_kernel():
    depthwise = layer_settings.set_groups(document(channels=2, filters=2), 0, 2)
    back = layer_settings.set_groups(depthwise, 0, 1).layers[0]
    np.testing.assert_array_equal(back.weights[:, :, 1], back.weights[:, :, 0])


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_groups_that_do_not_divide_channels_and_filters_are_refused(groups):
    with pytest.raises(ValueError, match=f"{groups} groups do not divide 3 channels and 2 filters evenly"):
        layer_settings.set_groups(RGB, 0, groups)


def test_the_title_is_set():
    assert layer_settings.set_title(IMAGE, "new") == replace(IMAGE, title="new")
