"""The numbers of the tutorial's two worked examples, as the calculation shows them."""

import pytest

from convstudio.model.panes.learning.phases import explained_phase
from tests.watched import at, passed, pooled, question


def grids(found, view):
    return {grid.caption: grid.values.tolist() for grid in explained_phase(found, view).grids}


def test_the_loss_shows_output_target_and_their_difference():
    assert grids(passed(question()), at("loss", 1)) == {
        "output": [[3, 0], [0, 1]],
        "target": [[1, 0], [0, 1]],
        "gradient": [[2, 0], [0, 0]],
    }


def test_the_loss_is_written_out():
    found = explained_phase(passed(question()), at("loss", 1))
    assert found.text.startswith("half the squared error: ½ · ((3 − 1)² + (0 − 0)² + (0 − 0)² + (1 − 1)²) = 2")
    assert found.result_text == "2"


def test_the_askers_sign_error_is_shown_as_target_less_output():
    found = explained_phase(passed(question(), is_reversed=True), at("loss", 1))
    assert [grid.caption for grid in found.grids] == ["target", "output", "gradient"]
    assert found.grids[2].values.tolist() == [[-2, 0], [0, 0]]
    assert "wrong" in found.text


def test_every_term_of_a_weights_gradient_is_shown():
    assert grids(passed(question()), at("backward", 0, weight=(0, 1))) == {
        "input": [[-1, 0], [1, 0]],
        "gradient": [[2, 0], [0, 0]],
        "terms": [[-2, 0], [0, 0]],
        "weight gradient": [[2, -2], [0, 2]],
    }


def test_the_gradient_of_an_input_cell_is_that_over_the_flipped_kernel():
    found = grids(passed(question()), at("backward", 0, of="input", cell=(1, 1)))
    assert found["flipped kernel"] == [[1, 1], [-1, 1]]
    assert found["input gradient"] == [[2, -2, 0], [2, 2, 0], [0, 0, 0]]


def test_relus_gate_is_shown():
    assert grids(passed(question()), at("backward", 1))["gate"] == [[1, 0], [0, 1]]


def test_an_update_shows_old_gradient_and_new_weights():
    found = explained_phase(passed(question()), at("update", 0))
    assert [grid.values.tolist() for grid in found.grids] == [[[1, -1], [1, 1]], [[1, -1], [0, 1]], [[0, 0], [1, 0]]]
    assert found.text.startswith("1 − 0.5 · 2 = 0")


def test_the_gradient_goes_through_the_whole_stack_of_the_pooled_sequence():
    found = passed(pooled())
    routed = grids(found, at("backward", 2, (1,)))
    gated = grids(found, at("backward", 1, (2,)))
    filled = grids(found, at("backward", 0, (0,), weight=(1,)))
    assert routed["output gradient"] == [[1, 1, 1]]
    assert routed["input gradient"] == gated["output gradient"] == [[1, 0, 1, 0, 1, 0]]
    assert gated["gate"] == [[0, 0, 1, 1, 0, 0]]
    assert gated["input gradient"] == filled["gradient"] == [[0, 0, 1, 0, 0, 0]]
    assert filled["weight gradient"] == [[0, 1, 1]]


def test_the_first_of_a_tie_is_named():
    found = explained_phase(passed(pooled()), at("backward", 2, (1,)))
    assert found.sentence == "Step 2: step 3, the first of 2 equal cells, won with 1, so it gets 1."


def test_the_forward_phase_has_its_own_calculation():
    with pytest.raises(ValueError, match="own calculation"):
        explained_phase(passed(question()), at("forward", 0))
