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
