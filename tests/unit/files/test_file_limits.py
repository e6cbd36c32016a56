import pytest

from convstudio.files.limits import check_input_shape, check_kernel_size
from convstudio.files.problems import FileProblem, named, printable


@pytest.mark.parametrize("shape", [(1, 1), (16384, 64), (4096, 4096, 3), (8192, 8192, 1), (256, 256, 256, 4)])
def test_an_input_within_the_limits_passes(shape):
    check_input_shape(shape, "“x”")


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((16385, 1), "“x” has 16385 steps: use 1 to 16384"),
        ((2, 0, 1), "“x” has 0 columns: use 1 to 16384"),
        ((2, 2, 65), "“x” has 65 channels: use 1 to 64"),
        ((16384, 16384, 1), r"“x” has 16384×16384×1 = 268435456 values \(1024 MiB\), and at most 67108864 fit"),
    ],
)
def test_an_input_beyond_a_limit_is_refused_with_both_numbers(shape, sentence):
    with pytest.raises(FileProblem, match=sentence):
        check_input_shape(shape, "“x”")


def test_a_kernel_beyond_the_limit_is_refused_with_its_size():
    with pytest.raises(FileProblem, match="“k” holds a kernel of 3×32 with a side of 32"):
        check_kernel_size((3, 32), "“k”")


def test_a_name_stays_on_one_line():
    assert named("a\nb\x1b[31m.png") == "“a?b?[31m.png”"


def test_spaces_stay_and_what_ends_a_line_does_not():
    assert printable("92\N{NO-BREAK SPACE}% 雪\N{IDEOGRAPHIC SPACE}\N{LINE SEPARATOR}\n") == (
        "92\N{NO-BREAK SPACE}% 雪\N{IDEOGRAPHIC SPACE}??"
    )


def test_half_a_character_becomes_printable():
    assert printable("a\udcffb") == "a?b"
