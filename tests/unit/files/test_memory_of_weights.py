"""Files of weights that would unfold into far more than they hold: one sentence each, and little memory."""

import io
import json
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from convstudio.files.problems import FileProblem
from convstudio.files.weights import open_weights

SPARE = 64 * 2**20


def tensors(head):
    return struct.pack("<Q", len(head)) + head + bytes(4)


def entry(shape):
    return {"dtype": "F32", "shape": shape, "data_offsets": [0, 4]}


def archive(names, data=b"", packing=zipfile.ZIP_STORED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", packing) as file:
        for name in names:
            file.writestr(f"{name}.npy", data)
    return held.getvalue()


def zeros(count):
    held = io.BytesIO()
    np.save(held, np.zeros(count, np.int8))
    return held.getvalue()


BOMBS = {
    "long name.safetensors": lambda: tensors(json.dumps({"n" * 10_000_000: entry([1])}).encode()),
    "many names.safetensors": lambda: tensors(json.dumps({f"a{n}": entry([1]) for n in range(100_000)}).encode()),
    "many axes.safetensors": lambda: tensors(b'{"w":{"shape":[' + b"1," * 1_900_000 + b"1]}}"),
    "many members.npz": lambda: archive(f"a{n}" for n in range(20_000)),
    "packed with LZMA.npz": lambda: archive("w", zeros(10**7), zipfile.ZIP_LZMA),
    "packed zeros.npz": lambda: archive("w", zeros(3 * 10**7), zipfile.ZIP_DEFLATED),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_would_unfold_is_refused_in_little_memory(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(BOMBS[name]())
    size = path.stat().st_size
    tracemalloc.start()
    with pytest.raises(FileProblem, match=r"^“[^\n]*\.$"):
        open_all(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 3 * size + SPARE


def open_all(path):
    file = open_weights(path)
    for name in file.shapes:
        file.array(name)
