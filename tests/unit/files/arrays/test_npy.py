import io
import pickle

import numpy as np
import pytest

from convstudio.files.inputs import read_input
from convstudio.files.problems import FileProblem


def npy(array, **options):
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def with_header(header, values=b"", version=(1, 0)):
    text = header.encode("latin-1")
    return b"\x93NUMPY" + bytes(version) + len(text).to_bytes(2 if version == (1, 0) else 4, "little") + text + values


def header_of(shape="(2, 2)", dtype="<f4", order="False"):
    return f"{{'descr': '{dtype}', 'fortran_order': {order}, 'shape': {shape}, }}\n"


@pytest.fixture
def opened(tmp_path):
    def read(data):
        path = tmp_path / "x.npy"
        path.write_bytes(data)
        return read_input(path).sample

    return read


@pytest.mark.parametrize(
    ("shape", "expected"), [((8,), (8, 1)), ((4, 6), (4, 6, 1)), ((4, 6, 3), (4, 6, 3)), ((1, 1, 1), (1, 1, 1))]
)
def test_the_number_of_axes_says_what_an_array_is(opened, shape, expected):
    assert opened(npy(np.zeros(shape))).values.shape == expected


@pytest.mark.parametrize("dtype", ["f2", "<f4", ">f4", "f8", "i1", "u1", ">i2", "i8", "u4", "?"])
def test_every_type_of_number_is_read(opened, dtype):
    values = np.array([[0, 1], [1, 0]], dtype)
    np.testing.assert_array_equal(opened(npy(values)).values.to_array()[..., 0], values)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_format_is_read(opened, version):
    data = with_header(header_of(), np.arange(4, dtype="<f4").tobytes(), version)
    assert opened(data).values.to_array()[..., 0].tolist() == [[0, 1], [2, 3]]


def test_fortran_order_is_honoured(opened):
    values = np.asfortranarray([[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(opened(npy(values)).values.to_array()[..., 0], values)


def test_not_a_number_and_infinity_travel(opened):
    read = opened(npy(np.array([np.nan, np.inf, -np.inf, -0.0]))).values.to_array()[:, 0]
    assert np.array_equal(read, [np.nan, np.inf, -np.inf, 0], equal_nan=True)
    assert np.signbit(read[3])


def test_objects_are_refused_and_never_unpickled(opened):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    data = npy(np.array([1], dtype=object), allow_pickle=True)
    data = data[:128] + pickle.dumps(Trap())
    with pytest.raises(FileProblem, match=r"x\.npy” holds Python objects: save whole or real numbers"):
        opened(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(with_header(header_of("(1000000, 1000000)"), bytes(16)), id="shape larger than the file"),
        pytest.param(with_header(header_of("(2, 1)"), bytes(16)), id="shape smaller than the file"),
        pytest.param(with_header(header_of("(2, 2)"), bytes(15)), id="cut off"),
        pytest.param(with_header(header_of("(-2, -2)"), bytes(16)), id="negative axes"),
        pytest.param(with_header(header_of("(99999999999999999999,)"), bytes(16)), id="number of twenty digits"),
        pytest.param(with_header(header_of("(2, 2)", "<c8"), bytes(32)), id="complex numbers"),
        pytest.param(with_header(header_of("(2, 2)", "<U1"), bytes(16)), id="text"),
        pytest.param(with_header(header_of("(2, 2)", "|V4"), bytes(16)), id="raw bytes"),
        pytest.param(with_header(header_of("(0, 2)")), id="no rows"),
        pytest.param(with_header(header_of("()"), bytes(4)), id="a single number"),
        pytest.param(with_header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"), id="fields"),
        pytest.param(with_header("__import__('os').abort()"), id="code in the header"),
        pytest.param(with_header("(" * 4000), id="nested header"),
        pytest.param(with_header(" " * 60000), id="long header"),
        pytest.param(b"\x93NUMPY\x01\x00\xff\xff{", id="header cut off"),
        pytest.param(b"\x93NUMPY\x09\x00" + bytes(10), id="unknown version"),
        pytest.param(b"\x93NUMPY", id="only the first bytes"),
        pytest.param(b"1,2\n3,4\n", id="a table"),
        pytest.param(npy(np.array([1e300])), id="too large for float32"),
        pytest.param(npy(np.zeros(20000)), id="too long"),
        pytest.param(npy(np.zeros((20000, 65, 1))), id="too many channels"),
    ],
)
def test_an_array_that_lies_or_does_not_fit_is_refused_in_one_sentence(opened, data):
    with pytest.raises(FileProblem, match=r"^“[^“]*x\.npy” [^\n]+: [^\n]+\.$"):
        opened(data)


def test_a_lying_header_is_told_with_both_sizes(opened):
    with pytest.raises(FileProblem, match="claims to hold 3×3 values in 36 bytes, and 16 bytes follow"):
        opened(with_header(header_of("(3, 3)"), bytes(16)))


def test_the_sample_has_the_files_name_and_keeps_the_folder_private(opened):
    sample = opened(npy(np.zeros(3)))
    assert (sample.name, sample.origin) == ("x.npy", "x.npy")
