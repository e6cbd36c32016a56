import json

import numpy as np
import pytest
from safetensors.numpy import save

from convstudio.files.arrays.npy import encode_npy
from convstudio.files.kernels.document import decode_kernel, encode_kernel
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS, read_kernel, write_kernel
from convstudio.files.problems import FileProblem, WriteProblem
from convstudio.model.values.arrays import frozen
from convstudio.model.values.limits import LIMITS
from convstudio.model.words.file_kinds import endings_of

KERNELS = [frozen([0, 1 / 9, -2]), frozen(np.full((3, 3), 1 / 9)), frozen([[1], [-1e-20], [-0.0]])]


@pytest.fixture
def written(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("suffix", endings_of(KERNEL_FORMATS))
@pytest.mark.parametrize("kernel", KERNELS, ids=["sequence", "square", "column"])
def test_a_kernel_reads_back_bit_by_bit_in_every_format(tmp_path, kernel, suffix):
    write_kernel(tmp_path / f"k{suffix}", kernel)
    read = read_kernel(tmp_path / f"k{suffix}", kernel.ndim).kernel
    assert (read.shape, read.tobytes()) == (kernel.shape, kernel.tobytes())


@pytest.mark.parametrize("suffix", [".json", ".npy", ".npz", ".safetensors", ".yml", ".xml", ".opencv.json"])
def test_a_kernel_with_channels_reads_back(tmp_path, suffix):
    kernel = frozen(np.arange(12).reshape(2, 2, 3))
    write_kernel(tmp_path / f"k{suffix}", kernel)
    np.testing.assert_array_equal(read_kernel(tmp_path / f"k{suffix}").kernel, kernel)


def test_a_kernel_with_channels_is_no_table(tmp_path):
    with pytest.raises(
        FileProblem, match=r"holds rows and columns, and the kernel has 3 channels: use the extension \.json"
    ):
        write_kernel(tmp_path / "k.csv", frozen(np.zeros((1, 1, 3))))


def test_fractions_can_be_typed_into_a_table(written):
    assert read_kernel(written("k.csv", b"1/9,1/9\n-1/8,2")).kernel[1, 0] == -0.125


def test_one_row_of_a_table_is_a_kernel_for_sequences(written):
    assert read_kernel(written("k.csv", b"1,0,-1")).kernel.shape == (3,)


def test_one_row_of_a_table_is_one_row_for_an_image(written):
    assert read_kernel(written("k.csv", b"1,0,-1"), rank=2).kernel.shape == (1, 3)


def test_our_own_format_can_be_written_by_hand(written):
    data = b'{"format": "convstudio-kernel", "version": 1, "weights": [[0, 1], [0.5, -2e-1]]}'
    np.testing.assert_array_equal(read_kernel(written("k.kernel.json", data)).kernel, frozen([[0, 1], [0.5, -0.2]]))


def test_the_same_kernel_gives_the_same_bytes():
    assert encode_kernel(KERNELS[1], "a") == encode_kernel(KERNELS[1], "a")


def test_bfloat16_weights_are_widened(written):
    header = json.dumps({"w": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    data = len(header).to_bytes(8, "little") + header + b"\x80\x3f\x00\xc0"
    assert read_kernel(written("k.safetensors", data)).kernel.tolist() == [1, -2]


def test_several_tensors_are_refused_by_name(written):
    data = save({"conv.weight": np.zeros(3, np.float32), "conv.bias": np.zeros(1, np.float32)})
    with pytest.raises(
        FileProblem, match=r"holds 2 tensors \(conv\.bias, conv\.weight\): name one of them, as FILE#NAME, or save"
    ):
        read_kernel(written("k.safetensors", data))


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("k.npy", b"", r"is empty"),
        ("k.npy", b"text", r"is not a NumPy array"),
        ("k.csv", b"1,x", r"row 1, column 2: “x” is not a number"),
        ("k.csv", b"1,nan", r"holds NaN or infinity"),
        ("k.csv", b"1," * 31 + b"1", r"with a side of 32: use 1 to 31"),
        ("k.safetensors", b"text", r"is not a safetensors file"),
        ("k.safetensors", save({}), r"holds no tensor: save"),
        ("k.safetensors", save({"a": np.zeros((0,), np.float32)}), r"a tensor without values"),
        ("k.safetensors", save({"a": np.zeros((1, 1, 1, 1), np.float32)}), r"has 4 axes \(1×1×1×1\)"),
        ("k.json", b"text", r"is not a ConvStudio kernel: choose a file that was saved as one"),
        ("k.json", b'{"format": "convstudio-project", "version": 1}', r"but “convstudio-project”"),
        ("k.json", b'{"format": "convstudio-kernel", "version": 2}', r"newer ConvStudio \(kernel version 2"),
        ("k.json", b'{"format": "convstudio-kernel", "version": 1, "weights": [[]]}', r"has an empty list"),
        ("k.json", b'{"format": "convstudio-kernel", "version": 1, "weights": [[1], 2]}', r"rows of different lengths"),
        ("k.exe", b"", r"is not a kernel file: choose a file that ends in"),
    ],
)
def test_a_bad_kernel_file_is_refused_in_a_sentence(written, name, data, sentence):
    with pytest.raises(FileProblem, match=rf"{sentence}[^\n]*\.$"):
        read_kernel(written(name, data))


@pytest.mark.parametrize("name", ["k.json", "k.csv", "k.txt"])
def test_a_text_too_long_for_any_kernel_is_refused_before_it_is_read(written, name):
    path = written(name, b" " * (LIMITS.kernel_bytes + 1))
    with pytest.raises(FileProblem, match="is larger than 8 MiB, the most that is read of its kind"):
        read_kernel(path)


def test_a_table_larger_than_any_kernel_is_refused_before_its_cells_are_read(written):
    with pytest.raises(FileProblem, match=r"with a side of 40: use 1 to 31"):
        read_kernel(written("k.csv", b"\n".join([b"1,2,x"] * 40)))


def test_an_unknown_suffix_is_refused_for_writing(tmp_path):
    with pytest.raises(FileProblem, match="has no known format"):
        write_kernel(tmp_path / "k.docx", KERNELS[0])


def test_a_kernel_may_have_a_name():
    assert decode_kernel(encode_kernel(KERNELS[0], "mine")).tolist() == KERNELS[0].tolist()


def test_a_kernel_that_does_not_read_back_is_not_saved(tmp_path, monkeypatch):
    monkeypatch.setattr("convstudio.files.kernels.arrays.encode_npy", lambda kernel: encode_npy(frozen([1, 2])))
    with pytest.raises(WriteProblem, match="does not read back as it was written"):
        write_kernel(tmp_path / "k.npy", KERNELS[0])
    assert list(tmp_path.iterdir()) == []
