import shutil

import numpy as np
import pytest
from PIL import Image

from convstudio.files.datasets.folders import load_folder
from convstudio.files.datasets.loaded import DataOptions
from convstudio.files.problems import FileProblem
from convstudio.model.values.learning.dataset import split
from convstudio.model.values.progress import CancelledError, Progress


def save(path, value=128, size=(6, 4), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path)
    return path


@pytest.fixture
def pets(tmp_path):
    root = tmp_path / "pets"
    for number in range(3):
        save(root / "cats" / f"{number + 9}.png", 51 * number)
        save(root / "dogs" / f"{number}.png", 255)
    return root


def load(root, *rest):
    return load_folder(str(root), *rest)


def test_pictures_are_samples_of_the_class_that_their_folder_is_named_after(pets):
    data = load(pets).data
    assert (data.name, data.class_names, data.labels.tolist()) == ("pets", ("cats", "dogs"), [0, 0, 0, 1, 1, 1])
    assert data.inputs[:, 0, 0, 0].tolist() == pytest.approx([0, 0.2, 0.4, 1, 1, 1])


def test_samples_are_named_by_their_place_in_the_order_of_people(pets):
    assert load(pets).data.sample_names[:3] == ("cats/9.png", "cats/10.png", "cats/11.png")


def test_grey_pictures_have_one_channel_where_nothing_asks_for_more(pets):
    assert load(pets).data.input_shape == (4, 6, 1)


def test_one_coloured_picture_makes_all_of_them_rgb(pets):
    save(pets / "cats" / "z.png", (255, 0, 0), mode="RGB")
    assert load(pets).data.input_shape == (4, 6, 3)


def test_pictures_become_as_the_network_reads_them(pets):
    save(pets / "cats" / "a.png", (255, 0, 0), mode="RGB")
    data = load(pets, DataOptions(input_shape=(5, 7, 1))).data
    assert data.inputs.shape == (7, 5, 7, 1)
    assert data.inputs[3, 0, 0, 0] == pytest.approx(0.299)


def test_large_pictures_become_small_ones_of_the_same_proportions(tmp_path):
    for name in ("a", "b"):
        save(tmp_path / name / "1.png", size=(640, 320))
    assert load(tmp_path).data.input_shape == (32, 64, 1)


def test_a_broken_picture_is_named_left_out_and_counted(pets):
    (pets / "cats" / "broken.png").write_bytes(b"\x89PNG no more")
    loaded = load(pets)
    assert (len(loaded.data), loaded.left_out, len(loaded.problems)) == (6, 1, 1)
    assert "“cats/broken.png”" in loaded.problems[0]
    assert "1 picture cannot be read and was left out" in " ".join(loaded.notes)


@pytest.mark.parametrize(
    ("count", "listed"),
    [
        (2, "“cats/x0.png” and “cats/x1.png”"),
        (7, "“cats/x0.png”, “cats/x1.png”, “cats/x2.png”, “cats/x3.png”, “cats/x4.png” and 2 more"),
    ],
)
def test_several_broken_pictures_are_named_as_far_as_a_sentence_goes(pets, count, listed):
    for number in range(count):
        (pets / "cats" / f"x{number}.png").write_bytes(b"\x89PNG no more")
    told = " ".join(load(pets).notes)
    assert f"{count} pictures cannot be read and were left out: {listed}. “cats/x0.png” " in told


def test_a_class_without_a_readable_picture_is_told_and_is_no_class(pets):
    (pets / "birds").mkdir()
    (pets / "birds" / "x.png").write_bytes(b"\x89PNG no more")
    loaded = load(pets)
    assert loaded.data.class_names == ("cats", "dogs")
    assert "The folder “birds” holds no pictures that can be read, so it is not a class." in loaded.notes


def test_a_folder_of_broken_pictures_only_is_refused(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").write_bytes(b"no picture")
    with pytest.raises(FileProblem, match="holds no picture that can be read"):
        load(tmp_path)


def test_an_empty_class_folder_is_told_and_is_no_class(pets):
    (pets / "birds").mkdir()
    loaded = load(pets)
    assert loaded.data.class_names == ("cats", "dogs")
    assert "The folder “birds” holds no pictures, so it is not a class." in loaded.notes


def test_one_class_only_is_refused_with_its_name(pets):
    shutil.rmtree(pets / "dogs")
    with pytest.raises(FileProblem, match="has one class only, “cats”"):
        load(pets)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (["1.png"], "holds pictures, but no folders"),
        (["notes.txt"], "holds no folders"),
        (["cats/notes.txt"], "The folders in .* hold no pictures"),
    ],
)
def test_a_folder_that_is_no_data_set_is_refused_with_what_to_do(tmp_path, files, sentence):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(FileProblem, match=sentence):
        load(tmp_path)


def test_links_that_lead_back_are_followed_once(pets):
    (pets / "cats" / "up").symlink_to(pets)
    (pets / "cats" / "self").symlink_to(pets / "cats" / "self")
    (pets / "dogs" / "cats").symlink_to(pets / "cats")
    assert load(pets).data.labels.tolist() == [0, 0, 0, 1, 1, 1]


def test_pictures_in_folders_inside_a_class_belong_to_it(pets):
    save(pets / "dogs" / "small" / "brown" / "rex.png")
    assert load(pets).data.sample_names[-1] == "dogs/small/brown/rex.png"


def test_folders_in_too_many_others_are_refused_before_anything_is_read(pets):
    save(pets / "dogs" / "/".join("abcdefgh") / "deep.png")
    with pytest.raises(FileProblem, match="is a folder inside 8 others"):
        load(pets)


def test_a_training_and_a_test_folder_give_the_split(tmp_path):
    for part, count in (("train", 4), ("test", 2)):
        for name in ("a", "b"):
            for number in range(count):
                save(tmp_path / part / name / f"{number}.png")
    data = load(tmp_path).data
    assert (data.class_names, len(data)) == (("a", "b"), 12)
    assert {data.sample_names[place].split("/")[0] for place in split(data, 0.5, 1).held_out} == {"test"}


def test_hidden_files_and_folders_are_left_out(pets):
    save(pets / ".cache" / "1.png")
    save(pets / "cats" / ".1.png")
    assert len(load(pets).data) == 6


def test_memory_that_would_not_suffice_is_said_before_a_picture_is_read(pets, monkeypatch):
    monkeypatch.setattr("convstudio.files.datasets.loaded.free_memory", lambda: 500)
    monkeypatch.setattr("convstudio.files.datasets.folders._Reader.read", None)
    with pytest.raises(FileProblem, match=r"6×4×6×3 numbers.* is free"):
        load(pets)


def test_a_folder_that_vanishes_in_the_middle_is_said(pets):
    progress = Vanishing(pets, after=9)
    with pytest.raises(FileProblem, match=r"The folder “.*pets” is not there any more"):
        load(pets, DataOptions(input_shape=(4, 6, 1)), progress)


def test_a_cancelled_reading_stops(pets):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        load(pets, DataOptions(), progress)


def test_progress_counts_the_pictures(pets):
    progress = Progress()
    load(pets, DataOptions(), progress)
    assert progress.share == 1


def test_scaled_values_go_up_to_1(pets):
    save(pets / "dogs" / "2.png", 255)
    data = load(pets, DataOptions(is_scaled=True)).data
    assert np.abs(data.inputs).max() == 1


class Vanishing(Progress):
    def __init__(self, folder, after):
        super().__init__()
        self.folder, self.left = folder, after

    def __call__(self, done):
        super().__call__(done)
        self.left -= 1
        if self.left == 0:
            shutil.rmtree(self.folder)
