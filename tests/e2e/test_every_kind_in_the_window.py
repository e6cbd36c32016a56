"""Every entry of Add layer in the window: it is in the ribbon, shown, explained, set, saved and opened."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.projects.documents import load_document
from convstudio.model.edits.building import NEW_LAYERS
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_exact
from tests.e2e.answers import CTRL, Answers, Inside, save_as
from tests.e2e.driver import Desk, case, tell
from tests.e2e.test_networks_in_the_window import add, chips


def on_show(desk: Desk, *kinds: type[QWidget]) -> list[QWidget]:
    """Return the visible widgets of some kinds."""
    return [one for kind in kinds for one in desk.window.findChildren(kind) if one.isVisible()]


def test_an_entry_of_add_layer_is_shown_explained_and_saved(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    built: dict[Path, Document] = {}

    def work(desk: Desk) -> None:
        for number, entry in enumerate(NEW_LAYERS):
            with case(entry):
                add_and_save(desk, entry, tmp_path / f"kind{number}.convstudio")
                inside.studio.window.menus.new_asked.emit()
                desk.wait(lambda: len(chips(desk)) == 2)

    def add_and_save(desk: Desk, entry: str, path: Path) -> None:
        if entry == "Dense":
            add(desk, inside, "Flatten")
        add(desk, inside, entry)
        desk.key(Qt.Key.Key_End, CTRL)
        document, view = inside.document, inside.studio.session.view
        layer = document.layers[view.layer]
        assert chips(desk)[view.layer + 1] == layer.name
        shown = forward(document).layers[view.layer].shown_map(view.filter)
        assert shown is not None
        assert inside.studio.map_pane.readout.value_label.text().endswith(f"= {format_exact(float(shown.ravel()[-1]))}")
        assert desk.calculation()
        if not isinstance(layer, Conv):  # it has the kernel pane
            assert layer.facts in [label.text() for label in on_show(desk, QLabel)]
            fields = {field.accessibleName() for field in on_show(desk, QComboBox, QAbstractSpinBox)}
            assert {setting.name for setting in layer.form(LIMITS)} <= fields
        save_as(desk, answers, path)
        built[path] = document

    assert tell(qtbot, work) == 0
    assert len(built) == len(NEW_LAYERS)
    assert [path.name for path, document in built.items() if load_document(path)[0] != document] == []


def test_the_slope_of_a_leaky_relu_is_set_refused_and_undone(qtbot: QtBot, answers: Answers, inside: Inside) -> None:
    seen: list[object] = []

    def work(desk: Desk) -> None:
        add(desk, inside, "Activation")
        desk.choose("Activation", "leaky ReLU")
        desk.wait(lambda: "Negative slope" in [field.accessibleName() for field in on_show(desk, QAbstractSpinBox)])
        desk.enter("Negative slope", "0.125")
        view = inside.studio.session.view
        seen.append((chips(desk)[view.layer + 1], desk.calculation().splitlines()[-1]))
        desk.enter("Negative slope", "200")
        seen.append(desk.message())
        desk.undo()
        seen.append(chips(desk)[view.layer + 1])

    assert tell(qtbot, work) == 0
    assert seen == [
        ("Leaky ReLU 0.125", "x where x ≥ 0, else 0.125·x"),
        "The negative slope must be between 0 and 100, not 200.",
        "Leaky ReLU",
    ]
