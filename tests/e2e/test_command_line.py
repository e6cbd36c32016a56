"""Whole stories of the command line, through the real `main`, ending on what the user finds in the folder."""

import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from PIL import Image

from convstudio.cli import main
from convstudio.files.resources import load_detectors, load_sample
from convstudio.model.values.detectors import find_detector


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def convstudio(*arguments):
    assert main(arguments) == 0


def refusal(capsys, *arguments, status=2):
    """Return the sentence of a command that was refused, and see that it left nothing behind."""
    before = sorted(Path().rglob("*"))
    assert main(arguments) == status
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert sorted(Path().rglob("*")) == before
    return printed.err.removeprefix("convstudio: error: ").rstrip()


def kernel(detector_id):
    return find_detector(load_detectors(), detector_id).kernel


def photograph(sample_id):
    return load_sample(sample_id).values.to_array().astype(np.float64)


def load(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


# --- the tutorial ------------------------------------------------------------------------------------------------


def test_the_tutorials_sequence_gives_its_feature_map():
    convstudio("apply", "sample:tutorial-sequence", "--kernel", "tutorial-bump", "-o", "out.csv")
    assert Path("out.csv").read_text() == "0,0,1,1,0,0\n"


def test_the_tutorials_lines_give_their_feature_map():
    convstudio("apply", "sample:tutorial-lines", "--kernel", "tutorial-vertical-line", "-o", "out.csv")
    assert Path("out.csv").read_text() == "0,0,3,3,0,0\n" * 6


def test_the_tutorials_two_detectors_together_give_two_maps():
    kernels = ["--kernel", "tutorial-vertical-line", "--kernel", "tutorial-horizontal-line"]
    convstudio("apply", "sample:tutorial-lines", *kernels, "-o", "out.csv")
    assert Path("out-0.csv").read_text() == "0,0,3,3,0,0\n" * 6
    assert Path("out-1.csv").read_text() == "0,1,2,2,1,0\n" * 6


def test_a_line_detector_that_sums_to_zero_is_silent_on_flat_areas():
    np.save("flat.npy", np.ones((8, 8)))
    convstudio("apply", "flat.npy", "--kernel", "vertical-line", "-o", "out.csv")
    assert Path("out.csv").read_text() == "0,0,0,0,0,0\n" * 6


# --- numbers that equal SciPy's ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "detector", ["sobel-x", "vertical-line", "gaussian-5", "laplacian-of-gaussian-9", "haar-checker"]
)
def test_a_photograph_gives_the_numbers_of_scipy(detector):
    convstudio("apply", "sample:camera", "--kernel", detector, "-o", "out.npy")
    expected = scipy.signal.correlate2d(photograph("camera")[..., 0], kernel(detector), mode="valid")
    rounding = 1e-6 * np.abs(kernel(detector)).sum()
    np.testing.assert_allclose(np.load("out.npy")[..., 0], expected, rtol=0, atol=rounding)


@pytest.mark.parametrize(
    ("mode", "scipys"),
    [("zeros", "constant"), ("replicate", "nearest"), ("symmetric", "reflect"), ("reflect", "mirror")],
)
def test_every_padding_mode_gives_the_numbers_of_scipy(mode, scipys):
    options = ["--kernel", "gaussian-5", "--padding", "same", "--padding-mode", mode]
    convstudio("apply", "sample:brick", *options, "-o", "out.npy")
    expected = scipy.ndimage.correlate(photograph("brick")[..., 0], kernel("gaussian-5"), mode=scipys)
    np.testing.assert_allclose(np.load("out.npy")[..., 0], expected, rtol=1e-5, atol=1e-5)


def test_a_colour_photograph_gives_the_sum_of_scipys_channels():
    convstudio("apply", "sample:chelsea", "--kernel", "sobel-y", "-o", "out.npy")
    colours = photograph("chelsea")
    expected = sum(scipy.signal.correlate2d(colours[..., c], kernel("sobel-y"), mode="valid") for c in range(3))
    np.testing.assert_allclose(np.load("out.npy")[..., 0], expected, rtol=1e-5, atol=1e-5)


def test_true_convolution_gives_the_numbers_of_scipy():
    convstudio("apply", "sample:rocket", "--kernel", "emboss", "--flip", "--padding", "full", "-o", "out.npy")
    expected = sum(scipy.signal.convolve2d(photograph("rocket")[..., c], kernel("emboss")) for c in range(3))
    np.testing.assert_allclose(np.load("out.npy")[..., 0], expected, rtol=1e-5, atol=1e-5)


def test_a_sequence_gives_the_numbers_of_scipy():
    convstudio("apply", "sample:noisy-sine", "--kernel", "savitzky-golay-7", "-o", "out.csv")
    expected = scipy.signal.correlate(photograph("noisy-sine")[:, 0], kernel("savitzky-golay-7"), mode="valid")
    np.testing.assert_allclose(np.loadtxt("out.csv", delimiter=","), expected, rtol=1e-5, atol=1e-6)


def test_a_photograph_of_ones_own_gives_the_numbers_of_scipy():
    levels = np.random.default_rng(3).integers(0, 256, (90, 120), np.uint8)
    Image.fromarray(levels).save("own.png")
    convstudio("apply", "own.png", "--kernel", "laplacian-8", "--stride", "2", "-o", "out.tif")
    expected = scipy.signal.correlate2d(levels / 255, kernel("laplacian-8"), mode="valid")[::2, ::2]
    np.testing.assert_allclose(load("out.tif"), expected, rtol=1e-5, atol=1e-5)


# --- going on with what was written ------------------------------------------------------------------------------


def test_the_maps_of_one_layer_are_the_input_of_the_next():
    convstudio("apply", "sample:letter-t", "--kernel", "vertical-line", "--kernel", "horizontal-line", "-o", "one.npy")
    convstudio("apply", "one.npy", "--kernel", "box-blur-3", "-o", "two.npy")
    assert np.load("two.npy").shape == (4, 4, 1)


def test_a_detector_can_be_exported_changed_and_applied():
    convstudio("detectors", "export", "tutorial-vertical-line", "-o", "k.csv")
    Path("k.csv").write_text(Path("k.csv").read_text().replace("0,1,0", "-1/2,1,-1/2", 1))
    convstudio("apply", "sample:tutorial-lines", "--kernel", "k.csv", "-o", "out.csv")
    assert Path("out.csv").read_text().splitlines()[0] == "0,-0.5,2.5,2.5,-0.5,0"


def test_a_folder_of_pictures_becomes_a_folder_of_pictures():
    for name in ("a", "b"):
        Image.fromarray(np.eye(16, dtype=np.uint8) * 255).save(f"{name}.png")
    convstudio("apply", "a.png", "b.png", "--kernel", "diagonal-line-down", "-o", "maps")
    assert [load(f"maps/{name}.png").shape for name in ("a", "b")] == [(14, 14), (14, 14)]


def test_writing_again_replaces_the_map_and_leaves_nothing_else():
    for detector in ("sobel-x", "tutorial-vertical-line"):
        convstudio("apply", "sample:tutorial-lines", "--kernel", detector, "-o", "out.csv")
    assert ([path.name for path in Path().iterdir()], Path("out.csv").read_text()[:5]) == (["out.csv"], "0,0,3")


# --- bad input ---------------------------------------------------------------------------------------------------

SOBEL = ("--kernel", "sobel-x", "-o", "out.csv")


def huge_png():
    body = b"IHDR" + struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    head = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    data = b"IDAT" + zlib.compress(b"")
    return b"\x89PNG\r\n\x1a\n" + head + struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


def truncated_jpeg():
    Image.effect_noise((64, 64), 50).save("whole.jpg")
    data = Path("whole.jpg").read_bytes()
    Path("whole.jpg").unlink()
    return data[: len(data) // 2]


def lying_npy():
    np.save("true.npy", np.zeros((8, 8)))
    data = Path("true.npy").read_bytes()
    Path("true.npy").unlink()
    return data.replace(b"(8, 8)", b"(9, 9)")


def npy_of_objects():
    np.save("objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    data = Path("objects.npy").read_bytes()
    Path("objects.npy").unlink()
    return data


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        ("text.png", lambda: b"This is a text.", "“text.png” is not a picture: open a PNG, JPEG"),
        ("cut.jpg", truncated_jpeg, "“cut.jpg” is damaged, or ends before the picture is complete: get a whole"),
        (
            "huge.png",
            huge_png,
            "“huge.png” has more than the 178000000 pixels of which a part or a smaller size can be taken",
        ),
        ("lying.npy", lying_npy, "“lying.npy” claims to hold 9×9 values in 648 bytes, and 512 bytes follow"),
        ("objects.npy", npy_of_objects, "“objects.npy” holds Python objects: save whole or real numbers"),
        ("gap.csv", lambda: b"1,2\n3,\n", "“gap.csv”: row 2, column 2: The cell is empty: type a number"),
        ("word.csv", lambda: b"1,2\n3,four\n", "“word.csv”: row 2, column 2: “four” is not a number"),
        ("small.csv", lambda: b"1,2\n3,4\n", "the kernel 3×3 is larger than the padded input 2×2"),
        ("zero.npy", lambda: b"", "“zero.npy” is empty (0 bytes): choose another file"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(capsys, name, make, sentence):
    Path(name).write_bytes(make())
    assert sentence in refusal(capsys, "apply", name, *SOBEL)


def test_a_huge_picture_is_refused_at_once_and_in_little_memory(capsys):
    Path("huge.png").write_bytes(huge_png())
    tracemalloc.start()
    refusal(capsys, "apply", "huge.png", *SOBEL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * 2**20


def test_a_full_disk_is_one_sentence_and_the_map_before_is_kept(capsys, monkeypatch):
    Path("out.csv").write_text("kept")

    def fill(file, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", fill)
    line = refusal(capsys, "apply", "sample:step", *SOBEL, status=1)
    assert (line.startswith("“out.csv” was not saved: the disk is full"), Path("out.csv").read_text()) == (
        True,
        "kept",
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_one_sentence(capsys):
    Path("locked").mkdir(mode=0o500)
    line = refusal(capsys, "apply", "sample:step", "--kernel", "sobel-x", "-o", "locked/out.csv", status=1)
    assert "you do not have permission to write there" in line
