"""The pooling: the largest or the mean value of every window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.global_pooling import pool_kind_setting, pooled_rule
from convstudio.model.values.answers.arithmetic import Arithmetic, ReadValues, counted_values, largest, mean
from convstudio.model.values.answers.axis_names import PLURALS, place
from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.values.answers.gradient_terms import BackwardRule
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import PathCounts, along_axes, through_windows
from convstudio.model.values.answers.setting import Setting, replaced
from convstudio.model.values.answers.shape_formulas import window_formula
from convstudio.model.values.answers.windows import (
    Cells,
    Window,
    cells_met,
    fed_cells,
    read_cells,
    slid_window,
    touched_outputs,
)
from convstudio.model.values.arrays import Box, Floats, TiledArray, frozen
from convstudio.model.values.layer import Layer, Padding, Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.view_state import ViewState
from convstudio.ops import (
    pool,
    pool_geometry,
    pool_gradient,
)
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry, Pairs, ShapeError, resolve_padding, times

_PADDINGS = ("valid", "same", "full")
_EXPLICIT = "explicit"
_YES_OR_NO = ("no", "yes")
_LAST_WINDOWS = ("if it fits", "always")
_SIDES = {
    1: (("before", "after"),),
    2: (("top", "bottom"), ("left", "right")),
    3: (("front", "back"), ("top", "bottom"), ("left", "right")),
}


@dataclass(frozen=True, eq=False)
class Pool(Layer):
    """The largest or the mean value of every window, channel by channel; a `stride` of None is the window's size.

    With `ceil_mode` a last window may reach past the padding; with `count_include_pad` padding counts in a mean, as 0.
    """

    kind: str = "max"
    size: tuple[int, ...] = (2, 2)
    stride: tuple[int, ...] | None = None
    padding: Padding = "valid"
    dilation: tuple[int, ...] | None = None
    ceil_mode: bool = False
    count_include_pad: bool = False

    @property
    def rank(self) -> int:
        """The number of directions in which the window slides."""
        return len(self.size)

    def geometry(self, spatial: Shape) -> Geometry:
        """Work out how the window slides; raise ShapeError or ValueError with the reason where it cannot.

        What `ceil_mode` reaches past the padding is padding here, too.
        """
        return pool_geometry(tuple(spatial), self.size, **self._sliding, ceil_mode=self.ceil_mode)

    def counted_pairs(self, spatial: Shape) -> Pairs:
        """Return, per axis, how many cells before and after the input count in a mean."""
        if not self.count_include_pad:
            return ((0, 0),) * self.rank
        return self.own_pairs(spatial)

    def own_pairs(self, spatial: Shape) -> Pairs:
        """Return the padding per axis, without what `ceil_mode` reaches past it."""
        settings = self._sliding | {"stride": self.stride or self.size}
        return resolve_padding(tuple(spatial), self.size, **settings)

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) - 1 != self.rank:
            raise ShapeError(
                f"a {times(self.size)} pooling does not fit an input of {times(input_shape)}: move it further left"
            )
        return (*self.geometry(input_shape[:-1]).output, input_shape[-1])

    def compute(self, values: Array) -> Array:
        self.output_shape(values.shape)
        return pool(values, self.kind, self.size, **self.settings)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        return LayerGradients(pool_gradient(values, grad, self.kind, self.size, **self.settings))

    @property
    def backward_rule(self) -> BackwardRule:
        return pooled_rule(self.kind, "window")

    def formula(self, input_shape: Shape) -> str:
        return window_formula(self.geometry(input_shape[:-1]), self.own_pairs(input_shape[:-1]))

    @property
    def name(self) -> str:
        return f"{self.kind.capitalize()} pool {format_shape(self.size)}"

    @property
    def rules(self) -> tuple[str, ...]:
        counts = ("padding counts",) if self.count_include_pad and self.kind == "average" else ()
        return (*counts, "last window always") if self.ceil_mode else counts

    @property
    def facts(self) -> str:
        if self.kind == "max":
            return "A window slides over every map, and its largest value is kept. Nothing to learn."
        return "A window slides over every map, and its mean is kept: every cell counts alike. Nothing to learn."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        axes = PLURALS[self.rank]
        is_explicit = not isinstance(self.padding, str)
        sides = (_side(self.rank, axis, side, limits.padding) for axis in range(self.rank) for side in (0, 1))
        return (
            pool_kind_setting("Whether each window becomes its maximum or its mean"),
            *(_size(f"Pool {name}", axis, limits.kernel_length) for axis, name in enumerate(axes)),
            *(_stride(f"Pool stride {name}", axis, limits.stride) for axis, name in enumerate(axes)),
            _PADDING,
            *(sides if is_explicit else ()),
            *((_COUNTING,) if self.kind == "average" else ()),
            _LAST,
        )

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        return slid_window(self.geometry(input_shape[:-1]), "zeros", position)

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        return fed_cells(self.geometry(input_shape[:-1]), "zeros", cell)

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        through = through_windows(self.geometry(input_shape[:-1]), "zeros")
        return PathCounts((*along_axes(outputs.paths[:-1], through), outputs.paths[-1]))

    def field_step(self, input_shape: Shape) -> Geometry:
        return self.geometry(input_shape[:-1])

    def explain(self, inputs: TiledArray, view: ViewState, names: Sequence[str]) -> Arithmetic:
        window, channel = self.window(inputs.shape, view.shown_position), self.channel_shown(inputs.shape, view)
        values = read_cells(inputs, window.sources)[..., channel]
        inside, padded = _crossing([along >= 0 for along in window.sources]), self._padded(inputs.spatial, window)
        winner: int | None = None
        if self.kind == "max":
            output, text, winner = largest(counted_values(values, inside), inside, window.positions)
        else:
            output, text = self._mean(values, inside, padded)
        shown = ReadValues(f"window · {names[channel]}", values, inside, padded, winner)
        return Arithmetic(output, text, place(view.shown_position), shown)

    def outputs_reached(self, inputs: TiledArray, cells: Box) -> list[Box] | None:
        return touched_outputs(self.geometry(inputs.spatial), "zeros", cells)

    def run_box(self, inputs: TiledArray, box: Box) -> Floats:
        sliding = self.geometry(inputs.spatial)
        spans = [cells_met(sliding, axis, part) for axis, part in enumerate(box)]
        inside = tuple(slice(max(0, s.start), min(size, s.stop)) for s, size in zip(spans, inputs.spatial, strict=True))
        ends = (size + after for size, (_, after) in zip(inputs.spatial, self.own_pairs(inputs.spatial), strict=True))
        outside = tuple(
            (own.start - s.start, max(0, min(s.stop, end) - own.stop))  # beyond it is what ceil_mode reaches
            for s, own, end in zip(spans, inside, ends, strict=True)
        )
        return replace(self, stride=sliding.stride, padding=outside).run(frozen(inputs.box(inside)))

    @property
    def handles_each_map_alone(self) -> bool:
        return True

    def in_rank(self, rank: int) -> Pool:
        """Return the layer for inputs of another rank: the window loses or gains leading axes like its last one."""
        if self.rank == rank:
            return self
        size = (self.size[-1],) * (rank - self.rank) + self.size[max(0, self.rank - rank) :]
        padding = self.padding if isinstance(self.padding, str) and self.padding != "causal" else "valid"
        return replace(self, size=size, stride=None, padding=padding, dilation=None)

    def following(self, maps: MapOrder) -> Layer | None:
        del maps
        return self

    def order_after(self, maps: MapOrder) -> MapOrder | None:
        return maps

    @property
    def settings(self) -> dict[str, Any]:
        """How the window slides and counts, as the keyword arguments of `ops.pool`."""
        rules = {"ceil_mode": self.ceil_mode, "count_include_pad": self.count_include_pad}
        return self._sliding | rules

    @property
    def _sliding(self) -> dict[str, Any]:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation or (1,) * self.rank}

    def _padded(self, spatial: Shape, window: Window) -> NDArray[np.bool_]:
        """Mark the cells of a window in the input or its padding: not those that only `ceil_mode` reaches."""
        axes = zip(window.positions, spatial, self.own_pairs(spatial), strict=True)
        return _crossing([(along >= -before) & (along < size + after) for along, size, (before, after) in axes])

    def _mean(self, values: Floats, inside: NDArray[np.bool_], padded: NDArray[np.bool_]) -> tuple[float, str]:
        counted = padded if self.count_include_pad else inside
        filled = values if inside.all() else np.where(inside, values, np.float32(0))
        output, text = mean(counted_values(filled, counted))
        padding, past = int(np.count_nonzero(padded & ~inside)), int(np.count_nonzero(~padded))
        notes = told_outside(padding, past, self.count_include_pad)
        return output, "\n".join(filter(None, [text, notes]))


def told_outside(padding: int, past: int, does_count: bool) -> str:
    """Say what became of the cells of a mean's window that are padding, and of those past it.

    >>> told_outside(2, 1, True)
    '2 padding cells count as 0, 1 cell past the end is left out'
    """
    notes = []
    if padding and does_count:
        notes.append(one_or_many(padding, "1 padding cell counts as 0", f"{padding} padding cells count as 0"))
    elif padding:
        notes.append(one_or_many(padding, "1 padding cell is left out", f"{padding} padding cells are left out"))
    if past:
        notes.append(one_or_many(past, "1 cell past the end is left out", f"{past} cells past the end are left out"))
    return ", ".join(notes)


def _crossing(axes: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Mark the cells that are marked on every axis."""
    marked = np.ones([len(along) for along in axes], np.bool_)
    for axis, along in enumerate(axes):
        marked[(slice(None),) * axis + (~along,)] = False
    return marked


# --- the form ----------------------------------------------------------------------------------------------------


_PADDING = Setting(
    "Pool padding",
    "Cells added around the maps; ignored by max pooling, and left out of averages unless Padding counts",
    lambda held, _: (*_PADDINGS, held.padding).index(held.padding),
    lambda held, _, index: _with_padding(held, int(index)),
    (*_PADDINGS, _EXPLICIT),
)
_COUNTING = Setting(
    "Padding counts",
    "Whether an average counts padding as 0, as PyTorch's count_include_pad does; Keras leaves it out",
    lambda held, _: int(held.count_include_pad),
    lambda held, _, index: replace(held, count_include_pad=bool(index)),
    _YES_OR_NO,
)
_LAST = Setting(
    "Last window",
    "Whether a last window that reaches past the maps is left out, or kept with what it meets (ceil_mode)",
    lambda held, _: int(held.ceil_mode),
    lambda held, _, index: replace(held, ceil_mode=bool(index)),
    _LAST_WINDOWS,
)


def _side(rank: int, axis: int, side: int, high: int) -> Setting:
    """Return the field of an explicit padding on one side of one axis."""

    def written(held: Pool, _: int, value: float) -> Pool:
        pairs = list(_explicit_pairs(held))
        before, after = replaced(pairs[axis], side, int(value))
        pairs[axis] = (before, after)
        return replace(held, padding=tuple(pairs))

    return Setting(
        f"Pool padding {_SIDES[rank][axis][side]}",
        "Cells added on this side of every map",
        lambda held, _: _explicit_pairs(held)[axis][side],
        written,
        low=0,
        high=high,
    )


def _size(name: str, axis: int, high: int) -> Setting:
    return Setting(
        name,
        "Size of the window along this axis, in cells",
        lambda held, _: held.size[axis],
        lambda held, _, value: replace(held, size=replaced(held.size, axis, int(value))),
        low=1,
        high=high,
    )


def _stride(name: str, axis: int, high: int) -> Setting:
    return Setting(
        name,
        "Cells that the window moves by",
        lambda held, _: (held.stride or held.size)[axis],
        lambda held, _, value: replace(held, stride=replaced(held.stride or held.size, axis, int(value))),
        low=1,
        high=high,
    )


def _with_padding(layer: Pool, index: int) -> Pool:
    return replace(layer, padding=_explicit_pairs(layer) if index == len(_PADDINGS) else _PADDINGS[index])


def _explicit_pairs(layer: Pool) -> tuple[tuple[int, int], ...]:
    """Return the cells on each side; of a named padding those that it adds where the window moves by one cell."""
    if not isinstance(layer.padding, str):
        return layer.padding
    reach = [(cells - 1) * gap for cells, gap in zip(layer.size, layer.dilation or (1,) * layer.rank, strict=True)]
    named = {
        "valid": [(0, 0) for _ in reach],
        "same": [(cells // 2, cells - cells // 2) for cells in reach],
        "full": [(cells, cells) for cells in reach],
        "causal": [(cells, 0) for cells in reach],
    }
    return tuple(named[layer.padding])
