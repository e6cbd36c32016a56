"""Kernels of other programs give the numbers that those programs compute with them."""

import shutil
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest

from convstudio.files.kernels.kernel_files import read_kernel, write_kernel
from convstudio.files.problems import FileProblem
from convstudio.model.values.arrays import frozen
from convstudio.ops import conv

KERNEL = frozen([[1, 2, -3], [4, -5, 6], [7, 8, 9]])
PICTURE = np.random.default_rng(4).integers(0, 200, (6, 7)).astype(np.float32)
MAGICK = shutil.which("magick") or shutil.which("convert")
BIAS = 30_000


def ours(kernel, bias=None):
    """Return the map of the picture, as a layer computes it."""
    weights = np.asarray(kernel)[..., np.newaxis, np.newaxis]
    biases = None if bias is None else frozen([bias])
    return conv(PICTURE[..., np.newaxis], weights, biases)[..., 0]


@pytest.fixture
def magick(tmp_path):
    if MAGICK is None:
        pytest.skip("ImageMagick is not installed")

    def run(method, kernel):
        """Return the inner cells of what ImageMagick computes, where no cell beyond the picture counts."""
        rows, columns = PICTURE.shape
        numbers = " ".join(str(int(value)) for value in PICTURE.ravel())
        (tmp_path / "in.pgm").write_text(f"P2\n{columns} {rows}\n65535\n{numbers}\n")
        command = [MAGICK, str(tmp_path / "in.pgm"), "-define", f"convolve:bias={BIAS}", "-morphology", method, kernel]
        ran = subprocess.run([*command, "-compress", "none", "pgm:-"], capture_output=True, text=True, check=True)
        found = np.array(ran.stdout.split()[4:], np.float32).reshape(rows, columns) - BIAS
        return found[1:-1, 1:-1]

    return run


def test_imagemagick_convolves_with_what_was_read_from_its_string(magick, tmp_path):
    text = "3x3: 1,2,-3 4,-5,6 7,8,9"
    (tmp_path / "k.magick").write_text(text)
    np.testing.assert_array_equal(magick("Convolve", text), ours(read_kernel(tmp_path / "k.magick").kernel))


def test_imagemagick_convolves_with_what_was_written_for_it(magick, tmp_path):
    write_kernel(tmp_path / "k.magick", KERNEL)
    np.testing.assert_array_equal(magick("Convolve", (tmp_path / "k.magick").read_text()), ours(KERNEL))


def test_imagemagick_leaves_missing_values_out_as_zeros(magick, tmp_path):
    text = "3x3: 1,nan,-3 4,-,6 7,8,9"
    (tmp_path / "k.magick").write_text(text)
    reading = read_kernel(tmp_path / "k.magick")
    np.testing.assert_array_equal(magick("Convolve", text), ours(reading.kernel))
    assert "2 missing values became 0." in reading.sentence("k.magick")


def test_imagemagick_correlates_with_a_kernel_as_it_stands(magick):
    np.testing.assert_array_equal(magick("Correlate", "3x3: 1,2,-3 4,-5,6 7,8,9"), ours(KERNEL))


def by_the_specification(matrix, order_x, order_y, divisor, bias):
    """Compute feConvolveMatrix on the picture by the formula of W3C Filter Effects, with target (0, 0)."""
    rows, columns = PICTURE.shape
    result = np.zeros((rows - order_y + 1, columns - order_x + 1), np.float32)
    for y, x in np.ndindex(result.shape):
        terms = [
            PICTURE[y + i, x + j] * matrix[(order_y - i - 1) * order_x + order_x - j - 1]
            for i in range(order_y)
            for j in range(order_x)
        ]
        result[y, x] = sum(terms) / divisor + bias
    return result


def test_svg_computes_what_its_specification_says_with_what_was_read(tmp_path):
    (tmp_path / "k.svg").write_text('<feConvolveMatrix order="3 2" kernelMatrix="1,2 3 4 5 6" divisor="4" bias="0.5"/>')
    reading = read_kernel(tmp_path / "k.svg")
    expected = by_the_specification([1, 2, 3, 4, 5, 6], 3, 2, 4, 0.5)
    np.testing.assert_allclose(ours(reading.kernel, reading.bias), expected, rtol=1e-6)


def test_svg_computes_what_its_specification_says_with_what_was_written(tmp_path):
    write_kernel(tmp_path / "k.svg", KERNEL, "a <b> & “c”")
    element = ElementTree.parse(tmp_path / "k.svg").find(".//{*}feConvolveMatrix")
    matrix = [float(part) for part in element.get("kernelMatrix").split()]
    assert (element.get("order"), element.get("divisor")) == ("3 3", "1")
    np.testing.assert_array_equal(by_the_specification(matrix, 3, 3, 1, 0), ours(KERNEL))


def test_an_svg_without_a_divisor_divides_by_the_sum(tmp_path):
    (tmp_path / "k.svg").write_text('<svg><feConvolveMatrix kernelMatrix="1 1 1 1 1 1 1 1 1"/></svg>')
    np.testing.assert_allclose(read_kernel(tmp_path / "k.svg").kernel, np.full((3, 3), 1 / 9, np.float32))


def by_gegl(cells, divisor, offset):
    """Compute GEGL's convolution-matrix on the picture: the letter is the column, the figure the row, no turning."""
    matrix = np.zeros((5, 5))
    for name, value in cells.items():
        matrix[int(name[1]) - 1, "abcde".index(name[0])] = value
    windows = np.lib.stride_tricks.sliding_window_view(PICTURE, (5, 5))
    return (windows * matrix).sum(axis=(2, 3)) / divisor + offset


def test_gimp_computes_with_what_was_read_from_its_settings(tmp_path):
    cells = {"a1": 1.0, "b1": -2.0, "c3": 3.0, "e4": 0.5}
    text = "".join(f"({name} {value:.6f})\n" for name, value in cells.items())
    (tmp_path / "k.settings").write_text(f"{text}(divisor 2.000000)\n(offset 0.250000)\n(normalize no)\n")
    reading = read_kernel(tmp_path / "k.settings")
    np.testing.assert_allclose(ours(reading.kernel, reading.bias), by_gegl(cells, 2, 0.25), rtol=1e-6)


def test_settings_of_gimp_that_were_cut_are_refused(tmp_path):
    text = '# (c1\n("a (name"\n  (b2 -2)\n  (c3 6)\n  (divisor 4))\n'
    for length, is_whole in ((len(text), True), (len(text) - 2, False), (len(text) // 2, False)):
        path = tmp_path / f"{length}.settings"
        path.write_text(text[:length])
        if is_whole:
            assert read_kernel(path).kernel[1, 1] == 1.5
        else:
            with pytest.raises(FileProblem, match="ends before its matrix is complete: export the settings"):
                read_kernel(path)


@pytest.mark.parametrize(("c3", "divisor", "offset"), [(6, 4, 0), (1, 1, 1), (2, 1, 0.5)])
def test_gimp_normalises_by_the_sum_of_the_matrix(tmp_path, c3, divisor, offset):
    text = f"(b2 -2.0)\n(c3 {c3}.0)\n(normalize yes)\n(divisor 7.0)\n"
    (tmp_path / "k.settings").write_text(text)
    reading = read_kernel(tmp_path / "k.settings")
    assert (reading.kernel[1, 1], reading.bias) == (c3 / divisor, offset)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("k.svg", '<feConvolveMatrix kernelMatrix="1 2 3 4 5 6 7 8 9"/>'),
        ("k.settings", "(b2 -2)\n(c3 3)\n(divisor 1)\n"),
    ],
)
def test_where_no_bias_is_written_the_format_means_none(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert read_kernel(tmp_path / name).bias == 0  # and not that of the filter before


@pytest.mark.parametrize("ending", [".yml", ".xml", ".json"])
@pytest.mark.parametrize("kind", ["f4", "f8", "i4", "i1", "u1", "i2", "u2"])
def test_a_matrix_that_opencv_wrote_is_read(tmp_path, ending, kind):
    cv2 = pytest.importorskip("cv2", reason="it needs OpenCV and --frameworks, as CI has them")
    storage = cv2.FileStorage(str(tmp_path / f"k{ending}"), cv2.FILE_STORAGE_WRITE)
    storage.write("scale", 2.5)
    storage.write("kernel", np.abs(KERNEL).astype(kind))
    storage.write("other", np.eye(5))
    storage.release()
    np.testing.assert_array_equal(read_kernel(tmp_path / f"k{ending}").kernel, np.abs(KERNEL))


@pytest.mark.parametrize("ending", [".yml", ".xml", ".opencv.json"])
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 4), (1, 3)])
def test_opencv_reads_the_matrix_that_was_written(tmp_path, ending, shape):
    cv2 = pytest.importorskip("cv2", reason="it needs OpenCV and --frameworks, as CI has them")
    kernel = frozen(np.random.default_rng(1).normal(size=shape))
    write_kernel(tmp_path / f"k{ending}", kernel)
    storage = cv2.FileStorage(str(tmp_path / f"k{ending}"), cv2.FILE_STORAGE_READ)
    np.testing.assert_array_equal(storage.getNode("kernel").mat(), kernel)


def test_opencv_filters_with_a_kernel_as_it_stands():
    cv2 = pytest.importorskip("cv2", reason="it needs OpenCV and --frameworks, as CI has them")
    np.testing.assert_array_equal(cv2.filter2D(PICTURE, -1, np.asarray(KERNEL))[1:-1, 1:-1], ours(KERNEL))
