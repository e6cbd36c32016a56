import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from convstudio.model.edits.filters import FilterBank
from convstudio.model.panes.filter_text import as_text, from_text

FLOATS = st.floats(width=32, allow_nan=False)


@given(
    kernels=arrays.arrays(np.float32, arrays.array_shapes(min_dims=4, max_dims=4, max_side=3), elements=FLOATS),
    bias=FLOATS,
    name=st.text("abc °λ-0", max_size=9),
)
def test_copied_filters_are_read_back_to_the_last_bit(kernels, bias, name):
    bank = FilterBank.of(kernels, [name] * kernels.shape[-1], [bias] * kernels.shape[-1])
    read = from_text(as_text(bank), 31)
    np.testing.assert_array_equal(read.kernels, bank.kernels)
    np.testing.assert_array_equal(read.bias, bank.bias)
    assert read.names == bank.names


def test_a_table_from_a_spreadsheet_is_one_kernel_for_every_channel():
    bank = from_text("-1\t0\t1\r\n-2\t0\t2\r\n-1\t0\t1\r\n", 31)
    assert (bank.kernels[..., 0, 0].tolist()[1], bank.channels, bank.names) == ([-2, 0, 2], 1, ("",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The clipboard does not contain a filter .the text contains no numbers"),
        ("hello world", "The clipboard does not contain a filter .row 1, column 1"),
        ("filter\tx\tbias\t0\n", "The filter “x” on the clipboard has no kernels of one shape"),
        ("filter\tx\tbias\t0\n1 2\n\n3", "The filter “x” on the clipboard has no kernels of one shape"),
        ("filter\tx\tbias\t0\n1\nfilter\ty\tbias\t0\n1 2", "have kernels of several shapes: copy them one by one"),
        ("filter\tx\tbias\tmany\n1", "The clipboard does not contain a filter"),
        (" ".join("1" * 32), "more than 31 rows or columns"),
        ("1 " * 3_000_000, "too many for filters: copy fewer"),
    ],
)
def test_text_that_is_no_filter_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        from_text(text, 31)


def test_more_filters_than_a_clipboard_should_hold_are_refused():
    with pytest.raises(ValueError, match="16 filters with 262144 weights are too many for the clipboard"):
        as_text(FilterBank.of(np.zeros((16, 16, 64, 16))))
