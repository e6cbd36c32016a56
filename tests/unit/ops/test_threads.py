from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from convstudio.ops import conv
from convstudio.ops.threads import one_blas_thread, share


def blas_threads():
    return [library["num_threads"] for library in ThreadpoolController().select(user_api="blas").info()]


def test_every_tile_is_taken_once():
    done = []
    share(range(100), done.extend, workers=4)
    assert sorted(done) == list(range(100))


def test_an_error_in_a_thread_is_raised_in_the_callers():
    def work(tiles):
        for tile in tiles:
            raise MemoryError(tile)

    with pytest.raises(MemoryError):
        share(range(10), work, workers=3)


def test_nested_holders_restore_what_the_first_one_found():
    before = blas_threads()
    with one_blas_thread:
        with one_blas_thread:
            pass
        assert set(blas_threads()) == {1}
    assert blas_threads() == before


def test_convolutions_at_the_same_time_do_not_disturb_each_other():
    source = np.random.default_rng(1)
    x, weights = (
        source.random((200, 200, 3), dtype=np.float32),
        source.random((3, 3, 3, 16), dtype=np.float32),
    )
    before, alone = blas_threads(), conv(x, weights)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: conv(x, weights), range(8)))
    assert all((result == alone).all() for result in together)
    assert blas_threads() == before
