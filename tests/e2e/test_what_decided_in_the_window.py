"""A student asks what decided, of the class that is predicted and of another one, and follows it to one term."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPlainTextEdit

from tests.e2e.driver import go_along, tell


def lens_of(inside):
    return inside.studio.learn.dock_of("What decided?").lens


def is_answered(lens):
    return " adds up to " in lens.verdict.text()


def test_the_score_of_every_class_is_followed_back(qtbot, inside):
    def story(desk):
        assert go_along(desk.window, ("Learn", "What decided?"))
        lens = lens_of(inside)
        desk.wait(lambda: is_answered(lens))
        assert lens.verdict.text().startswith(
            "The score of “class 7” is 7.479 before softmax, >\xa099.9\xa0% after it."
        )
        lens.score.choose(lens.score.findText("class 1"))
        desk.wait(lambda: "“class 1”" in lens.verdict.text())
        assert lens.plates["Saliency"].values.shape == (8, 8)

    assert tell(qtbot, story, "example:digits") == 0


def test_an_edit_and_its_undo_are_followed(qtbot, inside):
    def story(desk):
        assert go_along(desk.window, ("Learn", "What decided?"))
        lens = lens_of(inside)
        inside.studio.session.look(replace(inside.studio.session.view, position=(2, 2)))
        desk.wait(lambda: "row 3, column 3 is 3." in lens.verdict.text())
        before = lens.verdict.text()
        desk.activate()
        desk.type_cell("Kernel", 1, 1, "5")
        desk.wait(lambda: "row 3, column 3 is 7." in lens.verdict.text())
        desk.undo()
        desk.wait(lambda: lens.verdict.text() == before)

    assert tell(qtbot, story) == 0


def test_the_terms_follow_the_selected_output(qtbot, inside):
    def story(desk):
        assert go_along(desk.window, ("Learn", "What decided?"))
        lens = lens_of(inside)
        desk.wait(lambda: is_answered(lens))
        assert lens.terms.text().startswith("Layer 1 (Conv 3×3 · 1 filter), row 1, column 1: the score changes by 1 ")
        desk.press("Last position")
        desk.wait(lambda: "row 6, column 6" in lens.terms.text() and "row 6, column 6" in lens.verdict.text())

    assert tell(qtbot, story) == 0


def coloured(desk):
    """Return the terms of the calculation that have a colour of their own."""
    block = desk.find(QPlainTextEdit, "Calculation").document().firstBlock()
    held = [one for one in block.layout().formats() if one.format.background().style() != Qt.BrushStyle.NoBrush]
    return [block.text()[one.start : one.start + one.length] for one in held]


def test_the_terms_of_the_calculation_are_coloured_while_the_lens_is_open(qtbot, inside):
    def story(desk):
        assert coloured(desk) == []
        assert go_along(desk.window, ("Learn", "What decided?"))
        lens = lens_of(inside)
        desk.wait(lambda: is_answered(lens))
        assert coloured(desk) == ["0·0", "0·1", "0·0"] * 3
        desk.press("Last position")
        desk.wait(lambda: "row 6, column 6" in lens.terms.text())
        assert len(coloured(desk)) == 9
        inside.studio.learn.dock_of("What decided?").close()
        assert coloured(desk) == []

    assert tell(qtbot, story) == 0


def test_the_program_ends_while_a_question_is_open(qtbot, inside):
    def story(desk):
        assert go_along(desk.window, ("Learn", "What decided?"))
        box = lens_of(inside).findChildren(QComboBox)[0]
        for row in range(box.count()):
            box.choose(row)

    assert tell(qtbot, story, "example:digits") == 0
