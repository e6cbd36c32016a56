"""Every term of a written calculation is found, and coloured by what it carries."""

import numpy as np
import pytest

from convstudio.model.colour.term_marks import term_marks
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.scale import ZERO
from convstudio.model.words.wording import calculation_text


def line_of(side, channels=1, seed=0):
    draw = np.random.default_rng(seed)
    layer = Conv.of(draw.normal(size=(side, side, channels, 1)))
    found = layer.calculation(TiledArray.of(draw.normal(size=(side, side, channels))), 0, (0, 0))
    names = ("red", "a: strange 1·2 name", "blue")
    return calculation_text(found, 0, names).split("\n", maxsplit=1)[0], found.products[..., 0].ravel()


def test_each_term_is_marked_where_it_is_written():
    line, values = line_of(3, channels=3)
    marks = term_marks(line, values, float(np.abs(values).max()))
    parts = [line[mark.start : mark.start + mark.length] for mark in marks]
    assert len(parts) == 9
    assert parts == line.removeprefix("red: ").split(" = ")[0].split(" + ")


def test_of_a_line_that_hides_terms_the_others_have_their_own_colours():
    line, values = line_of(9)
    assert "more terms" in line
    values = np.zeros(81)
    values[80] = 1
    marks = term_marks(line, values, 1.0)
    assert len(marks) < 81
    assert marks[-1].ground != marks[0].ground
    assert len({mark.ground for mark in marks[:-1]}) == 1


def test_terms_that_carry_nothing_have_the_colour_of_zero():
    line, values = line_of(2)
    marks = term_marks(line, np.zeros(values.size), 0.0)
    assert np.abs(np.array([mark.ground for mark in marks]) - ZERO).max() <= 1


@pytest.mark.parametrize("line", ["", "no input cell paints this output = 0", "1·2 + 3·4 = 14", "1·2 + 3·4 + 5·6 = 44"])
def test_a_line_with_other_terms_is_not_marked(line):
    assert term_marks(line, np.ones(1), 1.0) == ()
