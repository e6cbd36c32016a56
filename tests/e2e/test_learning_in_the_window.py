"""A reader with a question finds its picture; lenses live beside the window and end with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QTableView

from convstudio.model.panes.help_places import HELP_PLACES
from convstudio.views.lenses.lens_window import LensWindow
from convstudio.views.window.pages.help_window import HelpWindow
from convstudio.views.window.ways import entry_at, go_along, part_named, switch_at
from tests.e2e.driver import tell


def open_window(kind, title):
    return next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible() and title in w.windowTitle()
    )


def is_there(window, way):
    entry, part = entry_at(window, way), part_named(window, way[-1])
    if entry is not None:
        return entry.isEnabled()
    return part is not None and part.isVisible() and part.isEnabled()


def test_every_place_that_help_names_is_in_the_window(qtbot):
    def story(desk):
        assert go_along(desk.window, ("File", "Examples", "Depthwise, then mixed"))  # several channels and filters
        desk.wait_for_files()
        for place in HELP_PLACES:
            desk.wait(lambda place=place: is_there(desk.window, place.way))

    assert tell(qtbot, story) == 0


def test_what_is_always_there_needs_nothing_and_the_rest_says_what_it_needs(qtbot):
    def story(desk):
        for place in HELP_PLACES:
            assert is_there(desk.window, place.way) or place.needs, place.where

    assert tell(qtbot, story) == 0


def test_help_leads_to_a_lens_and_steps_aside(qtbot):
    def story(desk):
        assert go_along(desk.window, ("Help", "Find an answer…"))
        helper = open_window(HelpWindow, "Find an answer")
        helper.table.selectRow([place.way for place in HELP_PLACES].index(("Learn", "Shift lab")))
        helper.show_button.click()
        assert not helper.isVisible()
        assert go_along(desk.window, ("Help", "Find an answer…"))
        assert helper.isVisible()
        assert open_window(LensWindow, "Shift lab").lens.stage.isVisible()

    assert tell(qtbot, story) == 0


def test_whatever_help_changes_is_said_and_changed_back(qtbot, inside, answers):
    def story(desk):
        assert answers.unsaved == "discard"  # what was discarded comes back too
        desk.wait(lambda: part_named(desk.window, "Channel ledger").isVisible())
        desk.find(QAbstractButton, "Channel ledger").click()  # off
        inside.studio.window.messages.put_away()
        session, changed = inside.studio.session, []
        for place in HELP_PLACES:
            desk.wait(lambda: not inside.studio.recompute.is_busy)
            document, view, switch = session.document, session.view, switch_at(desk.window, place.way)
            inside.studio.places.go_to(place)
            desk.wait_for_files()
            has_changed = (
                session.document is not document or session.view.data_format != view.data_format or switch is not None
            )
            assert has_changed == bool(desk.message()), place.question
            if has_changed:
                changed.append(place.way[-1])
                desk.press("Back")
                desk.wait_for_files()
                desk.wait(lambda document=document: session.document is document)
                assert session.view.data_format == view.data_format
                assert switch is None or not switch.isChecked()
                assert desk.message() == ""
        assert changed == [
            "Lines, then a plus",
            "Shapes as PyTorch writes them [samples, channels, rows, columns]",
            "Channel ledger",
            "Handwritten digits",
            "Spatial dropout",
            "Channel ledger",
        ]

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_the_order_of_shapes_that_help_showed_is_said_in_a_sentence(qtbot, inside):
    def story(desk):
        place = next(place for place in HELP_PLACES if place.way[0] == "View")
        inside.studio.places.go_to(place)
        desk.wait_for_files()
        assert desk.message() == "Shapes are now written in the order of PyTorch."
        desk.press("Back")
        assert inside.studio.session.view.data_format == "keras"
        assert inside.studio.preferences.settings.data_format == "keras"

    assert tell(qtbot, story) == 0


def test_help_says_what_a_place_needs_that_is_not_there(qtbot):
    def story(desk):
        assert go_along(desk.window, ("Help", "Find an answer…"))
        helper = open_window(HelpWindow, "Find an answer")
        helper.table.selectRow([place.way for place in HELP_PLACES].index(("Calculation", "Channel ledger")))
        helper.show_button.click()
        assert "choose a photograph such as Astronaut" in helper.note.text()

    assert tell(qtbot, story) == 0


def test_an_open_lens_follows_an_edit_and_its_undo(qtbot):
    def story(desk):
        assert go_along(desk.window, ("Learn", "Collapse two layers"))
        lens = open_window(LensWindow, "Collapse two layers").lens
        desk.activate()
        desk.type_cell("Kernel", 1, 1, "5")
        assert lens.plates["First kernel"].values.tolist() == [[0, 1, 0], [0, 5, 0], [0, 1, 0]]
        desk.undo()
        assert lens.plates["First kernel"].values.tolist() == [[0, 1, 0]] * 3

    assert tell(qtbot, story) == 0


def test_a_lens_looks_at_the_layer_that_is_selected(qtbot):
    def story(desk):
        assert go_along(desk.window, ("Learn", "Collapse two layers"))
        lens = open_window(LensWindow, "Collapse two layers").lens
        desk.activate()
        assert go_along(desk.window, ("Layer", "Add layer", "Activation"))
        assert "needs a convolution" in lens.problem.text()
        assert go_along(desk.window, ("Layer", "Add layer", "Convolution"))
        desk.wait(lens.stage.isVisible)
        assert lens.plates["Input"].values.tolist() == [[0, 0, 3, 3, 0, 0]] * 6

    assert tell(qtbot, story) == 0


def test_the_program_ends_with_its_main_window_though_lenses_are_open(qtbot):
    def story(desk):
        for title in ("Selectivity probe", "Padding microscope", "Layout explorer", "Leading axes"):
            assert go_along(desk.window, ("Learn", title))
        assert len([w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]) == 4

    assert tell(qtbot, story) == 0


def test_escape_in_a_lens_leaves_the_main_windows_steps_alone(qtbot):
    def story(desk):
        desk.press("Step forward")
        before = desk.find(QTableView, "Feature map").model().index(5, 5).data()
        assert go_along(desk.window, ("Learn", "Shift lab"))
        lens_window = open_window(LensWindow, "Shift lab")
        lens_window.activateWindow()
        desk.wait(lens_window.isActiveWindow)
        qtbot.keyClick(lens_window, Qt.Key.Key_Escape)
        assert not lens_window.isVisible()
        assert desk.find(QTableView, "Feature map").model().index(5, 5).data() == before == ""

    assert tell(qtbot, story) == 0
