import numpy as np
import pytest

from convstudio.model.values.arrays import TILE_SIDES, TiledArray, byte_size, check_count, frozen, same_array, whole_box
from convstudio.model.values.limits import LIMITS

SHAPES = {1: (40000, 2), 2: (300, 280, 3), 3: (70, 40, 35, 1)}
BOXES = {
    1: (slice(16380, 16390),),
    2: (slice(120, 260), slice(127, 129)),
    3: (slice(30, 66), slice(31, 33), slice(0, 35)),
}


def counted(shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


def length(part):
    return part.stop - part.start


@pytest.fixture
def photograph():
    return TiledArray.of(np.zeros((1080, 1920, 3), np.float32))


def shared_bytes(one, other):
    """Count the bytes that only `other` holds."""
    held = {id(tile) for tile in one._tiles.values()} | {id(one._base)}
    return sum(tile.nbytes for tile in other._tiles.values() if id(tile) not in held) + (
        other._base.nbytes if id(other._base) not in held else 0
    )


def test_frozen_copies_what_somebody_else_may_change():
    values = np.zeros((2, 2), np.float32)
    held = frozen(values)
    values[:] = 1
    assert held.tolist() == [[0, 0], [0, 0]]


def test_frozen_keeps_what_is_settled_already():
    held = frozen([[1, 2]])
    assert frozen(held) is held


@pytest.mark.parametrize("values", [np.ones((3, 4)).T, np.ones((4, 4), np.float32)[::2], np.asfortranarray(np.eye(3))])
def test_frozen_is_contiguous_float32_and_read_only(values):
    held = frozen(values)
    assert held.dtype == np.float32
    assert held.flags.c_contiguous
    assert not held.flags.writeable


def test_arrays_are_the_same_when_their_bits_are_nan_included():
    assert same_array(frozen([np.nan, 1]), frozen([np.nan, 1]))


def test_arrays_of_other_shapes_differ():
    assert not same_array(frozen([[0, 0]]), frozen([[0], [0]]))


@pytest.mark.parametrize("shape", [(), (2, 2, 2, 2, 1)])
def test_an_array_without_channels_or_with_four_spatial_axes_is_refused(shape):
    with pytest.raises(ValueError, match="at most 3 spatial axes"):
        TiledArray.of(np.zeros(shape))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_it_knows_its_lengths(rank):
    array = TiledArray.of(counted(SHAPES[rank]))
    assert (*array.spatial, array.channels) == array.shape == SHAPES[rank]
    assert array.rank == rank


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_writing_across_tile_borders_equals_writing_into_a_whole_array(rank):
    expected = counted(SHAPES[rank])
    written = TiledArray.of(expected).with_box(BOXES[rank], -1)
    expected[BOXES[rank]] = -1
    np.testing.assert_array_equal(written.to_array(), expected)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_reading_a_box_across_tile_borders_equals_reading_the_whole_array(rank):
    written = TiledArray.of(counted(SHAPES[rank])).with_box(BOXES[rank], -1)
    wider = tuple(
        slice(max(0, part.start - 3), min(n, part.stop + 5))
        for part, n in zip(BOXES[rank], SHAPES[rank][:-1], strict=True)
    )
    np.testing.assert_array_equal(written.box(wider), written.to_array()[wider])


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_reading_at_crossings_equals_reading_the_whole_array(rank):
    written = TiledArray.of(counted(SHAPES[rank])).with_box(BOXES[rank], -1)
    at = tuple(np.array([n - 1, 0, n // 2, n // 2]) for n in SHAPES[rank][:-1])
    np.testing.assert_array_equal(written.at(*at), written.to_array()[np.ix_(*at)])


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_reading_one_channel_of_a_box_equals_reading_all_and_choosing(rank):
    written = TiledArray.of(counted(SHAPES[rank])).with_box(BOXES[rank], -1)
    whole, last = whole_box(SHAPES[rank][:-1]), SHAPES[rank][-1] - 1
    read = written.channel_box(whole, last)
    np.testing.assert_array_equal(read, written.to_array()[..., last])
    assert not read.flags.writeable


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_block_of_its_own_shape_is_written_as_it_is(rank):
    block = -counted((*map(length, BOXES[rank]), SHAPES[rank][-1]))
    written = TiledArray.of(counted(SHAPES[rank])).with_box(BOXES[rank], block)
    np.testing.assert_array_equal(written.box(BOXES[rank]), block)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_writing_leaves_the_array_before_as_it_was(rank):
    before = TiledArray.of(counted(SHAPES[rank])).with_box(BOXES[rank], -1)
    held = before.to_array().copy()
    before.with_box(BOXES[rank], 7)
    np.testing.assert_array_equal(before.to_array(), held)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_nothing_that_it_gives_out_can_be_written(rank):
    whole = whole_box(SHAPES[rank][:-1])
    for array in (plain := TiledArray.of(counted(SHAPES[rank])), plain.with_box(BOXES[rank], -1)):
        assert not array.to_array().flags.writeable
        assert not array.box(whole).flags.writeable
        assert not any(tile.flags.writeable for tile in array._tiles.values())


def test_an_empty_box_changes_nothing():
    array = TiledArray.of(counted((300, 300, 1)))
    assert array.with_box((slice(5, 5), slice(0, 300)), 1) == array


def test_an_edited_photograph_costs_the_touched_tile_only(photograph):
    edited = photograph.with_box((slice(500, 501), slice(900, 901)), 1)
    assert shared_bytes(photograph, edited) <= byte_size((TILE_SIDES[2], TILE_SIDES[2], 3))


def test_a_second_edit_elsewhere_shares_the_tile_of_the_first(photograph):
    first = photograph.with_box((slice(500, 501), slice(900, 901)), 1)
    second = first.with_box((slice(10, 11), slice(10, 11)), 1)
    assert shared_bytes(first, second) <= byte_size((TILE_SIDES[2], TILE_SIDES[2], 3))


def test_an_edit_of_a_photograph_names_a_small_changed_box(photograph):
    edited = photograph.with_box((slice(500, 501), slice(900, 901)), 1)
    assert edited.changed_boxes(photograph) == ((slice(384, 512), slice(896, 1024)),)


def test_an_array_did_not_change_from_itself(photograph):
    assert photograph.changed_boxes(photograph) == ()


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_changed_boxes_cover_every_difference(rank, seed):
    draw = np.random.default_rng(seed)
    versions = [TiledArray.of(counted(SHAPES[rank]))]
    for _ in range(4):
        ends = [np.sort(draw.integers(0, n + 1, 2)) for n in SHAPES[rank][:-1]]
        versions.append(versions[-1].with_box(tuple(slice(int(a), int(b)) for a, b in ends), draw.standard_normal()))
    before, after = versions[draw.integers(0, 4)], versions[-1]
    differs = np.any(before.to_array() != after.to_array(), axis=-1)
    for box in after.changed_boxes(before):
        differs[box] = False
    assert not differs.any()


def test_an_array_of_another_shape_changed_everywhere():
    assert TiledArray.of(counted((3, 4, 1))).changed_boxes(TiledArray.of(counted((2, 4, 1)))) == (
        (slice(0, 3), slice(0, 4)),
    )


def test_equality_looks_at_values_not_at_tiles():
    edited = TiledArray.of(counted((300, 300, 1))).with_box((slice(0, 2), slice(0, 2)), 5)
    assert edited == TiledArray.of(edited.to_array())
    assert hash(edited) == hash(TiledArray.of(edited.to_array()))


def test_it_differs_from_other_things():
    assert TiledArray.of([[1]]) != "1"


def test_a_small_array_keeps_no_base_behind_its_one_tile():
    edited = TiledArray.of(counted((8, 8, 1))).with_box((slice(0, 1), slice(0, 1)), 9)
    assert edited.to_array() is edited._base


def test_its_representation_names_shape_and_tiles():
    assert repr(TiledArray.of(counted((8, 8, 1)))) == "TiledArray(shape=(8, 8, 1), replaced tiles=0)"


def test_the_largest_number_of_weights_is_taken():
    check_count((LIMITS.layer_values,))


def test_one_weight_more_is_refused_with_the_number():
    with pytest.raises(ValueError, match=f"at most {LIMITS.layer_values} fit"):
        check_count((LIMITS.layer_values + 1,))
