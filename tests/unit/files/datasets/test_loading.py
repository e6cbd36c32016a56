import numpy as np
import pytest
from PIL import Image

from convstudio.files.datasets.loading import load_dataset
from convstudio.files.problems import FileProblem
from convstudio.files.resources import load_sample
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import split
from convstudio.model.values.learning.target import MapTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample


def test_the_digits_hold_out_those_that_the_window_lists():
    data = load_dataset("digits").data
    parts = split(data, 0.2, 1)
    assert (len(data), len(parts.held_out), data.class_names[9]) == (1797, 450, "9")
    listed = load_sample("digit-7-1").values.to_array().tobytes()
    assert listed in {data.inputs[place].tobytes() for place in parts.held_out}


def test_patterns_are_drawn_as_their_text_says():
    data = load_dataset("patterns:classes=2,per-class=3,side=6").data
    assert (data.inputs.shape, data.class_names) == ((6, 6, 6, 1), ("0°", "90°"))


def test_a_pair_is_the_sample_and_the_target_of_a_document():
    document = Document(Sample.of("a", [[[1.0]]]), Network(()), target=MapTarget(frozen(np.zeros((1, 1, 1)))))
    assert len(load_dataset("pair", document=document).data) == 1


def test_a_file_is_read_by_its_ending(tmp_path):
    np.savez(tmp_path / "set.NPZ", x=np.zeros((4, 3)), y=np.array([0, 1, 0, 1]))
    (tmp_path / "set.NPZ.npz").rename(tmp_path / "set.NPZ")
    (tmp_path / "set.tsv").write_text("label\ta\nx\t1\ny\t2\n")
    assert len(load_dataset(str(tmp_path / "set.NPZ")).data) == 4
    assert len(load_dataset(str(tmp_path / "set.tsv")).data) == 2


def test_a_folder_is_one_of_classes(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        Image.new("L", (4, 4)).save(tmp_path / name / "1.png")
    assert load_dataset(str(tmp_path)).data.class_names == ("a", "b")


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("nowhere/at all", "“nowhere/at all” does not exist. Check its name, or choose digits or patterns"),
        (__file__, "is not a data set. Choose a folder with a folder for each class"),
        ("patterns:classes=3", "2, 4 or 8 directions"),
        ("pair", "Open a project first"),
    ],
)
def test_what_is_no_data_set_is_refused_in_a_sentence(where, sentence):
    with pytest.raises(FileProblem, match=sentence):
        load_dataset(where)
