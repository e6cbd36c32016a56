"""Files built after reports about other programs, and what a picture file may get wrong on purpose."""

import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from convstudio.files.images import decode_image
from convstudio.files.pictures.page import Wish
from convstudio.files.problems import FileProblem

FIELD = Path(__file__).parents[3] / "field"


def field(name, page=1):
    return decode_image((FIELD / name).read_bytes(), name, page)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("i03_rgb16.png", "i03_rgb16_want.npy"),
        ("i03_rgb16.tif", "i03_rgb16_want.npy"),
        ("i14_rgb_f32.tif", "i14_rgb_f32_want.npy"),
        ("i15_f64.tif", "i15_f64_want.npy"),
    ],
)
def test_pixels_that_other_programs_cut_are_kept(name, wanted):
    want = np.load(FIELD / wanted)
    np.testing.assert_allclose(field(name).values, want.reshape(*want.shape[:2], -1), rtol=1e-7, atol=1e-7)


def test_thirty_two_unsigned_bits_never_turn_negative():
    want = np.array([[0, 1, 65535], [65536, 2**31, 2**32 - 1]]) / (2**32 - 1)
    np.testing.assert_allclose(field("i16_u32.tif").values[..., 0], want, rtol=1e-7)


def test_signed_bytes_are_kept():
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, np.array([[-128, 0, 127]], np.int8))
    assert decode_image(buffer.getvalue(), "“x”").values.ravel().tolist() == [-128, 0, 127]


@pytest.mark.parametrize(("name", "page"), [("i12_stack_u16.tif", 1), ("i12_stack_u16.tif", 3), ("i11_anim.gif", 2)])
def test_a_page_of_several_says_which_of_how_many_it_is(name, page):
    picture = field(name, page)
    assert (picture.page, picture.pages) == (page, 3)


def test_pages_of_a_stack_differ():
    assert len({field("i12_stack_u16.tif", page).values.tobytes() for page in (1, 2, 3)}) == 3


def test_twelve_bits_in_sixteen_are_divided_by_what_sixteen_hold():
    levels = np.asarray(Image.open(FIELD / "i24_12bit_in_16.png")).astype(np.float64)
    np.testing.assert_allclose(field("i24_12bit_in_16.png").values[..., 0], levels / 65535, rtol=1e-7)


def test_an_alpha_that_hides_nothing_is_no_note():
    buffer = io.BytesIO()
    Image.new("RGBA", (2, 2), (9, 9, 9, 255)).save(buffer, "PNG")
    assert decode_image(buffer.getvalue(), "“x”").notes == ()


@pytest.mark.parametrize(
    ("options", "note"),
    [
        ({"photometric": "rgb", "extrasamples": ["unassalpha"]}, "Transparency was laid on white."),
        ({"photometric": "separated"}, "Four inks (CMYK) became red, green and blue without their colour profile."),
        (
            {"photometric": "rgb", "extrasamples": ["unspecified"]},
            "A channel without a name was kept beside its colours.",
        ),
    ],
)
def test_what_was_done_with_channels_is_a_note(options, note):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, np.zeros((2, 2, 4), np.uint8), **options)
    (said,) = decode_image(buffer.getvalue(), "“x”").notes
    assert said.startswith(note)


def test_a_camera_note_turns_deep_pictures_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    levels = np.arange(6, dtype=np.uint16).reshape(2, 3) * 1000
    buffer = io.BytesIO()
    Image.fromarray(levels).save(buffer, "PNG", exif=exif)
    np.testing.assert_array_equal(
        decode_image(buffer.getvalue(), "“x”").values[..., 0], np.rot90(levels, -1).astype(np.float32) / 65535
    )


def written(samples, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, metadata=None, **options)
    return buffer.getvalue()


def with_tag(data, code, value):
    """The file with another value of a tag of its first page, which must be a single number."""
    (at,) = struct.unpack_from("<I", data, 4)
    changed = bytearray(data)
    for entry in range(at + 2, at + 2 + 12 * struct.unpack_from("<H", data, at)[0], 12):
        if struct.unpack_from("<H", data, entry)[0] == code:
            struct.pack_into("<I", changed, entry + 8, value)
    return bytes(changed)


def in_a_circle(data):
    (at,) = struct.unpack_from("<I", data, 4)
    return data[: at + 2 + 12 * struct.unpack_from("<H", data, at)[0]] + struct.pack("<I", at) + data[at + 4 :]


PLAIN = written(np.ones((4, 4), np.uint8))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (PLAIN[:40], "is damaged"),
        (PLAIN[:-3], "is damaged"),
        (in_a_circle(PLAIN), "is damaged"),
        (with_tag(PLAIN, 273, 10**9), "is damaged"),
        (with_tag(PLAIN, 279, 10**9), "is damaged"),
        (with_tag(with_tag(PLAIN, 256, 9000), 257, 9000), "81000000 pixels"),
        (with_tag(written(np.ones((4, 4), np.uint8), tile=(16, 16)), 322, 2**30), "has tiles of"),
        (with_tag(PLAIN, 256, 0), "columns|damaged"),
        (with_tag(PLAIN, 277, 60_000), "60000 channels"),
        (b"II*\0\0\0\0\0", "is damaged"),
        (written(np.array([[1e300]])), "holds a number beyond 3.403e"),
    ],
)
def test_a_tiff_that_does_not_keep_its_word_is_refused(data, sentence):
    with pytest.raises(FileProblem, match=rf"^“x” [^\n]*({sentence})[^\n]*\.$"):
        decode_image(data, "“x”")


def test_a_packed_tiff_whose_first_code_stands_for_nothing_is_damaged():
    data = with_tag(written(np.array([[7]], np.uint8)), 259, 5)
    begins_with_code_300 = bytes([0x80, 0x4B, 0x20, 0x20])
    data = with_tag(with_tag(data, 273, len(data)), 279, 4) + begins_with_code_300

    with pytest.raises(FileProblem, match="is damaged, or ends before the picture is complete"):
        decode_image(data, "“x”")


@pytest.mark.parametrize("length", [40, 75, -30])
def test_a_deep_png_that_breaks_off_is_damaged(length):
    with pytest.raises(FileProblem, match="is damaged, or ends before the picture is complete"):
        decode_image((FIELD / "i03_rgb16.png").read_bytes()[:length], "“x”")


def changed(place):
    data = bytearray((FIELD / "i03_rgb16.png").read_bytes())
    data[place] ^= 16
    return bytes(data)


def with_bad_packing():
    """Change what is packed, and give its chunk the right sum again: only unpacking it shows the damage."""
    data = bytearray((FIELD / "i03_rgb16.png").read_bytes())
    first = data.index(b"IDAT")
    end = first + 4 + int.from_bytes(data[first - 4 : first], "big")
    data[end - 1] ^= 16
    data[end : end + 4] = zlib.crc32(data[first:end]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize("data", [changed(30), changed(60), changed(-20), with_bad_packing()])
def test_a_damaged_deep_png_is_refused_and_costs_python_nothing(data):
    before = sys.getrefcount(None)
    for _ in range(300):
        with pytest.raises(FileProblem, match="is damaged, or ends before"):
            decode_image(data, "“x”")
    assert before - sys.getrefcount(None) < 200  # see test_workarounds.py


HALF = np.array([[[10, 20, 30, 128], [40, 50, 60, 255]]], np.uint8)


def in_format(kind):
    buffer = io.BytesIO()
    if kind == "TIFF of 16 bits":
        tifffile.imwrite(buffer, HALF.astype(np.uint16) * 257, photometric="rgb", extrasamples=[2])
    elif kind == "WEBP":
        Image.fromarray(HALF).save(buffer, kind, lossless=True)
    else:
        Image.fromarray(HALF).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "TIFF of 16 bits"])
def test_transparency_is_kept_as_a_channel_on_request(kind):
    picture = decode_image(in_format(kind), "“x”", wish=Wish(keeps_opacity=True))
    np.testing.assert_allclose(picture.values, HALF / np.float32(255), rtol=1e-6)
    assert (picture.opacity, picture.notes) == (
        "kept",
        ("Transparency was kept as the last channel, in which 1 is opaque.",),
    )


def test_an_opaque_picture_has_no_transparency_to_keep():
    buffer = io.BytesIO()
    Image.fromarray(HALF[:, 1:]).save(buffer, "PNG")
    picture = decode_image(buffer.getvalue(), "“x”", wish=Wish(keeps_opacity=True))
    assert (picture.values.shape, picture.notes) == ((1, 1, 3), ())
