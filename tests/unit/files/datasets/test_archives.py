import pickle

import numpy as np
import pytest

from convstudio.files.datasets.archives import load_archive
from convstudio.files.datasets.loaded import DataOptions, LabelPlaces, UnclearLabelsError
from convstudio.files.problems import FileProblem
from convstudio.model.values.limits import LIMITS

X = np.random.default_rng(1).random((6, 4, 5, 1)).astype(np.float32)
Y = np.array([0, 1, 2, 0, 1, 2])


def stored(tmp_path, **arrays):
    np.savez(tmp_path / "set.npz", **arrays)
    return str(tmp_path / "set.npz")


def test_samples_and_classes_come_back_as_they_were_saved(tmp_path):
    data = load_archive(stored(tmp_path, x=X, y=Y)).data
    assert data.inputs.tobytes() == X.tobytes()
    assert (data.labels.tolist(), data.class_names) == (Y.tolist(), ("0", "1", "2"))


@pytest.mark.parametrize(
    ("x", "shape"),
    [
        (X[..., 0], (4, 5, 1)),
        (np.zeros((6, 9)), (9, 1)),
        (np.zeros((6, 1, 28, 28)), (28, 28, 1)),
        (np.zeros((6, 3, 28, 28), np.uint8), (28, 28, 3)),
        (np.zeros((6, 32, 32, 3), np.float64), (32, 32, 3)),
    ],
    ids=["grey without channels", "sequences", "PyTorch grey", "PyTorch RGB", "Keras RGB"],
)
def test_axes_are_recognised_as_for_inputs(tmp_path, x, shape):
    assert load_archive(stored(tmp_path, x=x, y=Y)).data.input_shape == shape


def test_channels_of_pytorch_are_moved_to_the_end(tmp_path):
    x = np.random.default_rng(2).random((6, 3, 8, 8)).astype(np.float32)
    assert np.array_equal(load_archive(stored(tmp_path, x=x, y=Y)).data.inputs, np.moveaxis(x, 1, -1))


def test_one_hot_targets_are_classes(tmp_path):
    assert load_archive(stored(tmp_path, x=X, y=np.eye(3)[Y])).data.labels.tolist() == Y.tolist()


def test_targets_of_more_axes_are_maps(tmp_path):
    maps = np.random.default_rng(3).random((6, 2, 3, 4)).astype(np.float32)
    data = load_archive(stored(tmp_path, x=X, y=maps)).data
    assert data.labels is None
    assert np.array_equal(data.maps, maps)


def test_maps_get_an_axis_of_channels_where_the_samples_have_none(tmp_path):
    assert load_archive(stored(tmp_path, x=X[..., 0], y=np.zeros((6, 2, 3)))).data.maps.shape == (6, 2, 3, 1)


def test_kerass_test_samples_are_held_out(tmp_path):
    path = stored(tmp_path, x_train=X, y_train=Y, x_test=X[:2], y_test=Y[:2])
    data = load_archive(path).data
    assert (len(data), data.held_out.tolist()) == (8, [6, 7])


def test_scaled_values_go_up_to_1_and_it_is_said(tmp_path):
    x = np.full((6, 4, 4), 255, np.uint8)
    loaded = load_archive(stored(tmp_path, x=x, y=Y), DataOptions(is_scaled=True))
    assert loaded.data.inputs.max() == 1
    assert "All values were divided by 255, the largest." in loaded.notes


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"x": X}, "not “y”. Save samples as x and their classes as y"),
        ({"images": X}, "holds “images”, but not “x_train”"),
        ({"x": X, "y": Y[:5]}, r"x of shape 6×4×5×1 and y of shape 5. Give one target per sample"),
        ({"x": X[:0], "y": Y[:0]}, "holds no samples: x has shape 0×4×5×1"),
        ({"x": np.zeros(6), "y": Y}, "x of shape 6. Give it an axis of samples"),
        ({"x": np.zeros((6, 99, 99, 99)), "y": Y}, "neither sequences nor pictures"),
        ({"x": X, "y": np.zeros(6)}, "has one class only, “0”"),
        ({"x": X, "y": Y - 1}, "has the class -1 for sample 1. Count classes in whole numbers from 0"),
        ({"x": X, "y": Y + 0.5}, "has the class 0.5 for sample 1"),
        ({"x": X, "y": Y * 1e6}, f"has the class 2000000. Use classes below {LIMITS.class_names}"),
        ({"x": X, "y": np.array(["a", "b"] * 3)}, "values of type"),
        ({"x": np.where(X.max() == X, np.nan, X), "y": Y}, "holds NaN or an infinite number"),
        ({"x_train": X, "y_train": Y, "x_test": X[:, :3], "y_test": Y}, "Give all samples one shape"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(tmp_path, arrays, sentence):
    with pytest.raises(FileProblem, match=sentence):
        load_archive(stored(tmp_path, **arrays))


def test_two_arrays_of_as_many_entries_may_have_any_names(tmp_path):
    loaded = load_archive(stored(tmp_path, labels=Y, images=X))
    assert (len(loaded.data), loaded.data.labels.tolist()) == (6, Y.tolist())


def test_other_names_are_chosen(tmp_path):
    path = stored(tmp_path, images=X, coarse=Y, fine=Y[::-1], others=np.zeros(3))
    with pytest.raises(UnclearLabelsError) as unclear:
        load_archive(path)
    assert (unclear.value.names, unclear.value.is_archive) == (("images", "coarse", "fine", "others"), True)
    loaded = load_archive(path, DataOptions(samples="images", labels="fine"))
    assert loaded.data.labels.tolist() == Y[::-1].tolist()
    assert loaded.places == LabelPlaces(("coarse", "fine"), 1, "images")
    with pytest.raises(FileProblem, match="but not “none”"):
        load_archive(path, DataOptions(samples="images", labels="none"))


def test_nothing_is_unpickled(tmp_path):
    ran = tmp_path / "ran"
    np.savez(tmp_path / "set.npz", x=np.array([Trap(ran)], object), y=Y)
    with pytest.raises(FileProblem, match="Python objects"):
        load_archive(str(tmp_path / "set.npz"))
    assert not ran.exists()


def test_too_many_numbers_are_refused_before_they_are_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("convstudio.files.datasets.archives.read_npz", None)
    monkeypatch.setattr("convstudio.files.datasets.loaded.free_memory", lambda: 900)
    with pytest.raises(FileProblem, match="6×4×5×1 numbers"):
        load_archive(stored(tmp_path, x=X, y=Y))


class Trap:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_the_trap_would_snap(tmp_path):
    pickle.loads(pickle.dumps(Trap(tmp_path / "ran"))).close()
    assert (tmp_path / "ran").exists()


def test_one_array_cannot_be_samples_and_classes(tmp_path):
    with pytest.raises(FileProblem, match="“x” cannot be samples and classes at once"):
        load_archive(stored(tmp_path, x=X, y=Y), DataOptions(labels="x"))
