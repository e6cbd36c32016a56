"""PBM, PGM and PPM as text and as bytes, of any largest value, and what is refused of them."""

import io

import numpy as np
import pytest
from PIL import Image

from convstudio.files.images import decode_image
from convstudio.files.problems import FileProblem


def values(data: bytes, page: int = 1) -> list:
    return decode_image(data, "“x”", page).values.squeeze().tolist()


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"P1\n3 2\n101 0 1\n1", [[0, 1, 0], [1, 0, 0]]),
        (b"P4 3 2\n\xa0\x60", [[0, 1, 0], [1, 0, 0]]),
        (b"P2 # of a scanner\n2 2\n100\n0 100\n25 50 # the end", [[0, 1], [0.25, 0.5]]),
        (b"P5 2 1 255\n\x00\xff", [0, 1]),
        (b"P5\n2 1\n65535\n\x00\x00\xff\xff", [0, 1]),
        (b"P3 2 1 2 0 1 2 2 1 0", [[0, 0.5, 1], [1, 0.5, 0]]),
    ],
)
def test_text_and_bytes_of_any_largest_value_are_read(data: bytes, wanted: list) -> None:
    assert values(data) == wanted


def test_colours_of_sixteen_bits_are_kept() -> None:
    levels = np.array([[[1, 257, 65534], [3, 2, 40000]]], ">u2")
    read = decode_image(b"P6 2 1 65535\n" + levels.tobytes(), "“x”").values
    np.testing.assert_array_equal(read, levels.astype(np.float32) / np.float32(65535))


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_what_pillow_writes_is_read_alike(mode: str) -> None:
    image = Image.effect_noise((19, 7), 90).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "PPM")
    held = np.asarray(image, np.float32).reshape(7, 19, -1) / (1 if mode == "1" else np.float32(255))
    np.testing.assert_array_equal(decode_image(buffer.getvalue(), "“x”").values, held)


def test_several_pictures_in_a_file_are_pages() -> None:
    data = b"P5 1 1 255\n\x00\nP5 2 1 255\n\xff\x00"
    assert (decode_image(data, "“x”").pages, values(data, 2)) == (2, [1, 0])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"P5 2 2 255\n\x00\xff\x00", "ends before the picture is complete"),
        (b"P2 2 1 255\n7", "ends before the picture is complete"),
        (b"P2 2 1 255\n7 x", "ends before the picture is complete"),
        (b"P5 2 1 9\n\x01\x0a", "holds a value above 9"),
        (b"P5 2 1 0\n\x01\x0a", "from 0 to 0, which cannot be"),
        (b"P5 2", "ends before the picture is complete"),
        (b"P5 99999 99999 255\n", "ends before the picture is complete"),
        (b"P2 99999 9999 255\n0 ", "at most 64000000 fit"),
    ],
)
def test_what_is_not_a_whole_picture_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(FileProblem, match=sentence):
        decode_image(data, "“x”")
