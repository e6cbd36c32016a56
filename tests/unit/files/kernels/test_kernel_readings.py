"""Each reading of a kernel says in a sentence what was read; what cannot be read is refused in one."""

import numpy as np
import pytest

from convstudio.files.kernels.kernel_files import (
    COPY_FORMS,
    KERNEL_FORMATS,
    is_kernel_text,
    kernel_text,
    read_kernel,
    read_kernel_or_weights,
    read_kernel_text,
    write_kernel,
)
from convstudio.files.kernels.reading import SeveralKernels
from convstudio.files.problems import FileProblem
from convstudio.files.weights import WeightsFile
from convstudio.model.values.arrays import frozen, same_array
from convstudio.model.values.limits import LIMITS

KERNEL = frozen([[1, 0.5, -3], [0, -5, 6], [7, 8, 1 / 9]])
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<svg><feConvolveMatrix kernelMatrix="&b;"/></svg>'
)


@pytest.fixture
def told(tmp_path):
    def tell(name, text):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_kernel(tmp_path / name, 2).sentence(name)

    return tell


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("k.csv", "1,2\n3,4\n", "Read k.csv as a kernel of 2×2 (Table)."),
        ("k.csv", "left,right\n1,2\n3,4\n", "Read k.csv as a kernel of 2×2 (Table, without the header row)."),
        ("k.csv", ",a,b\nx,1,2\ny,3,4\n", "(Table, without the header row, without the column of row names)."),
        ("k.csv", "1;0,5;\n2;1/9;\n", "(Table, with decimal commas)."),
        ("k.txt", "# Sobel\n1 2 1\n0 0 0\n", "(Space-separated table, without 1 line of comments)."),
        ("k.txt", "[[1. 2.]\n [3. 4.]]", "(Space-separated table, from nested lists)."),
        ("k.txt", "0,5 1,5\n1,5 0,5", "Read k.txt as a kernel of 2×2 (Space-separated table, with decimal commas)."),
        ("k.txt", "3: 1,2,3,4,5,6,7,8,9", "as a kernel of 3×3 (ImageMagick kernel string, turned by 180°, because"),
        ("k.magick", "3x1+0+0: 1,2,3", "The origin +0+0 was left out, because it only shifts the result."),
        ("k.txt", "(b2 1)(c3 2)(divisor 2)(offset 0.5)", "(GIMP convolution matrix, divided by 2, without the zeros"),
        ("k.settings", "(b2 1)(c3 2)(divisor 2)(offset 0.5)", "Its bias is 0.5."),
        ("k.svg", '<feConvolveMatrix order="1" kernelMatrix="4"/>', "divided by 4, the sum, because it gives no"),
        ("k.svg", '<a:feConvolveMatrix xmlns:a="b" order="1" targetX="0" kernelMatrix="1"/>', "a kernel of 1×1 (SVG"),
        ("k.svg", '<feConvolveMatrix order="1 3" targetY="0" kernelMatrix="1 0 0"/>', "targetY=0 was left out"),
        ("k.svg", '<feConvolveMatrix order="1" edgeMode="wrap" kernelMatrix="1"/>', "edgeMode=wrap was left out"),
    ],
)  # fmt: skip
def test_a_reading_tells_format_size_turning_and_what_was_left_out(told, name, text, sentence):
    assert sentence in told(name, text)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("k.magick", "Sobel:90", "names a kernel that ImageMagick makes itself"),
        ("k.magick", "1 2 3", "is not a kernel string of ImageMagick"),
        ("k.magick", "3x3>: 1,2,3,4,5,6,7,8,9", "makes several kernels of one string"),
        ("k.magick", "1:1;1:2", "makes several kernels of one string"),
        ("k.magick", "3x3: 1,2,3", "has 3 numbers, not 9"),
        ("k.magick", "1x1: 1 2 3", "has more numbers, not 1"),
        ("k.magick", "2x1: 1/9,2", "holds “1/9”, which is not a number"),
        ("k.magick", "99x99: 1", "with a side of 99"),
        ("k.settings", "GIMP", "is not a convolution matrix of GIMP"),
        ("k.settings", "(a1 x)(b2 2)", "holds “x”, which is not a number"),
        ("k.settings", "(a1 1)(b2 2)(divisor 0)", "has the divisor 0"),
        ("k.settings", "(a1 1)(b2 2)(divisor 1e-99)", "holds"),
        ("k.svg", "<svg/>", "holds 0 elements feConvolveMatrix"),
        ("k.svg", "<svg", "is not XML, or damaged"),
        ("k.svg", BOMB, "declares entities of its own, which are not read"),
        ("k.xml", BOMB, "declares entities of its own, which are not read"),
        ("k.svg", "<a>" * 300, "has more than 256 levels of elements"),
        ("k.svg", "<a>" + " " * 2**21 + "</a>", "is larger than 2 MiB, the most that is read of XML"),
        ("k.svg", '<feConvolveMatrix order="x" kernelMatrix="1"/>', "has the order “x”"),
        ("k.svg", '<feConvolveMatrix order="0" kernelMatrix="1"/>', "with a side of 0"),
        ("k.svg", "<feConvolveMatrix/>", "kernelMatrix, has 0 numbers, not 9"),
        ("k.svg", '<feConvolveMatrix order="1" kernelMatrix="1" bias="1e99"/>', "has a bias beyond"),
        ("k.yml", "a: [1, 2]", "holds no matrix that OpenCV wrote"),
        ("k.xml", "<opencv_storage/>", "holds no matrix that OpenCV wrote"),
        ("k.xml", '<a><k type_id="opencv-matrix"><rows>1</rows></k></a>', "holds numbers of type"),
        ("k.xml", '<a><k type_id="opencv-matrix"><dt>f</dt></k></a>', "gives no number of rows and columns"),
        ("k.json", '{"k": {"type_id": "opencv-matrix", "rows": 1, "cols": 2, "dt": "f", "data": [1]}}', "has 1 n"),
        ("k.json", '{"k": {"type_id": "opencv-matrix", "rows": 1, "cols": 1, "dt": "q", "data": [1]}}', "of type q"),
        ("k.json", '{"k": {"type_id": "opencv-matrix", "rows": 1, "cols": 1, "dt": "f", "data": [.Nan]}}', "not JSON"),
        ("k.yml", "k: !!opencv-matrix\n   rows: 1\n   cols: 1\n   dt: f\n   data: [ .Nan ]", "“.Nan”, which is not"),
        ("k.yml", "k: !!opencv-matrix\n   rows: 1\n   cols: 1\n   dt: f\n   data: !!binary |\n     ab", "has 0 n"),
        ("k.csv", "1o,2\n3,4\n", "row 1, column 1: “1o” is not a number"),
        ("k.csv", "1,2\n3x,4\n", "row 2, column 1: “3x” is not a number"),
    ],
)  # fmt: skip
def test_what_is_no_kernel_is_refused_in_a_sentence(told, name, text, sentence):
    with pytest.raises(FileProblem) as refused:
        told(name, text)
    assert sentence in str(refused.value)
    assert str(refused.value).endswith(".")


def test_figures_in_the_first_row_are_weights_and_not_names(tmp_path):
    (tmp_path / "k.csv").write_text("0,1,2\n-1,0,1\n-2,-1,0\n")
    assert read_kernel(tmp_path / "k.csv").kernel.tolist() == [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]


def test_rows_named_like_cells_of_gimp_are_a_table(tmp_path):
    (tmp_path / "k.txt").write_text("a1 5 6\nb1 7 8\n")
    reading = read_kernel(tmp_path / "k.txt")
    assert (reading.kernel.tolist(), reading.format) == ([[5, 6], [7, 8]], "Space-separated table")


def test_figures_under_an_empty_corner_are_names(tmp_path):
    (tmp_path / "k.csv").write_text(",0,1\n0,5,6\n1,7,8\n")
    assert read_kernel(tmp_path / "k.csv").kernel.tolist() == [[5, 6], [7, 8]]


def test_one_of_several_opencv_matrices_is_the_one_named_kernel(told):
    one = '"{}": {{"type_id": "opencv-matrix", "rows": 1, "cols": 1, "dt": "f", "data": [1]}}'
    assert "the matrix “kernel”" in told("k.json", f"{{{one.format('a')}, {one.format('kernel')}}}")
    with pytest.raises(FileProblem, match=r"holds 2 matrices .“a”, “b”.: choose one by its name after the file's"):
        told("k.json", f"{{{one.format('a')}, {one.format('b')}}}")


def matrices(path):
    cv2 = pytest.importorskip("cv2", reason="it needs OpenCV and --frameworks, as CI has them")
    storage = cv2.FileStorage(str(path), cv2.FileStorage_WRITE)
    for name, value in (("edge", 1), ("blur", 2), ("large", 3)):
        storage.write(name, np.full((99, 99) if name == "large" else (3, 3), value, np.float32))
    storage.release()
    return path


@pytest.mark.parametrize("ending", ["yml", "xml", "json"])
def test_each_of_several_opencv_matrices_is_read_by_its_name(tmp_path, ending):
    path = matrices(tmp_path / f"k.{ending}")
    with pytest.raises(SeveralKernels) as several:
        read_kernel(path)
    assert several.value.texts[:2] == ["edge: 3×3, first row 1 1 1", "blur: 3×3, first row 2 2 2"]
    assert read_kernel(f"{path}#blur").kernel.tolist() == [[2, 2, 2]] * 3
    with pytest.raises(FileProblem, match="99×99"):
        read_kernel(f"{path}#large")


def test_a_name_that_no_kernel_of_a_file_has_is_refused_with_those_that_are(tmp_path):
    path = matrices(tmp_path / "k.yml")
    with pytest.raises(FileProblem, match=r"k\.yml” holds no kernel “x”: choose one such as “edge”, “blur”, “large”"):
        read_kernel(f"{path}#x")


def test_a_name_for_a_file_of_one_kernel_is_refused(tmp_path):
    (tmp_path / "k.csv").write_text("1,2\n3,4\n")
    with pytest.raises(FileProblem, match="holds one kernel alone: leave “#x” out"):
        read_kernel(f"{tmp_path / 'k.csv'}#x")


def test_a_file_whose_own_name_has_the_sign_is_that_file(tmp_path):
    (tmp_path / "k.csv#x.csv").write_text("1,2\n3,4\n")
    assert read_kernel(tmp_path / "k.csv#x.csv").kernel.tolist() == [[1, 2], [3, 4]]


def test_a_kernel_too_large_for_gimp_or_without_a_centre_is_refused(tmp_path):
    with pytest.raises(FileProblem, match="holds 5×5 numbers around a centre, and the kernel has 2×3"):
        write_kernel(tmp_path / "k.settings", frozen(np.ones((2, 3))))


def test_writing_tells_where_a_kernel_was_turned(tmp_path):
    assert "turned by 180°" in write_kernel(tmp_path / "k.svg", KERNEL)
    assert write_kernel(tmp_path / "k.csv", KERNEL).endswith("(Table).")


@pytest.mark.parametrize("ending", [".json", ".svg", ".settings"])
def test_the_bias_is_kept_where_the_format_holds_it(tmp_path, ending):
    write_kernel(tmp_path / f"k{ending}", KERNEL, bias=0.1)
    assert np.float32(read_kernel(tmp_path / f"k{ending}").bias) == np.float32(0.1)


def test_writing_tells_where_the_bias_is_left_out(tmp_path):
    assert write_kernel(tmp_path / "k.npy", KERNEL, bias=0.5).endswith("(NumPy array). The bias 0.5 is not in it.")


def test_a_bias_beyond_gimps_offsets_is_refused(tmp_path):
    with pytest.raises(FileProblem, match="holds an offset from -1 to 1, and the bias is 3"):
        write_kernel(tmp_path / "k.settings", KERNEL, bias=3)


@pytest.mark.parametrize("form", COPY_FORMS)
def test_what_is_copied_can_be_pasted(form):
    assert same_array(read_kernel_text(kernel_text(form, KERNEL)).kernel, KERNEL)


def test_a_text_of_our_own_format_can_be_pasted():
    kernel = read_kernel_text('{"format": "convstudio-kernel", "version": 1, "weights": [[1, 2]]}', 2).kernel
    assert kernel.tolist() == [[1, 2]]


def test_a_text_too_long_for_a_kernel_is_not_pasted():
    with pytest.raises(FileProblem, match="too many for a kernel: copy fewer"):
        read_kernel_text(" " * (LIMITS.kernel_bytes + 1))


@pytest.mark.parametrize(
    ("shapes", "is_kernel"), [([(3, 3)], True), ([(3, 3), (3,)], False), ([(3, 3, 1, 1)], False), ([(99, 3)], False)]
)
def test_a_file_of_one_array_that_fits_is_a_kernel_and_others_are_weights(tmp_path, shapes, is_kernel):
    np.savez(tmp_path / "k.npz", **{f"a{n}": np.ones(shape) for n, shape in enumerate(shapes)})
    assert isinstance(read_kernel_or_weights(tmp_path / "k.npz"), WeightsFile) != is_kernel


def test_each_format_that_turns_a_kernel_says_so_in_the_list_of_formats():
    assert {kind.name for kind in KERNEL_FORMATS if kind.turning} == {"ImageMagick kernel string", "SVG filter"}
    assert all(kind.turning in kind.holds for kind in KERNEL_FORMATS)
    assert all(kind.turning or "as it stands" in kind.holds for kind in KERNEL_FORMATS)


SEVERAL = (
    '<svg><filter id="edge"><feConvolveMatrix kernelMatrix="0 -1 0 -1 4 -1 0 -1 0"/></filter>'
    '<filter id="blur"><feConvolveMatrix order="3 1" kernelMatrix="1 2 1"/>'
    '<feConvolveMatrix order="9 9" kernelMatrix="1"/></filter></svg>'
)


def test_several_kernels_in_an_svg_are_named_by_their_filters_and_damaged_ones_by_the_reason(tmp_path):
    (tmp_path / "k.svg").write_text(SEVERAL)
    with pytest.raises(SeveralKernels, match="holds 3 elements feConvolveMatrix") as several:
        read_kernel(tmp_path / "k.svg")
    first, second, third = several.value.texts
    assert first == "1. edge: 3×3, first row 0 -1 0"
    assert second == "2. blur: 3, first row 0.25 0.5 0.25"
    assert third.startswith("3. blur: ")
    assert "not 81: write all" in third
    assert several.value.readings[0][1].format == "SVG filter"


@pytest.mark.parametrize("name", ["2", "blur", "2. blur"])
def test_one_of_several_kernels_in_an_svg_is_chosen_by_its_number_or_name(tmp_path, name):
    (tmp_path / "k.svg").write_text(SEVERAL)
    assert read_kernel(f"{tmp_path / 'k.svg'}#{name}").kernel.tolist() == [0.25, 0.5, 0.25]


@pytest.mark.parametrize(
    ("name", "text", "is_kernel"),
    [
        ("a.txt", "3x3: 1,0,-1 2,0,-2 1,0,-1", True),
        ("a.txt", "1 0 -1\n2 0 -2", False),
        ("a.csv", "3x3: 1,0,-1 2,0,-2 1,0,-1", False),
        ("a.txt", "", False),
    ],
)
def test_a_text_is_a_kernel_by_its_first_words(tmp_path, name, text, is_kernel):
    (tmp_path / name).write_text(text)
    assert is_kernel_text(tmp_path / name) is is_kernel


def test_a_text_that_is_not_there_is_none(tmp_path):
    assert not is_kernel_text(tmp_path / "gone.txt")
