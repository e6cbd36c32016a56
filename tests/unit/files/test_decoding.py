"""Whatever somebody else's decoder raises on a file is one sentence about that file."""

import io
import json
import lzma
import struct
import zipfile
import zlib

import msgspec
import numpy as np
import pytest
from PIL import Image

from convstudio.files import packed, settings, weights
from convstudio.files.arrays import tensors as tensors_file
from convstudio.files.arrays.npy import encode_npy
from convstudio.files.images import decode_image
from convstudio.files.kernels.arrays import read_npz_kernel
from convstudio.files.kernels.document import decode_kernel, encode_kernel
from convstudio.files.problems import FileProblem, decoding
from convstudio.files.settings import Settings, load_settings
from convstudio.files.weights import open_weights
from convstudio.model.values.arrays import frozen
from convstudio.model.values.progress import CancelledError

KERNEL = frozen(np.arange(9).reshape(3, 3))


class PanicError(BaseException):
    """As a decoder written in Rust raises: no Exception."""


ANY = (ValueError, KeyError, RecursionError, UnicodeError, lzma.LZMAError, zlib.error, struct.error, PanicError)


@pytest.mark.parametrize("kind", [*ANY, OSError, AssertionError, StopIteration])
def test_any_exception_becomes_the_sentence(kind):
    with pytest.raises(FileProblem, match=r"^“x” is damaged\.$"), decoding("“x”", "{file} is damaged."):
        raise kind


def test_too_little_memory_has_a_sentence_of_its_own():
    with pytest.raises(FileProblem, match="“x” needs more memory than there is"), decoding("“x”", "{file} is damaged."):
        raise MemoryError


def test_a_sentence_that_is_one_already_stays():
    with pytest.raises(FileProblem, match=r"^Its own sentence\.$"), decoding("“x”", "{file} is damaged."):
        raise FileProblem("Its own sentence.")


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, CancelledError])
def test_the_wish_to_stop_passes(kind):
    with pytest.raises(kind), decoding("“x”", "{file} is damaged."):
        raise kind


def archive(method=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as file:
        file.writestr("kernel.npy", encode_npy(KERNEL))
    return held.getvalue()


def with_moved_member():
    """Return an archive whose directory says that its member begins before the file."""
    data = bytearray(archive(zipfile.ZIP_STORED))
    at = data.rindex(b"PK\5\6") + 16
    data[at : at + 4] = struct.pack("<I", 10**6)
    return bytes(data)


def with_damaged_lzma():
    data = bytearray(archive(zipfile.ZIP_LZMA))
    at = data.index(b"kernel.npy") + len(b"kernel.npy")
    data[at + 4 : at + 9] = b"\xff" * 5
    return bytes(data)


def tensors(head):
    return len(head).to_bytes(8, "little") + head


def tensor_head(shape, name="w"):
    return json.dumps({name: {"dtype": "F32", "shape": shape, "data_offsets": [0, 4]}}).encode()


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        pytest.param(".npz", with_moved_member(), id="npz with a negative place"),
        pytest.param(".npz", with_damaged_lzma(), id="npz with damaged LZMA"),
        pytest.param(".safetensors", tensors(b'{"\xff\xfe": {"shape": [1]}}'), id="names that are not UTF-8"),
        pytest.param(".safetensors", tensors(tensor_head([1] * 70)) + b"\0" * 4, id="70 axes"),
        pytest.param(".safetensors", tensors(tensor_head([1] * 10**6)) + b"\0" * 4, id="a million axes"),
        pytest.param(".npy", encode_npy(frozen([1])).replace(b"(1,)", b"(" + b"1," * 30 + b"1)"), id="axes of npy"),
    ],
)
def test_a_damaged_file_of_weights_is_one_sentence(tmp_path, suffix, data):
    path = tmp_path / f"w{suffix}"
    path.write_bytes(data)
    with pytest.raises(FileProblem, match=r"“.*”.*(damaged|save|choose)"):
        read_all(path)


def read_all(path):
    file = open_weights(path)
    for name in file.shapes:
        file.array(name)


def png():
    held = io.BytesIO()
    Image.fromarray(np.zeros((2, 2), np.uint8)).save(held, "PNG")
    return held.getvalue()


def packed_kernel():
    content = {"dtype": "float32", "shape": [1, 1], "base64": "AAAAAA=="}
    return json.dumps({"format": "convstudio-kernel", "version": 1, "weights": content}).encode()


ARCHIVE = archive()
DECODERS = {
    "Pillow": (Image, "open", lambda: decode_image(png(), "“x”")),
    "msgspec": (msgspec.json, "decode", lambda: decode_kernel(encode_kernel(KERNEL), "“x”")),
    "base64": (packed.binascii, "a2b_base64", lambda: decode_kernel(packed_kernel(), "“x”")),
    "safetensors": (
        tensors_file.msgspec.json,
        "decode",
        lambda: weights.decode_only_tensor(weights.encode_only_tensor(KERNEL), "“x”"),
    ),
    "zipfile": (zipfile.ZipFile, "open", lambda: read_npz_kernel(ARCHIVE, "“x”", None)),
}


@pytest.mark.parametrize("kind", ANY)
@pytest.mark.parametrize("decoder", DECODERS)
def test_whatever_a_decoder_raises_is_caught_at_the_door(monkeypatch, decoder, kind):
    def raises(*_arguments, **_options):
        raise kind("something")

    holder, name, reading = DECODERS[decoder]
    monkeypatch.setattr(holder, name, raises)
    with pytest.raises(FileProblem, match="“x”"):
        reading()


@pytest.mark.parametrize("kind", ANY)
def test_settings_that_break_in_any_way_are_the_defaults(monkeypatch, tmp_path, kind):
    def raises(*_arguments, **_options):
        raise kind("something")

    path = tmp_path / "settings.json"
    path.write_bytes(b"{}")
    monkeypatch.setattr(settings.msgspec.json, "decode", raises)
    assert load_settings(path) == Settings()
