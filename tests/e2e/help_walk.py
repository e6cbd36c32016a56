"""Walks places that Help names: what must hold while one is shown, and what must be as before after the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from convstudio.app import Studio
from convstudio.model.edits import kernel_weights
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.help_places import HELP_PLACES, HelpPlace
from convstudio.model.values.network import Network
from convstudio.views.lenses.lens import Lens
from convstudio.views.window.guide.callout import Callout, seen_area
from convstudio.views.window.main_window import MainWindow
from tests.e2e.driver import Desk

SHOWN = HELP_PLACES
"""The places that have a picture."""
LENS = "Padding microscope"


def _fresh(_desk: Desk, _studio: Studio) -> None:
    pass


def _photograph(desk: Desk, studio: Studio) -> None:
    studio.workspace.inputs.use_bundled_sample("coffee")
    desk.wait_for_files()
    weights = np.random.default_rng(0).normal(size=(3, 3, 3, 12))
    studio.session.apply("Use 12 filters", replace(studio.session.document, network=Network((Conv.of(weights),))))
    studio.session.look(replace(studio.session.view, filter=7, position=(40, 60)))


def _sequence(desk: Desk, studio: Studio) -> None:
    desk.choose("Sample", "Sequence: step")
    desk.choose("Detector", "Central difference")
    desk.undo()  # a step that can be done again


def _deep(_desk: Desk, studio: Studio) -> None:
    layers = [Conv.of(np.ones((3, 3, 1, 2)))]
    for _ in range(3):
        layers += [Activation(), replace(Conv.of(np.ones((3, 3, 2, 2))), padding="same")]
    studio.session.apply("Build seven layers", replace(studio.session.document, network=Network(tuple(layers))))
    studio.session.look(replace(studio.session.view, layer=6, filter=1, position=(2, 3)))


def _small(desk: Desk, studio: Studio) -> None:
    desk.window.resize(1024, 640)
    studio.learn.open(LENS)
    document = studio.session.document
    studio.session.apply("Set a weight", kernel_weights.set_weights_block(document, 0, 0, 0, (0, 0), [[5]]))


STATES: Mapping[str, Callable[[Desk, Studio], None]] = MappingProxyType(
    {
        "a fresh window": _fresh,
        "a photograph with 12 filters": _photograph,
        "a sequence": _sequence,
        "a deep stack": _deep,
        "a small window with a lens": _small,
    }
)
"""What may be in the window when somebody asks."""


def all_of(studio: Studio) -> dict[str, object]:
    """Return everything that the way back has to restore."""
    session, window = studio.session, studio.window
    return {
        "document": id(session.document),
        "view": session.view,
        "steps": session.history.names,
        "place": session.history.place,
        "undo": (session.undo_stack.undoText(), session.undo_stack.redoText()),
        "modified": session.is_modified,
        "title": window.windowTitle(),
        "lenses": [title for title in studio.learn.lessons if studio.learn.dock_of(title) is not None],
    }


def show(desk: Desk, studio: Studio, place: HelpPlace) -> Callout:
    """Choose “Show me”, and wait for the frame."""
    studio.places.go_to(place)
    desk.wait(lambda: studio.places.showing is not None and studio.places.showing.is_over)
    callout = studio.places.showing.callout
    assert callout is not None, f"{place.question} shows nothing: {desk.message()}"
    desk.wait(lambda: QApplication.activeWindow() is callout.part.window())
    desk.wait(lambda: callout.framed.contains(seen_area(callout.part).adjusted(6, 6, -6, -6)))  # it follows the part
    return callout


def check_seen(callout: Callout, place: HelpPlace) -> None:
    """Check that the named part is visible, inside the window, not covered, and framed."""
    part, window, balloon = callout.part, callout.part.window(), callout.balloon
    is_under = part.accessibleName() == "More"  # where there is no room for the tool itself
    if is_under:
        assert balloon.sentence.text() == f"Under “More”: {place.look}", place.question
    elif place.part:
        assert place.part in (part.accessibleName().removesuffix(" picture"), part.objectName()), place.question
    else:
        assert isinstance(part, Lens), place.question
    seen = seen_area(part)
    assert part.isVisible(), place.question
    assert callout.isVisible(), place.question
    assert seen.width() >= 16, place.question
    assert seen.height() >= 12, place.question
    assert window.rect().contains(seen), place.question
    assert callout.framed.contains(seen.adjusted(6, 6, -6, -6)), place.question
    room = window.screen().availableGeometry() if balloon.isWindow() else window.rect()
    assert room.contains(balloon.geometry()), place.question
    for across, down in ((0.2, 0.2), (0.5, 0.5), (0.8, 0.8)):
        point = seen.topLeft() + QPoint(int(across * seen.width()), int(down * seen.height()))
        found = window.childAt(point)
        assert found is part or part.isAncestorOf(found), f"{place.question}: covered by {found}"
    if isinstance(window, MainWindow):  # others are filled by the part, and the sentence stands in its corner
        assert not balloon.geometry().intersects(seen), place.question
    assert place.look in balloon.accessibleName(), place.question


def walk(desk: Desk, studio: Studio, place: HelpPlace) -> None:
    """Go to a place and back, and check both."""
    desk.wait(lambda: not studio.recompute.is_busy and studio.jobs.is_idle)
    before = all_of(studio)
    callout = show(desk, studio, place)
    check_seen(callout, place)
    studio.window.menus.back.trigger()
    desk.wait_for_files()
    after = all_of(studio)
    changed = {name: (before[name], after[name]) for name in before if after[name] != before[name]}
    assert not changed, f"{place.question}: {changed}"
