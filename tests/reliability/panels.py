"""Work in the panels of the menu Train at random: choose their entries, type into their fields, drag their sliders."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QSlider, QStyle, QStyleOptionSlider, QTabBar, QWidget

from convstudio import app
from convstudio.views.window.ways import entry_at
from convstudio.wiring.learning.entries import ENTRIES
from tests.views.drags import move, press, release

MOST_AT_ONCE = 6
LONGEST_LOOK_SECONDS = 0.2
IS_OPENED = 0.3
TITLES = tuple(entry.title for entry in ENTRIES)


class PanelHands:
    """The part of the hands of `events` that keeps to one panel for some events, as a user does who works in it."""

    studio: app.Studio
    draw: random.Random
    done: deque[str]
    panels: Counter[str]
    _within: QWidget | None = None
    """Where the hands keep to for now: `_any` finds nothing outside it."""

    _any: Callable[[type], QWidget | None]
    _place: Callable[[QWidget], QPoint]

    def _work_in_panel(self) -> str:
        """Do a few things in one panel, which is opened by its entry where none is open."""
        if QApplication.activeModalWidget() is not None:
            return "work in no panel"
        is_open = [title for title in TITLES if self.studio.learning.dock_of(title) is not None]
        if not is_open or self.draw.random() < IS_OPENED:
            is_open = [self._open_panel()]
        title = self.draw.choice(is_open)
        told = [f"in the panel {title}:"]
        self.panels[title] += 1
        for _ in range(self.draw.randint(1, MOST_AT_ONCE)):
            self._within = self.studio.learning.dock_of(title)
            if self._within is None or QApplication.activeModalWidget() is not None:
                break
            told.append("something")
            told[-1] = self._do_there(told)
            self._watch()
        self._within = None
        return " ".join(told)

    def _do_there(self, told: list[str]) -> str:
        """Do one thing in the panel; what was done before stays told where the program ends in it."""
        ways = (
            *(self._choose, self._choose, self._enter, self._enter, self._enter, self._press_button),
            *(self._press_button, self._type_cell, self._drag_slider, self._drag_slider, self._drag),
            *(self._click, self._select, self._turn_page, self._look_up, self._turn_wheel),
        )
        try:
            return f"{self.draw.choice(ways)()};"
        finally:
            self.done[-1] = " ".join([*told[:-1], self.done[-1]])
            self._within = None

    def _open_panel(self) -> str:
        """Choose an entry of the menu Train, and return the title of the panel."""
        title = self.draw.choice(TITLES)
        self.done[-1] = f"open the panel {title}"
        entry = entry_at(self.studio.window, ("Train", f"{title}…"))
        assert entry is not None, f"the menu Train has no {title}"
        entry.trigger()
        return title

    def _watch(self) -> None:
        """Let what runs go on for a moment."""
        until = time.monotonic() + self.draw.random() * LONGEST_LOOK_SECONDS
        QApplication.processEvents()
        while self.studio.learning.is_running and time.monotonic() < until:
            QApplication.processEvents()

    def _drag_slider(self) -> str:
        """Take the handle of a slider to another place, by way of a third."""
        slider = self._any(QSlider)
        if slider is None:
            return "drag no slider"
        option = QStyleOptionSlider()
        slider.initStyleOption(option)
        style, part = slider.style(), QStyle.SubControl.SC_SliderHandle
        handle = style.subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider).center()
        places = [self._place(slider) for _ in range(2)]
        told = f"drag the handle of {slider.accessibleName()!r} from {slider.value()} to {places[-1].toTuple()}"
        self.done[-1] = told
        press(slider, handle)
        for place in places:
            if shiboken6.isValid(slider):
                move(slider, place)
                QApplication.processEvents()
        if shiboken6.isValid(slider):
            release(slider, places[-1])
        return told

    def _turn_page(self) -> str:
        """Turn to another page by its tab."""
        tabs = self._any(QTabBar)
        if tabs is None or not tabs.count():
            return "turn no page"
        page = self.draw.randrange(tabs.count())
        told = f"turn to the page {tabs.tabText(page)!r}"
        self.done[-1] = told
        tabs.setCurrentIndex(page)
        return told
