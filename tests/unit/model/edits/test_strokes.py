import numpy as np

from convstudio.model.edits.strokes import paint_stroke, stroke_cells
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

BEFORE = Document(Sample.of("empty", np.zeros((6, 9, 1))), Network((Conv.of(np.ones((1, 1, 1, 1))),)))


def test_a_stroke_begins_where_the_mouse_is():
    assert stroke_cells(None, (3, 4), 5) == [(3, 4)]


def test_a_fast_slanting_stroke_ends_where_the_mouse_is():
    assert stroke_cells((0, 0), (5, 8), 1)[-1] == (5, 8)


def test_a_stroke_leaves_no_hole_between_two_points():
    painted = paint_stroke(BEFORE, [(2, 0), *stroke_cells((2, 0), (2, 8), 3)], 3, 1, None)
    assert painted.sample.values.to_array()[1:4].all()
