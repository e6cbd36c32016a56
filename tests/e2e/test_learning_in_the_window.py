"""A reader with a question finds its picture; lenses live beside the window and end with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView, QToolButton, QWidget

from convstudio.model.panes.help_places import HELP_PLACES
from convstudio.views.lenses.lens_dock import LensDock
from convstudio.views.parts.room.all_widgets import windows
from convstudio.views.window.pages.help_window import HelpWindow
from convstudio.views.window.ways import entry_at, part_named
from tests.e2e.driver import go_along, tell
from tests.e2e.help_walk import show


def open_window(kind, title):
    return next(w for w in windows() if isinstance(w, kind) and w.isVisible() and title in w.windowTitle())


def test_every_way_that_help_names_is_in_the_menus_or_ends_at_a_part(qtbot):
    def story(desk):
        names = {widget.accessibleName() for widget in desk.window.findChildren(QWidget)}
        for place in HELP_PLACES:
            way = place.way
            assert entry_at(desk.window, way) is not None or way[-1] in {*names, "Counts"}, way

    assert tell(qtbot, story) == 0


def test_help_leads_to_a_lens_and_steps_aside(qtbot, inside):
    def story(desk):
        assert go_along(desk.window, ("Help", "Find an answer…"))
        helper = open_window(HelpWindow, "Find an answer")
        helper.table.selectRow([place.way for place in HELP_PLACES].index(("Learn", "Shift lab")))
        helper.show_button.click()
        assert not helper.isVisible()
        desk.wait(lambda: inside.studio.places.showing is not None and inside.studio.places.showing.is_over)
        assert desk.window.findChild(LensDock, "Shift lab").lens.stage.isVisible()
        assert go_along(desk.window, ("Help", "Find an answer…"))
        assert helper.isVisible()

    assert tell(qtbot, story) == 0


def test_the_order_of_shapes_that_help_showed_is_changed_back(qtbot, inside):
    def story(desk):
        place = next(place for place in HELP_PLACES if place.way[:1] == ("View",) and "PyTorch" in place.way[-1])
        show(desk, inside.studio, place)
        assert inside.studio.session.view.data_format == "pytorch"
        desk.press("Back to my work")
        assert inside.studio.session.view.data_format == "keras"
        assert inside.studio.preferences.settings.data_format == "keras"

    assert tell(qtbot, story) == 0


def test_a_switch_that_help_switched_on_is_switched_off_again(qtbot, inside):
    def story(desk):
        desk.wait(lambda: part_named(desk.window, "Channel ledger").isVisible())
        switch = desk.find(QToolButton, "Channel ledger")
        switch.click()
        show(desk, inside.studio, next(place for place in HELP_PLACES if place.part == "Channel ledger"))
        assert switch.isChecked()
        desk.press("Back to my work")
        assert not switch.isChecked()

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_an_open_lens_follows_an_edit_and_its_undo(qtbot):
    def story(desk):
        assert go_along(desk.window, ("Learn", "Collapse two layers"))
        lens = desk.window.findChild(LensDock, "Collapse two layers").lens
        desk.activate()
        desk.type_cell("Kernel", 1, 1, "5")
        assert lens.plates["First kernel"].values.tolist() == [[0, 1, 0], [0, 5, 0], [0, 1, 0]]
        desk.undo()
        assert lens.plates["First kernel"].values.tolist() == [[0, 1, 0]] * 3

    assert tell(qtbot, story) == 0


def test_a_lens_looks_at_the_layer_that_is_selected(qtbot):
    def story(desk):
        assert go_along(desk.window, ("Learn", "Collapse two layers"))
        lens = desk.window.findChild(LensDock, "Collapse two layers").lens
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
        assert len([dock for dock in desk.window.findChildren(LensDock) if not dock.isHidden()]) == 4

    assert tell(qtbot, story) == 0


def test_escape_in_a_lens_leaves_the_main_windows_steps_alone(qtbot):
    def story(desk):
        desk.press("Step forward")
        before = desk.find(QTableView, "Feature map").model().index(5, 5).data()
        assert go_along(desk.window, ("Learn", "Shift lab"))
        lens_window = desk.window.findChild(LensDock, "Shift lab")
        lens_window.activateWindow()
        desk.wait(lens_window.isActiveWindow)
        qtbot.keyClick(lens_window, Qt.Key.Key_Escape)
        assert not lens_window.isVisible()
        assert desk.find(QTableView, "Feature map").model().index(5, 5).data() == before == ""

    assert tell(qtbot, story) == 0
