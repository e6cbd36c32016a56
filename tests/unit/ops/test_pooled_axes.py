"""An axis of a pooling tells which cells its windows meet and which of them count."""

import tracemalloc

import numpy as np
import pytest

from convstudio.ops import pool, pool_gradient
from convstudio.ops.calls.pool_call import WIDEST, pool_geometry
from convstudio.ops.calls.pooled_axes import PooledAxis, cells_along, window_counts
from convstudio.ops.shapes import ShapeError

PADDED = PooledAxis(at=1, size=5, cells=3, stride=2, dilation=1, before=1, output=3, counted=(0, 5))
"""Windows of three cells at −1, 1 and 3 of an axis of five."""


def test_every_cell_of_the_window_is_paired_with_the_input_that_it_meets():
    met = {window: [] for window in range(3)}
    for _, positions, cells in PADDED.taps():
        at = range(*cells.indices(PADDED.size))
        for window, cell in zip(range(*positions.indices(PADDED.output)), at, strict=True):
            met[window].append(cell)
    assert met == {0: [0, 1], 1: [1, 2, 3], 2: [3, 4]}


def test_padding_does_not_count_in_a_mean():
    assert PADDED.counts().tolist() == [2, 3, 2]


def test_padding_counts_where_it_is_said_to():
    assert PADDED._replace(counted=(-1, 6)).counts().tolist() == [3, 3, 3]


def test_positions_meet_the_cells_under_their_windows():
    assert PADDED.met(slice(1, 3)) == slice(1, 5)


def test_a_part_of_an_axis_meets_the_cells_that_the_whole_does():
    part = PADDED.part(slice(1, 3))
    assert [(positions, cells) for _, positions, cells in part.taps()] == [
        (slice(0, 2), slice(0, 3, 2)),
        (slice(0, 2), slice(1, 4, 2)),
        (slice(0, 1), slice(2, 3, 2)),
    ]


def test_a_window_over_padding_alone_is_refused_by_its_number():
    with pytest.raises(ShapeError, match="window 1 of 7 covers only padding"):
        pool_geometry((4,), (2,), stride=1, padding=2)


@pytest.mark.parametrize(
    "settings",
    [
        {"padding": 10**12, "dilation": 10**12 - 1, "stride": 1},
        {"padding": 10**30, "stride": 10**30},
        {"padding": "full", "dilation": 10**20},
        {"padding": 10**12, "stride": 1, "ceil_mode": True},
    ],
)
def test_padding_without_bounds_is_refused_before_anything_is_made(settings):
    for call in (
        lambda: pool_geometry((4,), (2,), **settings),
        lambda: pool(np.ones((4, 1)), "max", (2,), **settings),
        lambda: pool_gradient(np.ones((4, 1)), np.ones((4, 1)), "average", (2,), **settings),
    ):
        with pytest.raises(ShapeError, match=r"the padded input .* use a smaller input, less padding"):
            call()


def test_much_padding_is_refused_without_a_list_of_all_its_windows():
    tracemalloc.start()
    try:
        with pytest.raises(ShapeError, match="window 1 of 134217731 covers only padding"):
            pool_geometry((4,), (2,), stride=1, padding=2**26)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2**24


def test_a_window_over_padding_alone_is_found_behind_many_others():
    with pytest.raises(ShapeError, match="window 200002 of 200002 covers only padding"):
        pool_geometry((200_000,), (2,), stride=1, padding=[(1, 2)])


def test_a_window_that_is_too_wide_is_refused():
    size = WIDEST + 1
    with pytest.raises(ShapeError, match="use a smaller window"):
        pool_geometry((size,), (size,))


def test_cells_are_taken_along_the_axis():
    assert cells_along(np.arange(10).reshape(2, 5), PADDED, slice(1, 3)).tolist() == [[1, 2], [6, 7]]


def test_equal_windows_share_one_count():
    whole = PADDED._replace(size=6, before=0, stride=3, output=2, counted=(0, 6))
    assert window_counts([whole] * 3, np.dtype(np.float32)) == 27
