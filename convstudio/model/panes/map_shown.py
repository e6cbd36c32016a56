"""What the map pane shows: one map, where it comes from, and what is told about it."""

from __future__ import annotations

from dataclasses import dataclass

from convstudio.model.panes.readout import combined_line, value_line
from convstudio.model.run.forward import LayerResult
from convstudio.model.run.prediction import Prediction, prediction_of
from convstudio.model.trace.links import linked_cells
from convstudio.model.values.answers.windows import Cells
from convstudio.model.values.arrays import Floats
from convstudio.model.values.combination import CombinedMap
from convstudio.model.values.maps import Maps
from convstudio.model.values.view_state import Pane, ViewState


@dataclass(frozen=True, eq=False)
class MapShown:
    """One map, `values`, `(*spatial,)`: of a layer's `result`, or what `combined` makes of several; None without a map.

    `prediction` is the map read as the shares of classes, where it is one.
    """

    result: LayerResult | None = None
    combined: CombinedMap | None = None
    values: Floats | None = None
    prediction: Prediction | None = None

    @classmethod
    def of(
        cls,
        result: LayerResult | None,
        combined: CombinedMap | None,
        view: ViewState,
        class_names: tuple[str, ...] = (),
    ) -> MapShown:
        """Return the map that a view selects of a layer's result, or the combination of its maps."""
        if view.combined and combined is not None:
            return cls(result, combined, combined.values)
        values = None if result is None else result.shown_map(view.filter)
        return cls(result, None, values, prediction_of(result, class_names))

    @property
    def problem(self) -> str:
        """Why there is no map."""
        found = "" if self.result is None else self.result.problem
        return found or ("" if self.combined is None else self.combined.problem)

    @property
    def is_cancelled(self) -> bool:
        """Whether there is no map because its computation was stopped."""
        return self.result is not None and self.result.is_cancelled

    @property
    def is_vector(self) -> bool:
        """Whether the map is a list of values that have no place."""
        made = None if self.result is None else self.result.output
        return made is not None and not made.spatial

    @property
    def siblings(self) -> Maps | None:
        """All maps of the layer, where this is one of them."""
        return None if self.combined is not None or self.result is None else self.result.output

    def value_line(self, view: ViewState) -> str:
        """Write the value under the pointer; of a combination, also the values that it combines."""
        if self.values is None:
            return ""
        if self.combined is not None:
            return combined_line(self.combined, view.shown_position, view.revealed)
        line = value_line(self.values, view.shown_position, view.revealed, is_vector=self.is_vector)
        return line if self.prediction is None else f"class {self.prediction.name(view.shown_position[0])}, {line}"

    @property
    def longest_line(self) -> str:
        """The line of the last value, whose place takes the most digits."""
        if self.values is None:
            return ""
        return value_line(self.values, tuple(n - 1 for n in self.values.shape), None, is_vector=self.is_vector)

    def linked(self, view: ViewState) -> Cells | None:
        """Return the cells of the map that belong to the cell of another pane that is pointed at or pinned."""
        cell = view.linked
        if cell is None or cell.pane is Pane.MAP or self.result is None or self.result.read is None:
            return None
        read = self.result.read.shape
        if len(cell.index) != max(1, len(read) - 1):
            return None
        return linked_cells(self.result.layer, read, cell).get(Pane.MAP)
