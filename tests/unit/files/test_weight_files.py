import io
import struct
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from safetensors.numpy import save_file

from convstudio.files.networks import hdf5_file, helper
from convstudio.files.problems import FileProblem
from convstudio.files.reading import StoredFile
from convstudio.files.weights import open_weights
from tests.onnx_models import Chain

FIELD = Path(__file__).parents[2] / "field"
KERNELS = np.arange(3 * 3 * 2 * 4, dtype=np.float32).reshape(3, 3, 2, 4)


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path


def npy_bytes(values):
    held = io.BytesIO()
    np.save(held, values, allow_pickle=True)
    return held.getvalue()


def archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
    return path


def arrays_of(path):
    file = open_weights(path)
    return [file.array(name) for name in file.shapes]


def refused(path, sentence):
    with pytest.raises(FileProblem, match=sentence):
        arrays_of(path)


def test_a_single_array_is_listed_and_read(tmp_path):
    np.save(tmp_path / "w.npy", KERNELS)
    file = open_weights(tmp_path / "w.npy")
    assert dict(file.shapes) == {"array": (3, 3, 2, 4)}
    np.testing.assert_array_equal(file.array("array"), KERNELS)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_the_arrays_of_an_archive_are_listed_by_name_and_read_one_by_one(tmp_path, save):
    save(tmp_path / "w.npz", kernel=KERNELS.astype(np.float64), bias=np.ones(4, np.int32))
    file = open_weights(tmp_path / "w.npz")
    assert dict(file.shapes) == {"kernel": (3, 3, 2, 4), "bias": (4,)}
    assert (file.array("kernel").dtype, file.array("bias").tolist()) == (np.float32, [1] * 4)


def test_tensors_are_listed_by_name_and_read_one_by_one(tmp_path):
    save_file({"conv.weight": KERNELS, "conv.bias": np.ones(4, np.float16)}, tmp_path / "w.safetensors", {"made": "us"})
    file = open_weights(tmp_path / "w.safetensors")
    assert dict(file.shapes) == {"conv.weight": (3, 3, 2, 4), "conv.bias": (4,)}
    np.testing.assert_array_equal(file.array("conv.weight"), KERNELS)


def hdf5(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name.replace("__", "/")] = values
    return path


def keras(path, **arrays):
    with zipfile.ZipFile(path, "w") as file:
        file.write(hdf5(path.with_suffix(".weights.h5"), **arrays), "model.weights.h5")
    return path


def onnx(path, **arrays):
    kernels = np.moveaxis(arrays["layers__conv2d__vars__0"], (3, 2), (0, 1))
    path.write_bytes(Chain(2, 8, 9).then("Conv", kernels).data)
    return path


@pytest.mark.parametrize("write", [hdf5, keras])
@pytest.mark.parametrize("ending", [".weights.h5", ".h5", ".hdf5"])
def test_the_arrays_of_keras_are_listed_by_their_paths_and_read_one_by_one(tmp_path, write, ending):
    path = write(
        tmp_path / f"w{'.keras' if write is keras else ending}",
        layers__conv2d__vars__0=KERNELS.astype(np.float64),
        layers__conv2d__vars__1=np.ones(4, np.int32),
    )
    file = open_weights(path)
    assert {name: (one.shape, one.type_name) for name, one in file.entries.items()} == {
        "layers/conv2d/vars/0": ((3, 3, 2, 4), "float64"),
        "layers/conv2d/vars/1": ((4,), "int32"),
    }
    np.testing.assert_array_equal(file.array("layers/conv2d/vars/0"), KERNELS)
    assert file.data_format == "keras"


def test_the_arrays_of_onnx_are_listed_by_name_and_read_one_by_one(tmp_path):
    file = open_weights(onnx(tmp_path / "w.onnx", layers__conv2d__vars__0=KERNELS))
    ((name, entry),) = file.entries.items()
    assert (entry.shape, file.data_format) == ((4, 2, 3, 3), "pytorch")
    np.testing.assert_array_equal(np.moveaxis(file.array(name), (0, 1), (3, 2)), KERNELS)


def test_of_a_large_file_only_the_list_is_read_before_an_array_is_asked_for(tmp_path, monkeypatch):
    save_file({f"{n}.weight": np.full((64, 64, 3, 3), n, np.float32) for n in range(9)}, tmp_path / "w.safetensors")
    read = []
    whole = StoredFile._read
    monkeypatch.setattr(StoredFile, "_read", lambda *given: read.append(given[-1]) or whole(*given))
    file = open_weights(tmp_path / "w.safetensors")
    assert sum(read) < 2000
    np.testing.assert_array_equal(file.array("7.weight"), 7)
    assert sum(read) < 2 * 64 * 64 * 9 * 4


def test_another_kind_of_file_is_refused_by_its_name(tmp_path):
    refused(tmp_path / "w.exe", r"“.*w.exe” is not a file of weights: choose one that ends in .safetensors, .npz, .npy")


def test_a_pickle_is_refused_with_the_lines_that_convert_it():
    with pytest.raises(FileProblem) as problem:
        open_weights(FIELD / "w14_torch.pth")
    assert "is a PyTorch file, which can run programs when it is opened, so it is not opened here." in str(
        problem.value
    )
    assert "save_file(torch.load('w14_torch.pth', map_location='cpu', weights_only=True)" in str(problem.value)


@pytest.mark.parametrize("ending", [".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle"])
def test_what_runs_when_it_is_opened_is_refused_with_lines_that_python_takes(tmp_path, ending):
    path = tmp_path / f"it's{ending}"
    path.write_bytes(b"x")
    with pytest.raises(FileProblem, match="convert it in Python: ") as problem:
        open_weights(path)
    lines = str(problem.value).split("convert it in Python: ")[1]
    compile(lines, "lines", "exec")
    assert repr(f"it's{ending}") in lines


def test_the_lines_convert_a_file_of_pytorch(tmp_path, monkeypatch):
    torch = pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
    monkeypatch.chdir(tmp_path)
    torch.save({"0.weight": torch.arange(6.0).reshape(2, 3)}, "net.pt")
    with pytest.raises(FileProblem) as problem:
        open_weights("net.pt")
    exec(str(problem.value).split("convert it in Python: ")[1], {})
    np.testing.assert_array_equal(open_weights("net.safetensors").array("0.weight"), [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".npy", ".h5", ".keras", ".onnx"])
@pytest.mark.parametrize("data", [b"x", b"PK\x05\x06" + bytes(18), b"\xff" * 64, struct.pack("<Q", 2**62) + b"{}"])
def test_damaged_files_are_refused_in_a_sentence(tmp_path, suffix, data):
    (tmp_path / f"w{suffix}").write_bytes(data)
    refused(tmp_path / f"w{suffix}", r"“.*w\..*” (is no|is not|contains no|has an|is damaged|says)")


@pytest.mark.parametrize(
    "head", [b"[]", b"{", b'{"w": 3}', b'{"w": {"shape": "ab"}}', b'{"w": {"shape": [1e999]}}', b"1"]
)
def test_tensors_with_a_damaged_head_are_refused(tmp_path, head):
    (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", len(head)) + head)
    refused(tmp_path / "w.safetensors", "is not a safetensors file, or a damaged one")


def test_pickled_objects_in_an_archive_are_refused(tmp_path):
    path = archive(tmp_path / "w.npz", evil=npy_bytes(np.array([{}], object)))
    refused(path, "“evil.npy”, holds Python objects")


def test_an_array_that_claims_more_than_its_file_holds_is_refused(tmp_path):
    data = npy_bytes(KERNELS).replace(b"(3, 3, 2, 4)", b"(3, 3, 2, 9)")
    refused(archive(tmp_path / "w.npz", w=data), "claims to hold 3×3×2×9 values")


def test_a_damaged_member_is_refused(tmp_path):
    path = npz(tmp_path / "w.npz", w=KERNELS)
    data = bytearray(path.read_bytes())
    data[200] ^= 0xFF
    path.write_bytes(data)
    refused(path, "is damaged or locked at “w.npy”")


def test_too_many_weights_are_refused_before_they_are_unpacked(tmp_path):
    path = archive(tmp_path / "w.npz", w=npy_bytes(np.zeros((2**11, 2**11 + 1), np.int8)))
    refused(path, "holds 2048×2049 weights in “w”, and at most 4194304 fit: choose a smaller layer")


def test_weights_that_are_no_numbers_are_refused(tmp_path):
    refused(npz(tmp_path / "w.npz", w=np.float32([np.nan])), "holds NaN or infinity in “w”")


def test_an_archive_without_arrays_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as file:
        file.writestr("readme.txt", "hello")
    refused(tmp_path / "w.npz", "contains no arrays")


def test_all_arrays_are_read_in_one_go_through_the_file(tmp_path, monkeypatch):
    save_file({f"{n}.weight": np.full(8, n, np.float32) for n in range(300)}, tmp_path / "w.safetensors")
    file = open_weights(tmp_path / "w.safetensors")
    read = []
    whole = StoredFile._read
    monkeypatch.setattr(StoredFile, "_read", lambda *given: read.append(given[-1]) or whole(*given))
    arrays = file.arrays(file.entries)
    assert (len(arrays), sum(read) <= 2 * len(file.data)) == (300, True)


def test_several_arrays_take_one_helper_process(tmp_path, monkeypatch):
    file = open_weights(hdf5(tmp_path / "w.h5", a=KERNELS, b=KERNELS, c=KERNELS))
    asked = []
    monkeypatch.setattr(hdf5_file, "ask", lambda *given: asked.append(given) or helper.ask(*given))
    assert file.arrays(["a", "b"]).keys() == {"a", "b"}
    assert len(asked) == 1


def test_of_several_arrays_each_has_its_own_problem(tmp_path):
    file = open_weights(npz(tmp_path / "w.npz", good=KERNELS, bad=np.float32([np.nan]), large=np.float64([1e300])))
    found = dict(file.each(file.entries, 100))
    assert str(found["bad"]).startswith(f"{file.where} holds NaN or infinity in “bad”")
    assert "“large.npy”, holds a number beyond" in str(found["large"])
    np.testing.assert_array_equal(found["good"], KERNELS)
