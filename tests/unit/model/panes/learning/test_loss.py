from dataclasses import replace

from convstudio.model.panes.learning.loss import explained_loss
from tests.watched import at, passed, question


def test_the_current_output_is_outlined_in_every_picture():
    found = explained_loss(passed(question()), at("loss", 1, (1, 1)))
    assert [grid.current for grid in found.grids] == [3, 3, 3]


def test_output_and_target_share_their_colours():
    output, target, _ = explained_loss(passed(question()), at("loss", 1)).grids
    assert output.colours[0, 1].tolist() == target.colours[0, 1].tolist()
    assert output.colours[1, 1].tolist() == target.colours[1, 1].tolist()


def test_of_another_layer_no_output_is_outlined():
    assert explained_loss(passed(question()), at("loss", 0)).grids[0].current is None


def test_term_by_term_the_outputs_are_added_up_one_after_the_other():
    first, last = (explained_loss(passed(question()), replace(at("loss", 1), term=term)) for term in (0, 3))
    assert first.text == "half the squared error: ((3 − 1)² + …) ÷ 2"
    assert first.term == "Term 1 of 4: (3 − 1)² = 4; the sum so far is 4."
    assert (first.result_text, last.result_text) == ("…", "2")
    assert [grid.current for grid in last.grids] == [3, 3, 3]
