"""Each format of a door stands in one table, and all who list, offer or take formats agree with it."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from convstudio.cli import main
from convstudio.files.exports.map_formats import MAP_FORMATS, map_formats_for
from convstudio.files.exports.writing import write_map
from convstudio.files.formats import DOORS, OPENABLE, PROJECT_FORMATS, WEIGHT_ENDINGS, format_rows
from convstudio.files.inputs import INPUT_FORMATS, read_input
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS, read_kernel, write_kernel
from convstudio.files.networks.foreign_formats import FOREIGN_NETWORK_FORMATS
from convstudio.files.networks.opening import load_network
from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import load_document
from convstudio.files.weights import WEIGHTS_FORMATS, open_weights
from convstudio.model.values.arrays import frozen
from convstudio.model.words.file_kinds import endings_of, kind_of

README = Path(__file__).parents[3] / "README.md"
PROGRAM = README.with_name("convstudio")
READERS = {
    "projects": (load_document, PROJECT_FORMATS),
    "networks": (load_network, FOREIGN_NETWORK_FORMATS),
    "inputs": (read_input, INPUT_FORMATS),
    "kernels": (read_kernel, KERNEL_FORMATS),
    "weights": (open_weights, WEIGHTS_FORMATS),
}
TAKEN = [
    pytest.param(read, ending, id=f"{door} {ending}")
    for door, (read, kinds) in READERS.items()
    for ending in endings_of(kinds)
]
NO_FORMAT = r"is not an input|is not a kernel file|is not a file of weights|no known format"


def skip_what_is_not_installed(ending):
    if ending == ".xlsx":
        pytest.importorskip("xlsxwriter")


@pytest.mark.parametrize(("read", "ending"), TAKEN)
def test_a_loader_looks_into_a_file_of_every_ending_of_its_table(read, ending, tmp_path):
    path = tmp_path / f"a{ending}"
    path.write_bytes(b"damaged")
    with pytest.raises(FileProblem) as refused:
        read(path)
    assert not re.search(NO_FORMAT, str(refused.value))


@pytest.mark.parametrize("door", ["inputs", "kernels", "weights"])
def test_a_loader_names_every_ending_of_its_table_where_it_knows_none(door, tmp_path):
    read, kinds = READERS[door]
    path = tmp_path / "a.docx"
    path.write_bytes(b"letter")
    with pytest.raises(FileProblem, match=re.escape(", ".join(endings_of(kinds)))):
        read(path)


@pytest.mark.parametrize("ending", endings_of(KERNEL_FORMATS))
def test_a_kernel_is_written_with_every_ending_of_the_table(ending, tmp_path):
    kernel = frozen([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    write_kernel(tmp_path / f"k{ending}", kernel)
    np.testing.assert_array_equal(read_kernel(tmp_path / f"k{ending}").kernel, kernel)


@pytest.mark.parametrize("ending", endings_of(MAP_FORMATS))
def test_a_map_is_written_with_every_ending_of_the_table(ending, tmp_path):
    skip_what_is_not_installed(ending)
    write_map(tmp_path / f"m{ending}", frozen([[[0], [1]]]))
    assert (tmp_path / f"m{ending}").stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        (("apply", "--help"), [*INPUT_FORMATS]),
        (("apply", "--help"), [*KERNEL_FORMATS]),
        (("apply", "--help"), [*MAP_FORMATS]),
        (("detectors", "export", "--help"), [*KERNEL_FORMATS]),
    ],
)
def test_the_help_of_the_command_line_lists_the_table(arguments, kinds, capsys):
    main([*arguments])
    assert ", ".join(endings_of(kinds)) in " ".join(capsys.readouterr().out.split())


def test_every_ending_of_every_door_can_be_opened_into_a_project_unless_it_is_only_written():
    read = endings_of([kind for _, kinds in READERS.values() for kind in kinds])
    assert set(endings_of(OPENABLE)) == set(read)


def test_weights_alone_are_told_from_what_may_be_something_else():
    others = {*endings_of(INPUT_FORMATS), *endings_of(KERNEL_FORMATS), *endings_of(PROJECT_FORMATS)}
    assert {".pth", ".pkl"} <= WEIGHT_ENDINGS
    assert not WEIGHT_ENDINGS & others


def test_each_input_becomes_a_map_that_can_be_written():
    assert all(kind_of(MAP_FORMATS, kind.result) for kind in INPUT_FORMATS)


def test_several_maps_in_one_file_are_offered_in_formats_that_hold_them(tmp_path):
    several = frozen(np.eye(4).reshape(2, 2, 4))
    endings = [kind.endings[0] for kind in map_formats_for(several.shape, together=True)]
    assert endings == [".npy", ".json", ".tif", ".npz", ".xlsx"]
    pytest.importorskip("xlsxwriter")
    assert [write_map(tmp_path / f"m{ending}", several) for ending in endings] == [
        (tmp_path / f"m{ending}",) for ending in endings
    ]


def test_a_vector_is_offered_in_every_format_but_pictures():
    assert endings_of(map_formats_for((5,))) == (".npy", ".json", ".csv", ".tsv", ".npz", ".xlsx")


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.title)
def test_help_tells_name_endings_and_content_of_every_format(door):
    wanted = {(door.title, kind.name, " ".join(kind.endings), kind.holds) for kind in door.kinds}
    assert wanted <= set(format_rows())


def test_the_readme_lists_the_formats_of_every_door():
    rows = re.findall(r"^\| ([a-z][^|]*) \| (`\.[^|]*) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [
        (door.title.lower(), " ".join(f"`{ending}`" for ending in endings_of(door.kinds))) for door in DOORS
    ]


TABLES = {
    "inputs.py",
    "kernel_files.py",
    "exchange.py",
    "weights.py",
    "map_formats.py",
    "page_formats.py",
    "animation_formats.py",
    "data_formats.py",
    "names.py",
    "foreign_formats.py",
    "study_table.py",
    "text_formats.py",
}
NOT_A_FORMAT = {
    "animation.py": "how each of the formats of a table is written",
    "archives.py": "NumPy ends the names of an archive's members so",
    "colour_tables.py": "files of pyqtgraph, not of the user",
    "faults.py": "reports of the program, not files of the user",
    "foreign.py": "files that are never opened: how to convert each",
    "weight_names.py": "a file's ending is evidence for the framework that wrote it",
    "class_names.py": "a text of any ending, for one command alone",
    "resources.py": "icons of the program, not files of the user",
    "input_files.py": "what is pasted is encoded as a picture",
}


def test_endings_stand_in_the_tables_alone():
    endings = {ending for door in DOORS for ending in endings_of(door.kinds)}
    others = [path for path in sorted(PROGRAM.rglob("*.py")) if path.name not in TABLES | NOT_A_FORMAT.keys()]
    strays = [
        (path.name, node.value)
        for path in others
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in endings
    ]
    assert strays == []
