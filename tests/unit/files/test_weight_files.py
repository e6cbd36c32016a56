import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from convstudio.files.problems import FileProblem
from convstudio.files.weights import open_weights

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


def test_another_kind_of_file_is_refused_by_its_name(tmp_path):
    refused(tmp_path / "w.exe", r"“.*w.exe” is not a file of weights: choose one that ends in .safetensors, .npz, .npy")


def test_a_pickle_is_refused_with_the_lines_that_convert_it():
    with pytest.raises(FileProblem) as problem:
        open_weights(FIELD / "w14_torch.pth")
    assert "is a PyTorch file, which can run programs when it is opened, so it is not opened here." in str(
        problem.value
    )
    assert "save_file(torch.load('w14_torch.pth', map_location='cpu', weights_only=True)" in str(problem.value)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".npy"])
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
