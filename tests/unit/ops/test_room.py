import subprocess
import sys

import numpy as np
import pytest

from convstudio.ops.native import room
from convstudio.ops.native.room import room_for

FLOAT = np.dtype(np.float32)
LARGE = (4096, 4096)


@pytest.fixture(autouse=True)
def nothing_kept():
    room._kept.clear()
    yield
    room._kept.clear()


@pytest.mark.parametrize("shape", [(0,), (3, 5), (300, 301, 2), LARGE])
@pytest.mark.parametrize("dtype", [FLOAT, np.dtype(np.float64)])
def test_an_output_has_its_shape_and_begins_with_a_line_of_the_cache(shape, dtype):
    made = room_for(shape, dtype)
    assert (made.shape, made.dtype) == (shape, dtype)
    assert made.flags.c_contiguous
    assert made.flags.writeable
    assert made.size < 2**16 or made.ctypes.data % 64 == 0


def test_the_room_of_an_array_that_is_gone_serves_the_next():
    made = room_for(LARGE, FLOAT)
    place = made.ctypes.data
    del made
    assert room_for(LARGE, FLOAT).ctypes.data == place


def test_a_room_is_used_as_long_as_anything_shows_a_part_of_it():
    corner = room_for(LARGE, FLOAT)[:1, :1].T.view(np.int32)
    assert room._kept == []
    assert not np.shares_memory(corner, room_for(LARGE, FLOAT))


def test_two_arrays_never_have_one_room():
    first, second = room_for(LARGE, FLOAT), room_for(LARGE, FLOAT)
    del first
    third, fourth = room_for(LARGE, FLOAT), room_for(LARGE, FLOAT)
    places = {array.ctypes.data for array in (second, third, fourth)}
    assert len(places) == 3


@pytest.mark.parametrize(("kept", "shape"), [(LARGE, (3000, 4096)), ((3000, 4096), LARGE)])
def test_a_room_that_does_not_fit_is_given_up(kept, shape):
    made = room_for(kept, FLOAT)
    del made
    assert len(room._kept) == 1
    other = room_for(shape, FLOAT)
    assert room._kept == []
    assert other.shape == shape


@pytest.mark.parametrize(("shape", "many"), [((2000, 4096), 0), (LARGE, 1), ((4100, 4096), 0)])
def test_one_room_of_at_most_64_mib_is_kept(shape, many):
    made = [room_for(shape, FLOAT) for _ in range(3)]
    made.clear()
    assert len(room._kept) == many


def test_an_array_that_lives_to_the_end_of_the_program_says_nothing():
    script = (
        "import numpy as np; from convstudio.ops.native import room; held = room.room_for((4096, 4096), np.dtype('f'))"
    )
    for more in ("", "; room.held = held", "; import builtins; builtins.held = held"):
        ran = subprocess.run([sys.executable, "-c", script + more], capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
