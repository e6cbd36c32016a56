"""QOI pictures, with and without transparency, and what is refused of them."""

import imagecodecs
import numpy as np
import pytest

from convstudio.files.images import decode_image
from convstudio.files.pictures.page import Wish
from convstudio.files.problems import FileProblem

COLOURS = np.random.default_rng(1).integers(0, 256, (5, 7, 4)).astype(np.uint8)


def test_colours_are_exact() -> None:
    read = decode_image(imagecodecs.qoi_encode(np.ascontiguousarray(COLOURS[..., :3])), "“x”").values
    np.testing.assert_array_equal(read, COLOURS[..., :3].astype(np.float32) / np.float32(255))


def test_transparency_is_kept_on_request() -> None:
    picture = decode_image(imagecodecs.qoi_encode(COLOURS), "“x”", wish=Wish(keeps_opacity=True))
    np.testing.assert_array_equal(picture.values, COLOURS.astype(np.float32) / np.float32(255))
    assert picture.notes == ("Transparency was kept as the last channel, in which 1 is opaque.",)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (imagecodecs.qoi_encode(COLOURS)[:40], "ends before the picture is complete"),
        (b"qoif" + bytes([0, 1, 0, 0, 0, 1, 0, 0, 4, 0]), "at most 100663296 fit"),
        (b"qoif" + bytes([0, 0, 0, 1, 0, 0, 0, 1, 9, 0]), "announces 9 channels"),
        (b"qoif" + bytes([0, 0, 16, 0, 0, 0, 16, 0, 4, 0]) + b"\0" * 7 + b"\1", "ends before the picture is complete"),
        (b"qoif", "ends before the picture is complete"),
    ],
)
def test_what_is_not_a_whole_picture_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(FileProblem, match=sentence):
        decode_image(data, "“x”")
