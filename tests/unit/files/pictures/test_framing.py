"""What was read is cropped to the cell, and resized by a triangle of neighbours in float32."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from convstudio.files.inputs import read_input
from convstudio.files.pictures import page
from convstudio.files.pictures.framing import framed, resampled
from convstudio.files.problems import FileProblem
from convstudio.model.readings.inputs import ReadOptions
from convstudio.model.values.limits import LIMITS


def slow_line(values: np.ndarray, length: int) -> np.ndarray:
    """Resize a line as the definition says: every neighbour weighed by a triangle over the pixel's middle."""
    scale = len(values) / length
    reach = max(1.0, scale)
    made = []
    for pixel in range(length):
        middle = (pixel + 0.5) * scale
        weights = np.maximum(0, 1 - np.abs(np.arange(len(values)) + 0.5 - middle) / reach)
        made.append((values * weights).sum() / weights.sum())
    return np.array(made)


@pytest.mark.parametrize(("held", "length"), [(12, 5), (12, 24), (7, 7), (9, 1)])
def test_a_line_is_resized_as_the_definition_says(held: int, length: int) -> None:
    values = np.random.default_rng(held).normal(size=held).astype(np.float32)
    made = resampled(values.reshape(1, held, 1), (1, length))[0, :, 0]
    np.testing.assert_allclose(made, slow_line(values, length), atol=1e-5)


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    levels = (np.arange(30 * 40).reshape(30, 40) * 50 + 1).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "deep.png")
    return tmp_path / "deep.png"


def test_a_crop_takes_exactly_these_cells_at_full_depth(deep: Path) -> None:
    reading = read_input(deep, ReadOptions(crop=(10, 5, 3, 4)))
    want = (np.arange(30 * 40).reshape(30, 40)[10:13, 5:9] * 50 + 1).astype(np.float32) / np.float32(65535)
    np.testing.assert_array_equal(reading.sample.values.to_array()[..., 0], want)
    assert reading.sentence.endswith("Cropped to 3 rows × 4 columns from row 11, column 6.")


def test_a_resize_keeps_steps_below_those_of_eight_bits(deep: Path) -> None:
    made = read_input(deep, ReadOptions(size=(15, 20))).sample.values.to_array()
    steps = np.diff(made[7, :, 0])
    assert made.shape == (15, 20, 1)
    assert 0 < steps.min() < 1 / 512


def test_the_options_lead_to_the_same_reading_again(deep: Path) -> None:
    options = ReadOptions(crop=(0, 0, 20, 20), size=(10, 10))
    reading = read_input(deep, options)
    assert reading.options == options
    assert read_input(deep, reading.options).sample == reading.sample


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (ReadOptions(crop=(0, 0, 31, 40)), "beyond its 30 rows and 40 columns. Choose a part inside it."),
        (ReadOptions(size=(16384, 16384)), "at most 67108864 fit"),
    ],
)
def test_what_does_not_fit_is_refused(deep: Path, options: ReadOptions, sentence: str) -> None:
    with pytest.raises(FileProblem, match=sentence):
        read_input(deep, options)


def test_a_sequence_is_not_resized(tmp_path: Path) -> None:
    np.save(tmp_path / "line.npy", np.zeros(9))
    with pytest.raises(FileProblem, match="is not a picture of rows and columns"):
        read_input(tmp_path / "line.npy", ReadOptions(size=(3, 3)))


@pytest.mark.parametrize(
    "options", [{"size": (7, 9)}, {"crop": (3, 5, 20, 30)}, {"crop": (3, 5, 20, 30), "size": (40, 11)}]
)
def test_a_part_that_is_read_a_few_rows_at_a_time_is_that_of_the_whole(
    deep: Path, options: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_BLOCK_VALUES", 160)  # four rows
    whole = read_input(deep)
    by_rows = read_input(deep, ReadOptions(**options))
    np.testing.assert_array_equal(
        by_rows.sample.values.to_array(), framed(whole, ReadOptions(**options)).sample.values.to_array()
    )
    assert by_rows.choice.shape == (30, 40, 1)


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS.__dict__, "input_values", 1000)


@pytest.mark.usefixtures("small_limit")
def test_a_picture_that_fits_only_smaller_says_its_upright_shape_and_is_read_smaller(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (60, 40), 51).save(tmp_path / "p.jpg", exif=exif)
    with pytest.raises(page.TooLargePicture, match="at most 1000 fit") as refused:
        read_input(tmp_path / "p.jpg")
    assert refused.value.shape == (60, 40, 1)
    made = read_input(tmp_path / "p.jpg", ReadOptions(size=(15, 10))).sample.values.to_array()
    np.testing.assert_allclose(made, np.full((15, 10, 1), 0.2), atol=0.01)


@pytest.mark.usefixtures("small_limit")
def test_a_part_of_a_slow_picture_is_made_by_the_helper(deep: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convstudio.files.pictures.slowness._QUICK", 0)
    made = read_input(deep, ReadOptions(crop=(0, 0, 5, 5))).sample
    assert made.spatial == (5, 5)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name the files of which Pillow decodes pixels."""
    seen: list[str] = []
    load = ImageFile.ImageFile.load

    def noted(image: ImageFile.ImageFile) -> object:
        seen.append(str(image.format))
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", noted)
    return seen


def with_late_notes(png: bytes, orientation: int) -> bytes:
    """Put the notes of the camera after the pixels, where a PNG may have them."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    body = b"eXIf" + exif.tobytes().removeprefix(b"Exif\0\0")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:-12] + chunk + png[-12:]


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize("kind", ["L", "I;16"])
def test_a_png_that_does_not_fit_is_refused_before_a_pixel_is_decoded(
    kind: str, tmp_path: Path, decoded: list[str]
) -> None:
    Image.new(kind, (60, 40)).save(tmp_path / "p.png")
    with pytest.raises(page.TooLargePicture, match="at most 1000 fit"):
        read_input(tmp_path / "p.png")
    assert not decoded


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize("kind", ["L", "I;16"])
def test_a_png_with_its_notes_after_the_pixels_says_its_upright_shape_too(kind: str, tmp_path: Path) -> None:
    Image.new(kind, (60, 40)).save(tmp_path / "p.png")
    (tmp_path / "p.png").write_bytes(with_late_notes((tmp_path / "p.png").read_bytes(), 6))
    with pytest.raises(page.TooLargePicture) as refused:
        read_input(tmp_path / "p.png")
    assert refused.value.shape == (60, 40, 1)


def test_the_other_ways_to_read_a_part_read_the_same_part(tmp_path: Path) -> None:
    np.save(tmp_path / "either.npy", np.zeros((3, 28, 28)))
    options = ReadOptions(crop=(0, 0, 2, 2), size=(5, 6))
    reading = read_input(tmp_path / "either.npy", options)
    assert reading.others
    assert all((one.options.crop, one.options.size) == (options.crop, options.size) for one in reading.others)


@pytest.fixture
def few_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS.__dict__, "image_pixels", 1000)


@pytest.mark.usefixtures("few_pixels")
@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "gif", "bmp"])
def test_of_a_picture_with_too_many_pixels_a_part_or_a_smaller_size_is_read(ending: str, tmp_path: Path) -> None:
    Image.new("L", (60, 40), 51).save(tmp_path / f"p.{ending}")
    with pytest.raises(page.TooLargePicture, match="60×40 = 2400 pixels, and at most 1000 fit: take a part") as refused:
        read_input(tmp_path / f"p.{ending}")
    assert refused.value.shape[:2] == (40, 60)
    for options, spatial in [(ReadOptions(size=(10, 15)), (10, 15)), (ReadOptions(crop=(5, 6, 7, 8)), (7, 8))]:
        made = read_input(tmp_path / f"p.{ending}", options).sample
        assert made.spatial == spatial
        np.testing.assert_allclose(made.values.to_array(), 0.2, atol=0.02)


@pytest.mark.usefixtures("few_pixels")
def test_a_picture_beyond_what_is_decoded_at_all_says_so_whatever_is_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decoded: list[str]
) -> None:
    monkeypatch.setitem(LIMITS.__dict__, "framed_pixels", 2000)
    Image.new("L", (60, 40)).save(tmp_path / "p.png")
    decoded.clear()
    for options in (ReadOptions(), ReadOptions(size=(5, 5))):
        with pytest.raises(
            FileProblem, match="2400 pixels, and at most 2000 fit: crop or shrink it in another program"
        ):
            read_input(tmp_path / "p.png", options)
    assert not decoded
