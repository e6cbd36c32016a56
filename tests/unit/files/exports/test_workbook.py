"""A workbook as openpyxl, which did not write it, reads it."""

import io
from importlib.util import find_spec

import numpy as np
import pytest

from convstudio.files.exports import workbook
from convstudio.files.exports.workbook import MISSING, as_workbook
from convstudio.files.problems import FileProblem
from convstudio.model.panes.exports.arrays import ExportedArray, Part, PictureStyle
from convstudio.model.values.arrays import frozen

needs_writer = pytest.mark.skipif(find_spec("xlsxwriter") is None, reason="XlsxWriter is an extra")
VALUES = frozen(np.random.default_rng(3).normal(size=(4, 3, 2)))


def opened(values, titles):
    openpyxl = pytest.importorskip("openpyxl")
    written = as_workbook([ExportedArray(Part.of_maps(values.shape, titles), values)], PictureStyle())
    return openpyxl.load_workbook(io.BytesIO(written))


def cells_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@needs_writer
def test_every_map_is_a_sheet_of_its_numbers():
    book = opened(VALUES, ["1 sobel-x", "2 edges"])
    assert book.sheetnames == ["1 sobel-x", "2 edges"]
    for index, sheet in enumerate(book):
        np.testing.assert_array_equal(np.float32(cells_of(sheet)), VALUES[..., index])


@needs_writer
@pytest.mark.parametrize(
    "title", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "a/b:c*d?[e]", "'quoted'", "", "x" * 80]
)
def test_a_sheet_bears_any_title_and_holds_no_formula(title):
    book = opened(VALUES, [title, title])
    assert len(set(book.sheetnames)) == 2
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} == {"n"}


@needs_writer
def test_what_is_not_finite_is_text_and_no_formula():
    sheet = opened(frozen([[[np.nan], [np.inf], [-np.inf], [-1.5]]]), ["1"]).active
    assert cells_of(sheet) == [["nan", "inf", "-inf", -1.5]]
    assert [cell.data_type for cell in sheet[1]] == ["s", "s", "s", "n"]


@needs_writer
def test_the_same_maps_give_the_same_workbook():
    maps = ExportedArray(Part.of_maps(VALUES.shape), VALUES)
    assert as_workbook([maps], PictureStyle()) == as_workbook([maps], PictureStyle())


def test_without_its_package_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(workbook, "_PACKAGE", "no_such_package")
    with pytest.raises(FileProblem, match=r'“pip install "convstudio\[xlsx\]"”') as refused:
        as_workbook([], PictureStyle())
    assert str(refused.value) == MISSING


@needs_writer
def test_a_map_larger_than_a_sheet_is_refused():
    values = frozen(np.zeros((1, 2**14 + 1, 1)))
    with pytest.raises(FileProblem, match="A sheet takes 1048576 rows and 16384 columns"):
        opened(values, ["1"])


@needs_writer
def test_of_several_arrays_every_sheet_tells_its_own():
    openpyxl = pytest.importorskip("openpyxl")
    kernels = Part.of_maps((2, 3, 2), [f"a long name of filter {one} at left" for one in (1, 2)], "layer 3 kernels")
    parts = [Part.of_maps((2, 3, 2), name="layer 1 maps"), Part.of_maps((2, 3, 1), name="layer 4 maps"), kernels]
    arrays = [ExportedArray(part, np.zeros(part.shape, np.float32)) for part in parts]
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(arrays, PictureStyle())))
    assert book.sheetnames[:3] == ["layer 1 maps 1", "layer 1 maps 2", "layer 4 maps"]
    assert book.sheetnames[3:] == ["layer 3 kernels…ilter 1 at left", "layer 3 kernels…ilter 2 at left"]
