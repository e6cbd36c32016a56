"""No bytes bring a reader down: they give a value, or a sentence."""

import contextlib
import io
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from convstudio.files.arrays.npy import decode_npy, encode_npy, read_header
from convstudio.files.arrays.tables import decode_table
from convstudio.files.images import decode_image
from convstudio.files.inputs import INPUT_FORMATS, read_input
from convstudio.files.kernels.document import decode_kernel, encode_kernel
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS, read_kernel
from convstudio.files.kernels.reading import KernelContent
from convstudio.files.pictures.by_pillow import FORMATS
from convstudio.files.problems import FileProblem, printable
from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.files.weights import decode_only_tensor, encode_only_tensor
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.words.file_kinds import endings_of

VALUES = frozen(np.arange(12).reshape(3, 2, 2))
LAYERS = (
    Conv.of(VALUES[..., np.newaxis]),
    ConvTranspose(VALUES, frozen([1, 2]), (1,), (2,), output_padding=(1,)),
    Activation(),
    Pool(),
    BatchNorm.of(2),
    SpatialDropout(),
    GlobalPool(),
    Flatten(),
    Dense.of(np.ones((2, 2))),
)
PROJECT = encode_document(Document(Sample.of("s", VALUES), Network(LAYERS)))


def decode_array(data, where="“x”"):
    return decode_npy(data, read_header(data, where), where)


def picture(kind):
    buffer = io.BytesIO()
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)).save(buffer, kind)
    return buffer.getvalue()


READERS = (
    {
        "array": (decode_array, encode_npy(VALUES)),
        "table": (lambda data: decode_table(data, "“x”"), b"1,2.5\n-3e4,1/9\n"),
        "project": (decode_document, PROJECT),
        "kernel": (decode_kernel, encode_kernel(VALUES)),
        "tensor": (lambda data: decode_only_tensor(data, "“x”"), encode_only_tensor(VALUES)),
    }
    | {
        kind.name: (
            lambda data, kind=kind: kind.decode(data, "“x”", None),
            kind.encode(KernelContent(frozen([[1, 0.5, -2], [0, 3, 4], [5, 6, 7]]), "k")),
        )
        for kind in KERNEL_FORMATS
    }
    | {kind: (lambda data: decode_image(data, "“x”"), picture(kind)) for kind in FORMATS}
)


def read(reader, data):
    """Read the bytes; whatever is wrong with them must be one sentence on one line."""
    try:
        READERS[reader][0](data)
    except FileProblem as problem:
        sentence = str(problem)
        assert sentence.endswith((".", "?"))
        assert sentence == printable(sentence)


@pytest.mark.parametrize("reader", READERS)
@given(data=st.binary(max_size=200))
@example(data=b"")
@example(data=b"\x93NUMPY\x01\x00")
@example(data=b"[" * 50_000)
@example(data=b'{"a":' * 20_000)
@example(data=b"\xff" * 100)
def test_any_bytes_give_a_value_or_a_sentence(reader, data):
    read(reader, data)


@pytest.mark.parametrize("reader", READERS)
@given(st.data())
def test_any_damage_to_a_good_file_gives_a_value_or_a_sentence(reader, data):
    good = bytearray(READERS[reader][1])
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.just(len(good)) | st.integers(0, len(good)))
    read(reader, bytes(good[:end]))


@given(st.text(alphabet="0123456789.,;\t\n \"'-+eE/naif√()_\0é", max_size=80))
def test_any_text_is_a_table_of_float32_or_a_sentence(text):
    with contextlib.suppress(FileProblem):
        assert decode_table(text.encode(), "“x”").values.dtype == np.float32


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_any_value_in_any_place_of_a_project_gives_a_document_or_a_sentence(data):
    content = json.loads(PROJECT)
    place = data.draw(st.sampled_from([content, content["sample"], *content["layers"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(json_values)
    with contextlib.suppress(FileProblem):
        decode_document(json.dumps(content).encode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.sampled_from(endings_of([*INPUT_FORMATS, *KERNEL_FORMATS])))
def test_any_file_by_any_name_gives_a_value_or_a_sentence(tmp_path, data, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(data)
    for reader in (read_input, read_kernel):
        with contextlib.suppress(FileProblem):
            reader(path)
