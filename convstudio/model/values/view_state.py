"""What the user has selected: kept beside the document, and not undoable."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal

from convstudio.model.values.learning.watched_phase import FORWARD_PHASE, WatchedPhase
from convstudio.model.values.numbers import USUAL, NumberFormat
from convstudio.model.values.scale import PLAIN, ColourMap, Scale

DataFormat = Literal["keras", "pytorch"]


class Pane(Enum):
    """The three panes that link to each other."""

    INPUT = "input"
    KERNEL = "kernel"
    MAP = "map"


@dataclass(frozen=True)
class Cell:
    """One cell of a pane: its position per spatial axis, counted from the first input cell, weight or output."""

    pane: Pane
    index: tuple[int, ...]


@dataclass(frozen=True)
class Selection:
    """The channel, filter and output that were selected in a layer when another one was selected."""

    layer: int
    channel: int
    filter: int
    position: tuple[int, ...]


@dataclass(frozen=True)
class SelectionHistory:
    """What was selected in the layers of a network of `layers`, and the output that the user chose last: its `origin`.

    The outputs of the other layers follow from the origin, so that going on and coming back leads to the same one.
    """

    layers: int = 0
    origin: Selection | None = None
    selections: tuple[Selection, ...] = ()


@dataclass(frozen=True)
class ViewState:
    """The selected layer, channel, filter and output position, and how they are shown.

    `revealed` counts the outputs shown while the stepper fills the map (None: all of them); `term` is the term of
    the current sum when going term by term, in any phase of learning; `pointed` is under the mouse, `pinned` was
    clicked. `alone` shows the channel by itself where a picture could show all of them in colour; with `solo` the
    other filters and their maps are greyed; `combined` shows the layer's combination in place of the filter's own
    map; `data_format` is the framework whose order shapes are written in, and `numbers` how numbers are written;
    `pairing` is the way to combine channels that the ledger compares, `scale` how the maps of a layer become
    colours, in the map pane and on tiles alike; `input_span` which values of an input are between black and white
    (None: as `input_levels` decides). `watch` is the phase of learning on show.
    """

    layer: int = 0
    channel: int = 0
    filter: int = 0
    position: tuple[int, ...] = (0, 0)
    revealed: int | None = None
    term: int | None = None
    pointed: Cell | None = None
    pinned: Cell | None = None
    alone: bool = False
    solo: bool = False
    data_format: DataFormat = "keras"
    numbers: NumberFormat = USUAL
    combined: bool = False
    pairing: str = "standard"
    scale: Scale = PLAIN
    input_span: Literal["usual", "all", "middle"] | None = None
    watch: WatchedPhase = FORWARD_PHASE
    visited: SelectionHistory = field(default=SelectionHistory(), compare=False, repr=False)

    @property
    def linked(self) -> Cell | None:
        """The cell whose links are lit: the one under the mouse, else the pinned one."""
        return self.pointed or self.pinned

    @property
    def shown_position(self) -> tuple[int, ...]:
        """The output position whose window is outlined: a map cell under the mouse, else the current one."""
        if self.pointed is not None and self.pointed.pane is Pane.MAP:
            return self.pointed.index
        return self.position

    def pointing_at(self, cell: Cell | None) -> ViewState:
        """Return the state with the mouse over `cell`."""
        return replace(self, pointed=cell)

    def scaled(self, **changes: ColourMap | bool | tuple[float, float] | None) -> ViewState:
        """Return the state with some of the choices of its scale changed."""
        return replace(self, scale=replace(self.scale, **changes))  # type: ignore[arg-type]  # each one fits its own field

    def let_go(self) -> ViewState:
        """Return the state with nothing pinned, the whole map and all filters shown and no term chosen."""
        watch = replace(self.watch, revealed=None)
        return replace(self, pinned=None, pointed=None, revealed=None, term=None, solo=False, watch=watch)
