"""Of a picture that is too large as a whole a part or a smaller size is read, and a TIFF band by band."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from convstudio.files.inputs import read_input
from convstudio.files.pictures import opening, page, tiff, tiff_bands
from convstudio.files.pictures.tiff_bands import BandedSamples, bands_of
from convstudio.files.problems import FileProblem
from convstudio.model.readings.inputs import ReadOptions
from convstudio.model.values.limits import LIMITS

DRAW = np.random.default_rng(6)
GREY = DRAW.integers(0, 2**16, (70, 50), np.uint16)
COLOURS = DRAW.integers(0, 256, (70, 50, 3), np.uint8)
SEEN = DRAW.integers(0, 256, (70, 50, 4), np.uint8)
REAL = DRAW.standard_normal((70, 50)).astype(np.float32)
TABLE = DRAW.integers(0, 2**16, (3, 256), np.uint16)
WISHES = [ReadOptions(crop=(33, 7, 20, 30)), ReadOptions(size=(35, 25)), ReadOptions(crop=(60, 0, 10, 50), size=(5, 5))]


def as_tiff(values: Any, **settings: Any) -> Callable[[Path], None]:
    return lambda path: tifffile.imwrite(path, values, **settings)


def as_bytes(make: Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(make()) and None


FILES = {
    "strips.tif": as_tiff(GREY, rowsperstrip=9, compression="zlib", predictor=True),
    "one strip.tif": as_tiff(COLOURS, rowsperstrip=70, compression="lzw"),
    "not packed.tif": as_tiff(GREY),
    "not packed, big end first.tif": as_tiff(GREY, byteorder=">"),
    "not packed planes.tif": as_tiff(np.moveaxis(COLOURS, -1, 0), photometric="rgb", planarconfig="separate"),
    "tiles.tif": as_tiff(COLOURS, tile=(16, 32), compression="zlib", photometric="rgb"),
    "planes.tif": as_tiff(
        np.moveaxis(COLOURS, -1, 0), photometric="rgb", planarconfig="separate", rowsperstrip=8, compression="lzw"
    ),
    "real.tif": as_tiff(REAL, rowsperstrip=11, compression="zlib", predictor=True),
    "big end first.tif": as_tiff(GREY, rowsperstrip=7, compression="zlib", byteorder=">"),
    "bits.tif": as_tiff(GREY > 30000, rowsperstrip=10, compression="packbits"),
    "white is zero.tif": as_tiff(COLOURS[..., 0], photometric="miniswhite", rowsperstrip=10, compression="zlib"),
    "palette.tif": as_tiff(COLOURS[..., 0], photometric="palette", colormap=TABLE, rowsperstrip=10, compression="zlib"),
    "opacity.tif": as_tiff(SEEN, photometric="rgb", extrasamples=["unassalpha"], rowsperstrip=10, compression="zlib"),
    "grey.pgm": as_bytes(lambda: b"P5 50 70 65535\n" + GREY.astype(">u2").tobytes()),
    "colours.ppm": as_bytes(lambda: b"P6 50 70 255\n" + COLOURS.tobytes()),
    "bits.pbm": as_bytes(lambda: b"P4 50 70\n" + np.packbits(GREY > 30000, axis=1).tobytes()),
    "colours.qoi": as_bytes(lambda: imagecodecs.qoi_encode(COLOURS)),
    "deep.png": as_bytes(lambda: imagecodecs.png_encode(GREY)),
}


@pytest.fixture
def few_pixels() -> Iterator[Callable[[], None]]:
    before = LIMITS.image_pixels
    yield lambda: LIMITS.__dict__.__setitem__("image_pixels", 1000)
    LIMITS.__dict__["image_pixels"] = before


@pytest.mark.parametrize("name", FILES)
def test_a_part_of_a_large_picture_is_that_of_the_whole(
    name: str, tmp_path: Path, few_pixels: Callable[[], None]
) -> None:
    path = tmp_path / name
    FILES[name](path)
    wanted = [read_input(path, options).sample.values.to_array() for options in WISHES]
    few_pixels()
    with pytest.raises(page.TooLargePicture, match="50×70 = 3500 pixels, and at most 1000 fit: take a part"):
        read_input(path)
    for options, values in zip(WISHES, wanted, strict=True):
        np.testing.assert_array_equal(read_input(path, options).sample.values.to_array(), values)


def test_of_a_part_only_the_bands_that_hold_it_are_unpacked(
    tmp_path: Path, few_pixels: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[int] = []
    monkeypatch.setattr(
        BandedSamples, "_unpacked", lambda self, at, real=BandedSamples._unpacked: unpacked.append(at) or real(self, at)
    )
    FILES["strips.tif"](tmp_path / "p.tif")
    few_pixels()
    tiff.open_tiff((tmp_path / "p.tif").read_bytes(), 1, "p", page.Wish(crop=(20, 0, 10, 50))).read(20, 30)
    assert unpacked == [2, 3]


@pytest.mark.parametrize("name", ["not packed.tif", "not packed, big end first.tif", "not packed planes.tif"])
def test_what_is_not_packed_is_read_from_the_file_without_a_copy(
    name: str, tmp_path: Path, few_pixels: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS.__dict__, "band_bytes", 100)
    FILES[name](tmp_path / "p.tif")
    few_pixels()
    assert read_input(tmp_path / "p.tif", ReadOptions(size=(5, 5))).sample.spatial == (5, 5)


def test_a_band_that_takes_too_much_is_refused_with_the_limit(
    tmp_path: Path, few_pixels: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS.__dict__, "band_bytes", 10_000)
    FILES["one strip.tif"](tmp_path / "p.tif")
    few_pixels()
    with pytest.raises(FileProblem, match="has strips of 70 rows, which unpacked take 0 MiB, and at most 0 fit"):
        read_input(tmp_path / "p.tif", ReadOptions(size=(5, 5)))


def test_a_damaged_band_is_said_in_one_sentence(tmp_path: Path, few_pixels: Callable[[], None]) -> None:
    path = tmp_path / "p.tif"
    FILES["strips.tif"](path)
    with tifffile.TiffFile(path) as file:
        begin = file.pages[0].dataoffsets[3]
    data = bytearray(path.read_bytes())
    data[begin : begin + 60] = bytes(60)
    few_pixels()
    with pytest.raises(FileProblem, match=r"^“p” is damaged, or ends before the picture is complete"):
        opening.open_page(bytes(data), 1, "“p”", page.Wish(size=(5, 5)))


def test_a_large_turned_picture_and_a_large_one_as_text_are_refused_with_the_limit(
    tmp_path: Path, few_pixels: Callable[[], None]
) -> None:
    tifffile.imwrite(tmp_path / "turned.tif", GREY, extratags=[(274, 3, 1, 6, True)])
    (tmp_path / "text.pgm").write_bytes(b"P2 50 70 255\n" + b"7 " * 3500)
    few_pixels()
    for name in ("turned.tif", "text.pgm"):
        with pytest.raises(FileProblem, match="3500 pixels, and at most"):
            read_input(tmp_path / name, ReadOptions(size=(5, 5)))


def test_bands_together_are_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiff_bands, "_STEP_BYTES", 1000)
    parts = list(bands_of(COLOURS))
    assert len(parts) > 5
    np.testing.assert_array_equal(np.concatenate(parts), COLOURS)


def test_a_picture_by_pillow_is_as_before(tmp_path: Path, few_pixels: Callable[[], None]) -> None:
    Image.fromarray(COLOURS).save(tmp_path / "p.tif", compression="jpeg")
    few_pixels()
    assert read_input(tmp_path / "p.tif", ReadOptions(size=(7, 5))).sample.spatial == (7, 5)
