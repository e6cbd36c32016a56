import numpy as np
import pytest

from convstudio.files.datasets.loaded import DataOptions, LabelPlaces, UnclearLabelsError
from convstudio.files.datasets.tables import load_table
from convstudio.files.problems import FileProblem


def stored(tmp_path, text, name="set.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / name)


def load(tmp_path, text, *rest):
    return load_table(stored(tmp_path, text), *rest)


IRIS = 'long,wide,species\n5.1,3.5,setosa\n7,3.2,"versi, color"\n4.9,3,setosa\n'


def test_a_column_of_words_tells_the_classes(tmp_path):
    data = load(tmp_path, IRIS).data
    assert (data.class_names, data.labels.tolist()) == (("setosa", "versi, color"), [0, 1, 0])
    assert data.inputs[..., 0].tolist() == np.float32([[5.1, 3.5], [7, 3.2], [4.9, 3]]).tolist()


@pytest.mark.parametrize("name", ["label", "Class", "TARGET", "y"])
def test_a_column_is_found_by_its_name(tmp_path, name):
    data = load(tmp_path, f"{name};a;b\n7;1,5;2\n10;3;4\n").data
    assert (data.class_names, data.labels.tolist()) == (("7", "10"), [0, 1])
    assert data.inputs[..., 0].tolist() == [[1.5, 2], [3, 4]]


def test_rows_without_names_may_have_a_class_of_words(tmp_path):
    data = load(tmp_path, "1\t2\tcat\n3\t4\tdog\n").data
    assert (len(data), data.class_names) == (2, ("cat", "dog"))


PLAIN = "a,kind,b\n1,7,2\n3,8,4\n"


def test_where_no_column_is_known_they_can_be_chosen_from(tmp_path):
    with pytest.raises(UnclearLabelsError) as unclear:
        load(tmp_path, PLAIN)
    assert (unclear.value.names, unclear.value.is_archive) == (("a", "kind", "b"), False)


@pytest.mark.parametrize("wanted", ["kind", "KIND", "2"])
def test_the_column_of_classes_is_chosen_by_its_name_or_number(tmp_path, wanted):
    loaded = load(tmp_path, PLAIN, DataOptions(labels=wanted))
    assert (loaded.data.class_names, loaded.data.labels.tolist()) == (("7", "8"), [0, 1])
    assert loaded.data.inputs[..., 0].tolist() == [[1, 2], [3, 4]]
    assert loaded.places == LabelPlaces(("a", "kind", "b"), 1)


def test_without_names_columns_are_chosen_by_their_numbers(tmp_path):
    loaded = load(tmp_path, "1,7,2\n3,8,4\n", DataOptions(labels="3"))
    assert (loaded.data.class_names, loaded.places) == (("2", "4"), LabelPlaces(("1", "2", "3"), 2))


@pytest.mark.parametrize("wanted", ["0", "4", "none"])
def test_a_column_that_there_is_not_is_said(tmp_path, wanted):
    with pytest.raises(FileProblem, match=f"no column “{wanted}” for the classes. .* a number from 1 to 3"):
        load(tmp_path, PLAIN, DataOptions(labels=wanted))


def test_another_column_than_the_usual_one_can_be_chosen(tmp_path):
    loaded = load(tmp_path, "label,kind,b\n1,7,2\n3,8,4\n", DataOptions(labels="kind"))
    assert loaded.data.class_names == ("7", "8")


def test_rows_of_64_numbers_are_pictures(tmp_path):
    header = ",".join(["label", *(f"pixel{n}" for n in range(64))])
    rows = "\n".join(",".join([str(n), *map(str, range(64))]) for n in range(3))
    loaded = load(tmp_path, f"{header}\n{rows}\n")
    assert loaded.data.input_shape == (8, 8, 1)
    assert loaded.data.inputs[1, 1, 0, 0] == 8
    assert loaded.notes == ("Each row is a sample with 8 rows × 8 columns.",)


def test_rows_become_what_the_network_reads_where_they_fit(tmp_path):
    text = "label,a,b,c,d,e,f\nx,1,2,3,4,5,6\ny,1,2,3,4,5,6\n"
    assert load(tmp_path, text, DataOptions(input_shape=(2, 1, 3))).data.input_shape == (2, 1, 3)


def test_a_column_of_row_numbers_is_left_out_as_for_inputs(tmp_path):
    data = load(tmp_path, ",a,b,label\n0,1,2,x\n1,3,4,y\n2,5,6,x\n").data
    assert data.inputs[..., 0].tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n1,2\n3,4\n", "has no column named “label”. Choose the column of the classes, or name it label"),
        ("label,a\nx,1\ny,two\n", "row 3, column 2: “two” is not a number"),
        ("label,a\nx,1\n,2\n", "row 3, has no class in column 1"),
        ("label,a,b\nx,1,2\ny,1\n", "row 3 has 2 cells"),
        ("label,a\nx,1\nx,2\n", "has one class only, “x”"),
        ("label,a\n", "has fewer than two rows"),
        ("label,a\nx,nan\ny,2\n", "sample 1, holds NaN"),
        (f"label,a\n{'x' * 61},1\ny,2\n", "Use names of at most 60 letters"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, text, sentence):
    with pytest.raises(FileProblem, match=sentence):
        load(tmp_path, text)


def test_memory_that_would_not_suffice_is_said_before(tmp_path, monkeypatch):
    monkeypatch.setattr("convstudio.files.datasets.loaded.free_memory", lambda: 10)
    with pytest.raises(FileProblem, match="is free"):
        load(tmp_path, IRIS)


def test_a_column_chosen_by_number_is_not_looked_for_among_the_values_of_the_first_sample(tmp_path):
    data = load(tmp_path, "0,0,1,2\n1,5,6,7\n0,8,9,3\n", DataOptions(labels="1")).data
    assert (data.labels.tolist(), len(data)) == ([0, 1, 0], 3)
