import numpy as np
import pytest

from convstudio.model.kinds.pooling import Pool
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.ops.shapes import ShapeError

VALUES = np.arange(16, dtype=np.float32).reshape(4, 4, 1)


def test_without_a_stride_windows_do_not_overlap():
    assert Pool().run(frozen(VALUES))[..., 0].tolist() == [[5, 7], [13, 15]]


def test_the_mean_leaves_padding_out_unless_it_counts():
    padded = {"kind": "average", "size": (2, 2), "padding": ((1, 0), (1, 0))}
    means = [Pool(**padded, count_include_pad=counts).run(frozen(VALUES + 4))[0, 0, 0] for counts in (False, True)]
    assert means == [4, 1]


def test_the_last_window_is_kept_in_ceil_mode():
    assert Pool(size=(3, 3), ceil_mode=True).output_shape((4, 4, 1)) == (2, 2, 1)


def test_an_input_of_another_rank_is_refused_with_both_shapes():
    with pytest.raises(ShapeError, match="a 2×2 pooling does not fit an input of 9×1"):
        Pool().output_shape((9, 1))


def test_a_box_of_the_output_is_the_same_as_in_a_full_run():
    pool, box = Pool(size=(3, 3), stride=(1, 1), padding="same"), (slice(0, 2), slice(2, 4))
    whole = pool.run(frozen(VALUES))
    np.testing.assert_array_equal(pool.run_box(TiledArray.of(VALUES), box), whole[box])
