"""Arrays as they are exported: with the names of their axes, and the title of each picture or table in them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from convstudio.model.colour.display import Levels, grey_levels
from convstudio.model.colour.map_levels import Ends, ends_of_map, levels_from
from convstudio.model.panes.gallery import reduced
from convstudio.model.values.answers.axis_names import PLURALS
from convstudio.model.values.arrays import Floats
from convstudio.model.values.scale import ColourMap, Scale, ramp

BLACK_TO_WHITE = ColourMap("black to white", is_signed=False, table=ramp([(0, 0, 0), (255, 255, 255)]))
"""The colours of grey pictures in files: all 256 shades, where the window keeps the darkest for its lines."""


@dataclass(frozen=True)
class Part:
    """An array that is exported, before its values are known.

    The first `rank` axes of `shape` belong to one plane, which becomes one picture or one table; `titles` names every
    plane, in the order of the axes that follow.
    """

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    rank: int
    titles: tuple[str, ...]

    @classmethod
    def of_maps(cls, shape: Sequence[int], titles: Sequence[str] | None = None, name: str = "maps") -> Part:
        """Describe feature maps `(*spatial, filters)`, or a vector `(units,)`, which is one plane; titles are counted.

        >>> Part.of_maps((8, 8, 2)).titles, Part.of_maps((5,)).axes
        (('1', '2'), ('units',))
        """
        rank = max(1, len(shape) - 1)
        axes = (*PLURALS[rank], "filters") if len(shape) > 1 else ("units",)
        count = math.prod(shape[rank:])
        counted = tuple(str(index + 1) for index in range(count))
        return cls(name, axes, tuple(shape), rank, counted if titles is None else tuple(titles))

    @property
    def spatial(self) -> tuple[int, ...]:
        """The shape of one plane."""
        return self.shape[: self.rank]

    def some(self, planes: Sequence[int]) -> Part:
        """Return a part of these planes alone; of an array with several axes of planes they stand along the last.

        >>> Part.of_maps((8, 8, 3)).some([2]).titles
        ('3',)
        """
        ahead = self.shape[self.rank : -1]
        shape = (*self.spatial, *(1 for _ in ahead), len(planes)) if self.rank < len(self.shape) else self.shape
        return replace(self, shape=shape, titles=tuple(self.titles[plane] for plane in planes))


def told_apart(parts: Sequence[Part]) -> tuple[tuple[str, ...], ...]:
    """Return the titles of every part's planes; of several parts the part's name is ahead, or stands for its one plane.

    >>> maps = Part.of_maps((8, 8, 2))
    >>> told_apart([maps]), told_apart([maps, Part.of_maps((8, 8, 1), name="input")])
    ((('1', '2'),), (('maps 1', 'maps 2'), ('input',)))
    """
    if len(parts) == 1:
        return (parts[0].titles,)
    return tuple(
        (part.name,) if len(part.titles) == 1 else tuple(f"{part.name} {title}" for title in part.titles)
        for part in parts
    )


@dataclass(frozen=True, eq=False)
class ExportedArray:
    """The values of a part, `(*part.shape,)`; `levels` are those of every plane, and none where they are not known."""

    part: Part
    values: Floats
    levels: tuple[Levels, ...] = field(default=(), repr=False)

    def plane(self, index: int) -> Floats:
        """Return the values of one plane, `(*part.spatial,)`."""
        return self.values.reshape(*self.part.spatial, -1)[..., index]

    def some(self, planes: Sequence[int]) -> ExportedArray:
        """Return some of the planes, in that order, with their levels."""
        part = self.part.some(planes)
        values = self.values.reshape(*part.spatial, -1)[..., list(planes)].reshape(part.shape)
        return ExportedArray(part, values, tuple(self.levels[plane] for plane in planes) if self.levels else ())

    def glimpse(self, side: int) -> ExportedArray:
        """Return the first plane alone, with at most `side` rows and columns and the levels of all its values."""
        first = self.some([0])
        values = reduced(first.plane(0), side)
        part = replace(first.part, shape=(*values.shape, *first.part.shape[first.part.rank :]))
        return ExportedArray(part, values.reshape(part.shape), first.levels)

    def with_levels(self, scale: Scale | None) -> ExportedArray:
        """Return it with the levels that every plane has on screen in a scale; without one, black to white for each.

        >>> import numpy as np
        >>> maps = ExportedArray(Part.of_maps((2, 2)), np.float32([[0, -1], [3, 2]]))
        >>> [(one.low, one.high) for one in maps.with_levels(Scale()).levels]
        [(-3.0, 3.0), (-2.0, 2.0)]
        >>> [(one.low, one.high) for one in maps.with_levels(None).levels]
        [(0.0, 3.0), (-1.0, 2.0)]
        """
        planes = [self.plane(index) for index in range(len(self.part.titles))]
        return replace(self, levels=_grey_levels(planes) if scale is None else _levels(planes, scale))


def titled_planes(arrays: Sequence[ExportedArray]) -> Iterator[tuple[str, ExportedArray, int]]:
    """Go through all planes of several arrays: a title that no other plane has, the array, and the plane's number."""
    for array, titles in zip(arrays, told_apart([array.part for array in arrays]), strict=True):
        for index, title in enumerate(titles):
            yield title, array, index


def _levels(planes: Sequence[Floats], scale: Scale) -> tuple[Levels, ...]:
    ends = [ends_of_map(plane) for plane in planes]
    if scale.is_shared:
        ends = [Ends.joined(ends).together] * len(ends)
    return tuple(
        levels_from(one, scale, cuts=scale.cuts_on(plane.shape)) for one, plane in zip(ends, planes, strict=True)
    )


def _grey_levels(planes: Sequence[Floats]) -> tuple[Levels, ...]:
    return tuple(replace(grey_levels(plane), colours=BLACK_TO_WHITE) for plane in planes)


@dataclass(frozen=True)
class PictureStyle:
    """How planes become pictures: through the colours of a `scale` (None: black to white), with or without its bar.

    A picture without a bar has one pixel a value.
    """

    scale: Scale | None = None
    has_bar: bool = False
