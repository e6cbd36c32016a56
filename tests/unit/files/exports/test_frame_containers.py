"""Animations as Pillow plays them: every frame is the picture that was given, to the pixel."""

import io

import numpy as np
import pytest
from PIL import Image

from convstudio.files.exports.frame_containers import Timing, as_apng, as_webp

DRAWN = np.random.default_rng(3)


def pictures(changes):
    """Draw noise, and then change a block of it from picture to picture."""
    levels = DRAWN.integers(0, 256, (37, 51, 3), np.uint8)
    for rows, columns in [(slice(0), slice(0)), *changes]:
        levels = levels.copy()
        levels[rows, columns] = DRAWN.integers(0, 256, 3, np.uint8)
        yield Image.fromarray(levels)


def played(data):
    with Image.open(io.BytesIO(data)) as image:
        for frame in range(image.n_frames):
            image.seek(frame)
            pixels = np.asarray(image.convert("RGB"))
            yield pixels, image.info["duration"]


CHANGES = [
    [],
    [(slice(0), slice(0))],
    [(slice(36, 37), slice(50, 51)), (slice(0, 1), slice(0, 1))],
    [(slice(5, 9), slice(7, 30)), (slice(3, 30), slice(11, 12)), (slice(0, 37), slice(0, 51)), (slice(1, 2), slice(3))],
]


@pytest.mark.parametrize("write", [as_apng, as_webp])
@pytest.mark.parametrize("changes", CHANGES, ids=len)
def test_every_frame_is_the_picture_that_was_given(write, changes):
    given = list(pictures(changes))
    data = write(iter(given), Timing(len(given), 50, 1000))
    for (pixels, _), picture in zip(played(data), given, strict=True):
        np.testing.assert_array_equal(pixels, np.asarray(picture))


@pytest.mark.parametrize("write", [as_apng, as_webp])
def test_every_frame_stays_as_long_as_it_should_and_it_plays_again_and_again(write):
    given = list(pictures(CHANGES[2]))
    data = write(given, Timing(3, 16, 1000))
    assert [duration for _, duration in played(data)] == [16, 16, 1016]
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["loop"] == 0
