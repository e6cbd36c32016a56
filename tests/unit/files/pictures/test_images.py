import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from convstudio.files.images import decode_image
from convstudio.files.inputs import read_input
from convstudio.files.problems import FileProblem

GREYS = np.arange(0, 240, 10, np.uint8).reshape(4, 6)
COLOURS = np.stack([GREYS, 255 - GREYS, GREYS // 2], axis=-1)


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(image, kind="PNG", **options):
    return decode_image(encoded(image, kind, **options), "“x”").values


def png_header(columns, rows):
    body = b"IHDR" + struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    end = b"IEND"
    chunks = [body, b"IDAT" + zlib.compress(b"0"), end]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_grey_pictures_are_read_as_one_channel_from_0_to_1(kind):
    np.testing.assert_array_equal(decoded(Image.fromarray(GREYS), kind)[..., 0], GREYS.astype(np.float32) / 255)


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("BMP", {}), ("TIFF", {}), ("WEBP", {"lossless": True})])
def test_colour_pictures_are_read_as_three_channels(kind, options):
    np.testing.assert_array_equal(decoded(Image.fromarray(COLOURS), kind, **options), COLOURS.astype(np.float32) / 255)


def test_a_jpeg_is_read_within_its_loss():
    assert np.abs(decoded(Image.fromarray(COLOURS), "JPEG", quality=95) - COLOURS / 255).mean() < 0.1


def test_black_and_white_pictures_are_zeros_and_ones():
    assert set(np.unique(decoded(Image.fromarray(GREYS > 99)))) == {0, 1}


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_levels(kind):
    deep = (GREYS.astype(np.uint16) * 257) + 1
    np.testing.assert_array_equal(decoded(Image.fromarray(deep), kind)[..., 0], deep.astype(np.float32) / 65535)


def test_a_float_tiff_keeps_its_values():
    floats = np.array([[-3.5, 0], [1e6, np.nan]], np.float32)
    np.testing.assert_array_equal(decoded(Image.fromarray(floats), "TIFF")[..., 0], floats)


def test_a_palette_of_colours_is_read_as_colours():
    picture = Image.fromarray(COLOURS).quantize(24)
    np.testing.assert_array_equal(decoded(picture), np.asarray(picture.convert("RGB")).astype(np.float32) / 255)


def test_a_palette_of_greys_is_read_as_grey():
    picture = Image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3), "L")
    picture.putpalette([level for grey in range(6) for level in (grey * 40,) * 3])
    assert decoded(picture).shape == (2, 3, 1)


def test_transparency_becomes_white():
    picture = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    picture.putpixel((1, 0), (255, 0, 0, 255))
    np.testing.assert_array_equal(decoded(picture), [[[1, 1, 1], [1, 0, 0]]])


def test_half_transparent_grey_is_half_way_to_white():
    np.testing.assert_allclose(decoded(Image.new("LA", (1, 1), (0, 51)))[0, 0], [0.8], atol=1e-6)


def test_a_transparent_palette_colour_becomes_white():
    picture = Image.new("P", (1, 1), 0)
    picture.putpalette([10, 20, 30])
    assert decoded(picture, transparency=0).tolist() == [[[1, 1, 1]]]


def test_four_inks_become_three_colours():
    assert decoded(Image.new("CMYK", (2, 2), (0, 0, 0, 0)), "JPEG").shape == (2, 2, 3)


def test_a_photograph_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned a quarter to the right
    turned = decoded(Image.fromarray(GREYS), "PNG", exif=exif)
    np.testing.assert_array_equal(turned[..., 0], np.rot90(GREYS, -1).astype(np.float32) / 255)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "TIFF", "WEBP"])
def test_of_an_animation_the_first_frame_counts(kind):
    frames = [Image.new("RGB", (2, 2), colour) for colour in ("red", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    assert decoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)[0, 0].tolist() == [1, 0, 0]


@pytest.mark.parametrize("kind", ["GIF", "PNG", "TIFF", "WEBP"])
def test_any_page_can_be_asked_for(kind):
    frames = [Image.new("RGB", (2, 2), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    picture = decode_image(data, "“x”", page=2)
    assert (picture.page, picture.pages, picture.values[0, 0].tolist()) == (2, 3, [0, 1, 0])


@pytest.mark.parametrize("page", [0, 2])
def test_a_page_that_is_not_there_is_refused(page):
    with pytest.raises(FileProblem, match=f"has 1 page, not a page {page}: choose page 1"):
        decode_image(encoded(Image.fromarray(GREYS)), "“x”", page=page)


def test_what_transparency_did_is_a_note():
    assert decode_image(encoded(Image.new("RGBA", (2, 2))), "“x”").notes == ("Transparency was laid on white.",)


def test_a_picture_opens_whatever_its_suffix_says(tmp_path):
    path = tmp_path / "x.PNG"
    path.write_bytes(encoded(Image.fromarray(COLOURS), "JPEG"))
    assert read_input(path).sample.values.shape == (4, 6, 3)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"This is a text.", "is not a picture: open a PNG"),
        (b"%PDF-1.4", "is not a picture"),
        (encoded(Image.fromarray(COLOURS), "EPS"), "is not a picture"),
        (encoded(Image.fromarray(GREYS))[:40], "is damaged, or ends"),
        (encoded(Image.fromarray(COLOURS))[:-40], "is damaged, or ends before the picture is complete"),
        (encoded(Image.fromarray(np.tile(COLOURS, (30, 30, 1))), "JPEG")[:-900], "is damaged, or ends"),
        (encoded(Image.fromarray(COLOURS), "BMP")[:-9], "is damaged, or ends"),
        (png_header(30000, 30000), "has more than the 178000000 pixels|30000×30000"),
        (png_header(8001, 8000), r"has 8001×8000 = 64008000 pixels, and at most 64000000 fit"),
        (png_header(20000, 10), r"has 20000 columns: use 1 to 16384"),
    ],
)
def test_what_is_no_whole_picture_within_the_limits_is_refused(data, sentence):
    with pytest.raises(FileProblem, match=rf"^“x” ({sentence})[^\n]*\.$"):
        decode_image(data, "“x”")


def test_a_picture_beyond_the_limit_is_never_decoded(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda image: pytest.fail("decoded"))
    with pytest.raises(FileProblem, match="pixels"):
        decode_image(png_header(8001, 8000), "“x”")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.write_bytes(b""), r"is empty \(0 bytes\): choose another file"),
        (lambda path: path.mkdir(), "is a folder: choose a file inside it"),
        (lambda path: None, "does not exist: check its name and its folder"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, make, sentence):
    path = tmp_path / "x.png"
    make(path)
    with pytest.raises(FileProblem, match=sentence):
        read_input(path)


def test_another_suffix_is_refused_with_those_that_are_read(tmp_path):
    with pytest.raises(FileProblem, match=r"is not an input: choose a file that ends in \.npy, \.csv"):
        read_input(tmp_path / "x.docx")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(tmp_path / "x.csv")
    with pytest.raises(FileProblem, match="is a device or a pipe"):
        read_input(tmp_path / "x.csv")


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "x.npy"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(FileProblem, match="is larger than 512 MiB"):
        read_input(path)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "Permission denied"), "may not be read: ask for permission"),
        (OSError(5, "Input/output error"), r"cannot be read \(input/output error\): copy it to this disk first"),
    ],
)
def test_a_disk_that_refuses_is_said_in_a_sentence(tmp_path, monkeypatch, error, sentence):
    def refuse(path, *args):
        raise error

    (tmp_path / "x.png").write_bytes(b"1")
    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(FileProblem, match=sentence):
        read_input(tmp_path / "x.png")


def test_a_name_with_a_nul_character_is_refused():
    with pytest.raises(FileProblem, match=r"“a\?b\.png” is not a valid file name"):
        read_input("a\0b.png")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text("1,2")
    monkeypatch.setattr("pathlib.Path.open", lambda self, mode: io.BytesIO(b"1,2,3"))
    with pytest.raises(FileProblem, match="changed while it was read"):
        read_input(path)


def test_a_picture_that_needs_too_much_memory_is_said_in_a_sentence(monkeypatch):
    def exhaust(image, mode):
        raise MemoryError

    monkeypatch.setattr(Image.Image, "convert", exhaust)
    with pytest.raises(FileProblem, match="needs more memory than there is"):
        decode_image(encoded(Image.new("P", (2, 2))), "“x”")


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P"])
def test_no_channel_is_copied_as_a_whole_to_find_out_what_it_holds(monkeypatch, mode):
    heights = []

    def noting(method):
        def noted(image, *arguments):
            heights.append(image.height)
            return method(image, *arguments)

        return noted

    for name in ("getchannel", "split"):
        monkeypatch.setattr(Image.Image, name, noting(getattr(Image.Image, name)))
    grey = Image.new("L", (3, 300), 9)
    assert decoded(grey.convert(mode) if mode != "P" else grey.quantize(4)).shape[:2] == (300, 3)
    assert max(heights[: -1 if mode == "P" else None]) < 300  # the channel that stays comes last


def test_a_picture_that_has_the_wanted_kind_is_not_converted(monkeypatch):
    data, wanted = encoded(Image.new("RGBA", (3, 3), (9, 9, 9, 9))), []
    convert = Image.Image.convert
    monkeypatch.setattr(Image.Image, "convert", lambda image, mode: wanted.append(mode) or convert(image, mode))
    decode_image(data, "“x”")
    assert wanted == []


def test_a_damaged_note_of_the_camera_is_no_reason_to_refuse(monkeypatch):
    def fail(image, *, in_place):
        raise SyntaxError

    monkeypatch.setattr("PIL.ImageOps.exif_transpose", fail)
    assert decoded(Image.fromarray(GREYS)).shape == (4, 6, 1)
