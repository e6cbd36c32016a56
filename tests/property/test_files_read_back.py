"""What is written reads back equal, bit by bit."""

import contextlib
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convstudio.files.arrays.npy import decode_npy, encode_npy, read_header
from convstudio.files.arrays.tables import decode_table, encode_table
from convstudio.files.kernels.document import decode_kernel, encode_kernel
from convstudio.files.kernels.kernel_files import (
    COPY_FORMS,
    KERNEL_FORMATS,
    kernel_text,
    read_kernel,
    read_kernel_text,
    write_kernel,
)
from convstudio.files.nested import Nested, from_nested, to_nested
from convstudio.files.packed import JsonText, encode_json
from convstudio.files.problems import FileProblem, WriteProblem
from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.files.projects.recovery import Recovery, read_recovery
from convstudio.files.weights import decode_only_tensor, encode_only_tensor
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.arrays import frozen, same_array
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.ops import ACTIVATIONS, PADDING_MODES, PADDINGS
from tests.property.random_documents import documents as editable_documents
from tests.property.random_documents import edited, networks

ANY_FLOATS = st.floats(width=32)
FINITE_FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def floats(shape, elements=ANY_FLOATS):
    return arrays(np.float32, shape, elements=elements).map(frozen)


def shapes(axes, longest=4):
    return st.lists(st.integers(1, longest), min_size=axes, max_size=axes).map(tuple)


@st.composite
def convs(draw, rank):
    groups = draw(st.integers(1, 3))
    *size, channels, filters = draw(shapes(rank + 2))
    per_axis = st.lists(st.integers(1, 64), min_size=rank, max_size=rank).map(tuple)
    amount = st.integers(0, 256)
    pairs = st.lists(st.tuples(amount, amount), min_size=rank, max_size=rank).map(tuple)
    return Conv(
        weights=draw(floats((*size, channels, filters))),
        bias=draw(floats((filters,))),
        stride=draw(per_axis),
        dilation=draw(per_axis),
        padding=draw(st.sampled_from(PADDINGS) | pairs),
        padding_mode=draw(st.sampled_from(PADDING_MODES)),
        groups=groups,
        flip=draw(st.booleans()),
        activation=draw(st.sampled_from(ACTIVATIONS)),
        has_bias=draw(st.booleans()),
        is_on=draw(st.booleans()),
    )


@st.composite
def documents(draw):
    """Draw a project with any text and any bits in its arrays; half of them have layers of every kind."""
    rank = draw(st.integers(1, 3))
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    sample = Sample.of(draw(text), draw(shapes(rank + 1).flatmap(floats)), draw(text))
    layers = draw(st.lists(convs(rank), min_size=1, max_size=3).map(tuple) | networks(rank).map(lambda d: d.layers))
    return Document(sample, Network(layers), draw(text), class_names=draw(st.lists(text, max_size=3).map(tuple)))


@st.composite
def views(draw):
    index = st.integers(0, 2**40)
    return ViewState(draw(index), draw(index), draw(index), tuple(draw(st.lists(index, max_size=3))))


@given(documents(), views() | st.none())
def test_a_project_reads_back_equal_with_its_view(document, view):
    assert decode_document(encode_document(document, view)) == (document, view)


@given(documents())
def test_a_project_that_was_read_back_gives_the_same_bytes(document):
    data = encode_document(document)
    assert encode_document(decode_document(data)[0]) == data


@given(documents(), views())
def test_a_recovery_reads_back_equal_with_its_view(document, view):
    with TemporaryDirectory() as folder, Recovery(Path(folder)) as recovery:
        recovery.write(document, view)
        assert read_recovery(recovery.path) == (document, view)
        recovery.discard()


@given(st.data(), editable_documents())
def test_a_recovery_reads_back_equal_after_every_edit(data, document):
    with TemporaryDirectory() as folder, Recovery(Path(folder)) as recovery:
        for _ in range(4):
            document = data.draw(edited(document))
            recovery.write(document, ViewState())
            assert read_recovery(recovery.path)[0] == document
        recovery.discard()


@given(st.integers(1, 3).flatmap(shapes).flatmap(lambda shape: floats(shape, FINITE_FLOATS)))
def test_a_kernel_reads_back_equal(kernel):
    assert same_array(decode_kernel(encode_kernel(kernel)), kernel)


class CannotHoldError(Exception):
    """A format says that it cannot hold a kernel of that shape."""


def written(write):
    """Write a kernel; what a format cannot hold is no failure, and everything else that goes wrong is one."""
    try:
        return write()
    except WriteProblem:
        raise
    except FileProblem as refusal:
        if re.search(r"holds rows and columns|holds 5×5 numbers", str(refusal)):
            raise CannotHoldError from refusal
        raise


@pytest.mark.parametrize("kind", KERNEL_FORMATS, ids=lambda kind: kind.name)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kernel=st.integers(1, 3).flatmap(shapes).flatmap(lambda shape: floats(shape, FINITE_FLOATS)), name=st.text())
def test_a_kernel_reads_back_equal_in_every_format_that_can_hold_it(kind, kernel, name, tmp_path):
    path = tmp_path / f"k{kind.endings[0]}"
    with contextlib.suppress(CannotHoldError):
        written(lambda: write_kernel(path, kernel, name))
        assert same_array(read_kernel(path, kernel.ndim).kernel, kernel)


@given(kernel=shapes(2, 5).flatmap(lambda shape: floats(shape, FINITE_FLOATS)), form=st.sampled_from([*COPY_FORMS]))
def test_a_kernel_that_is_copied_and_pasted_is_equal(kernel, form):
    with contextlib.suppress(CannotHoldError):
        text = written(lambda: kernel_text(form, kernel))
        assert same_array(read_kernel_text(text, 2).kernel, kernel)


@given(st.integers(1, 3).flatmap(shapes).flatmap(floats))
def test_a_tensor_reads_back_equal(values):
    assert same_array(decode_only_tensor(encode_only_tensor(values), "x"), values)


@given(st.integers(1, 4).flatmap(shapes).flatmap(floats))
def test_an_array_reads_back_equal(values):
    data = encode_npy(values)
    assert same_array(decode_npy(data, read_header(data, "x"), "x"), values)


@given(shapes(2).flatmap(floats), st.sampled_from([",", "\t", ";", " "]))
def test_a_table_reads_back_equal(values, separator):
    np.testing.assert_array_equal(decode_table(encode_table(values, separator).encode(), "x").values, values)


@given(ANY_FLOATS)
def test_every_single_number_reads_back_with_its_sign(value):
    values = frozen([value])
    read = JsonText(encode_json(to_nested(values)), {b"values"}).decode(Nested)
    assert same_array(from_nested(read, "x", lambda shape, where: None), values)
