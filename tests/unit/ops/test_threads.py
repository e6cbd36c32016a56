import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from convstudio.ops import conv
from convstudio.ops.limits import MOST_WORKERS
from convstudio.ops.threads import cores, share, watched


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


def test_helpers_that_are_busy_elsewhere_are_not_waited_for():
    go_on = threading.Event()
    busy = (range(MOST_WORKERS), lambda tiles: [go_on.wait(60) for _ in tiles], MOST_WORKERS)
    elsewhere = threading.Thread(target=share, args=busy)
    elsewhere.start()
    done = []
    share(range(10), done.extend, workers=2)
    went_on = go_on.is_set()
    go_on.set()
    elsewhere.join()
    assert (sorted(done), went_on) == (list(range(10)), False)


def test_a_helper_that_is_busy_elsewhere_keeps_no_arrays():
    begun, go_on = threading.Semaphore(0), threading.Event()

    def wait(tiles):
        for _ in tiles:
            begun.release()
            go_on.wait(20)

    elsewhere = threading.Thread(target=share, args=(range(MOST_WORKERS), wait, MOST_WORKERS))
    elsewhere.start()
    try:
        all_busy = all(begun.acquire(timeout=20) for _ in range(MOST_WORKERS))
        array = np.ones(3)
        is_there = weakref.ref(array)
        share(range(4), lambda tiles, array=array: [array.sum() for _ in tiles], workers=2)
        del array
        assert all_busy
        assert is_there() is None
    finally:
        go_on.set()
        elsewhere.join()


@pytest.mark.parametrize(("tiles", "left"), [(1, 4), (2, 2), (3, 1), (9, 1)])
def test_what_shares_within_a_shared_tile_has_a_part_of_the_cores(monkeypatch, tiles, left):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(4), raising=False)
    seen = []
    share(range(tiles), lambda taken: [seen.append(cores()) for _ in taken], workers=4)
    assert (seen, cores()) == ([left] * tiles, 4)


def test_numpys_blas_keeps_to_one_thread():
    libraries = ThreadpoolController().select(user_api="blas").info()
    numpys = [library for library in libraries if "numpy" in library["filepath"]]
    assert all(library["num_threads"] == 1 for library in numpys)


def test_convolutions_on_other_threads_give_the_same_bits():
    source = np.random.default_rng(1)
    x, weights = (
        source.random((200, 200, 3), dtype=np.float32),
        source.random((3, 3, 3, 16), dtype=np.float32),
    )
    alone = conv(x, weights)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: conv(x, weights), range(8)))
    assert all((result == alone).all() for result in together)


def test_a_watch_that_refuses_stops_every_thread_at_its_next_tile():
    done = []

    def refuse_after_ten(_amount):
        if len(done) >= 10:
            raise InterruptedError

    with watched(refuse_after_ten), pytest.raises(InterruptedError):
        share(range(10_000), lambda tiles: [done.append(tile) for tile in tiles], workers=2)
    assert len(done) <= 12


def test_a_watch_sees_only_what_its_own_context_computes():
    amounts = []
    with watched(amounts.append):
        other = threading.Thread(target=share, args=(range(5), list, 1, 5.0))
        other.start()
        other.join()
    assert amounts == []
