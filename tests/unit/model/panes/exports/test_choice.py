import pytest

from convstudio.model.panes.exports.choice import ExportChoice, with_kind, with_name
from convstudio.model.words.file_kinds import FileKind

ARRAY, PICTURE = FileKind("Array", (".npy",), "maps"), FileKind("Picture", (".png",), "a map")
SHEET, FLOATS = FileKind("Sheet", (".png",), "all maps"), FileKind("Floats", (".tif", ".tiff"), "maps")
KINDS = (ARRAY, PICTURE, SHEET, FLOATS)


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (PICTURE, "shot", ("Picture", "shot.png")),
        (PICTURE, "shot.png", ("Picture", "shot.png")),
        (PICTURE, "shot.npy", ("Array", "shot.npy")),
        (SHEET, "shot.png", ("Sheet", "shot.png")),
        (PICTURE, "v1.2", ("Picture", "v1.2.png")),
        (PICTURE, "", ("Picture", "")),
        (FLOATS, "shot.TIFF", ("Floats", "shot.TIFF")),
    ],
)
def test_a_name_chooses_its_format_or_gets_the_ending_of_ours(kind, typed, expected):
    choice = with_name(ExportChoice(kind.name, "/tmp", "m"), typed, KINDS)
    assert (choice.kind, choice.name) == expected


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [("m.png", ARRAY, "m.npy"), ("m.npy", SHEET, "m.png"), ("v1.2", ARRAY, "v1.2.npy"), ("m.tiff", FLOATS, "m.tiff")],
)
def test_another_format_brings_its_ending(name, kind, expected):
    assert with_kind(ExportChoice("Picture", "/tmp", name), kind, KINDS).name == expected


def test_the_path_is_the_name_in_the_folder():
    assert ExportChoice("Picture", "/tmp", "m.png").path == "/tmp/m.png"
