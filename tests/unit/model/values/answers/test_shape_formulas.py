from convstudio.model.values.answers.shape_formulas import by_axis, growth_formula, window_formula
from convstudio.ops.shapes import geometry


def formula(size, kernel, **settings):
    sliding = geometry((size,), (kernel,), **settings)
    return window_formula(sliding, sliding.pairs)


def test_padding_and_stride_stand_in_the_formula():
    assert formula(8, 3, padding=1, stride=2) == "⌊(8 + 1 + 1 − 3) ÷ 2⌋ + 1 = 4"


def test_dilation_widens_the_kernel():
    assert formula(8, 3, dilation=2) == "(8 − (2·(3 − 1) + 1)) ÷ 1 + 1 = 4"


def test_what_is_cut_off_a_grown_map_is_taken_away():
    assert growth_formula(4, 2, 3, 8).endswith("− 1 = 8")


def test_added_cells_stand_in_the_formula():
    assert growth_formula(4, 2, 3, 10).endswith("+ 1 = 10")


def test_axes_that_are_alike_are_written_once():
    assert by_axis(["4 = 4", "4 = 4"]) == "4 = 4"
