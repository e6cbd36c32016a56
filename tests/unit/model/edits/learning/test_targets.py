import numpy as np
import pytest

from convstudio.model.edits import input_cells
from convstudio.model.edits.learning.targets import set_target, set_target_map, target_intent
from convstudio.model.edits.sample_use import next_sample
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.learning.target import ClassTarget, MapTarget, target_values
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops.shapes import ShapeError

PLAIN = Document(Sample.of("grey", np.zeros((3, 3, 1))), Network((Conv.of(np.ones((2, 2, 1, 1))),)))


def test_a_target_is_part_of_the_document():
    assert set_target(PLAIN, ClassTarget(3)).target == ClassTarget(3)


def test_the_same_target_changes_nothing():
    document = set_target_map(PLAIN, np.eye(2)[..., None])
    assert set_target_map(document, np.eye(2)[..., None]) is document


def test_no_target_removes_it():
    assert set_target(set_target(PLAIN, ClassTarget(3)), None).target is None


def test_maps_that_become_the_target_are_copied():
    values = np.ones((2, 2, 1), np.float32)
    document = set_target_map(PLAIN, values)
    values[0] = 5
    assert document.target == MapTarget(np.ones((2, 2, 1), np.float32))


@pytest.mark.parametrize(("target", "step"), [(ClassTarget(1), "Set target"), (None, "Remove target")])
def test_setting_a_target_is_a_step_with_a_name(target, step):
    assert target_intent(target).step == step


def test_the_step_sets_the_target():
    assert target_intent(ClassTarget(1)).edited(PLAIN).target == ClassTarget(1)


def test_another_input_has_no_class_yet_and_keeps_the_maps_that_were_drawn():
    other, maps = Sample.of("other", np.ones((3, 3, 1))), MapTarget(np.ones((2, 2, 1), np.float32))
    for edit in (lambda held: input_cells.set_sample(held, other), next_sample(other, "Next", 1).edit):
        assert edit(set_target(PLAIN, ClassTarget(1))).target is None
        assert edit(set_target(PLAIN, maps)).target == maps


def test_an_edited_input_keeps_its_class():
    held = set_target(PLAIN, ClassTarget(0))
    assert input_cells.set_input_values(held, (0, 0), np.zeros((1, 1)), 0).target == ClassTarget(0)


def test_a_target_that_fits_no_longer_stays_and_says_both_shapes():
    held = input_cells.set_input_shape(set_target_map(PLAIN, np.ones((2, 2, 1))), (6, 6))
    with pytest.raises(ShapeError, match="shape 2×2×1 but the network makes 5×5×1"):
        target_values(held.target, held.output_shape(0))
