"""Kernels that are made from a few numbers: each generator names them, and makes one kernel or a bank of filters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from convstudio.model.edits.filters import FilterBank
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector, RuleUse
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number, format_shape
from convstudio.ops import kernels
from convstudio.ops.padding import Array

Size: TypeAlias = tuple[int, ...]
Make: TypeAlias = Callable[..., Array]
"""From the kernel size and one number for each parameter to the weights, float64."""


@dataclass(frozen=True)
class Parameter:
    """One number of a generator, from `least` to `most`; `tells` says what it does.

    Where it `is_turn`, it is an angle in degrees and `most` gives the same kernel as `least`; where it `is_scale`, a
    series of it grows by equal factors. The numbers of a parameter with `choices` are their places.
    """

    name: str
    default: float
    least: float
    most: float
    tells: str
    is_whole: bool = False
    is_turn: bool = False
    is_scale: bool = False
    choices: tuple[str, ...] = ()

    def text(self, value: float) -> str:
        """Write a number of this parameter as it stands in the name of a kernel.

        >>> Parameter("orientation", 0, 0, 180, "", is_turn=True).text(22.5)
        'orientation 22.5°'
        """
        if self.choices:
            return self.choices[round(value)]
        return f"{self.name} {format_number(value)}{'°' if self.is_turn else ''}"

    @property
    def usual_ends(self) -> tuple[float, float]:
        """The ends of a series that nobody chose: all that it can be, or the default and twice as much.

        >>> Parameter("wavelength", 4, 2, 31, "", is_scale=True).usual_ends
        (4, 8)
        """
        return (self.default, min(self.most, 2 * self.default)) if self.is_scale else (self.least, self.most)

    def spread(self, count: int, first: float, last: float) -> list[float]:
        """Return `count` numbers, evenly from the first to the last: whole ones where it is one of those.

        A whole turn ends before the angle that gives the first kernel again. Raises ValueError beyond its limits.

        >>> Parameter("orientation", 0, 0, 180, "", is_turn=True).spread(4, 0, 180)
        [0.0, 45.0, 90.0, 135.0]
        >>> Parameter("wavelength", 4, 2, 31, "", is_scale=True).spread(3, 2, 8)
        [2.0, 4.0, 8.0]
        """
        for value in (first, last):
            if not self.least <= value <= self.most:
                ends = f"{format_number(self.least)} to {format_number(self.most)}"
                raise ValueError(f"The {self.name} goes from {ends}, so {format_number(value)} is refused")
        is_whole_turn = self.is_turn and abs(last - first) == self.most - self.least
        even = np.geomspace if self.is_scale and first > 0 and last > 0 else np.linspace
        values = even(first, last, count, endpoint=not is_whole_turn)
        return list(dict.fromkeys(values.round().tolist() if self.is_whole else values.round(12).tolist()))


@dataclass(frozen=True)
class Series:
    """What one parameter is in the filters of a bank: `count` numbers from `first` to `last`.

    `place` is the number of the parameter among those of its generator.
    """

    place: int
    count: int
    first: float
    last: float


@dataclass(frozen=True)
class Generator:
    """A rule that makes kernels.

    `ranks` are those of the layers that it is for: 1 for sequences, 2 for images. `only_size` is the kernel size of a
    rule that has one. `detects` says what its kernels respond to, `source` who described it.
    """

    id: str
    name: str
    detects: str
    source: str
    make: Make = field(repr=False)
    parameters: tuple[Parameter, ...] = ()
    ranks: tuple[int, ...] = (1, 2)
    only_size: Size | None = None

    def size_for(self, size: Size) -> Size:
        """Return the kernel size that it makes where `size` is asked for."""
        return self.only_size or size

    def kernel(self, size: Size, values: Sequence[float]) -> Detector:
        """Make a kernel, named by its numbers; raise ValueError where the rule has none for them.

        >>> find_generator("gaussian").kernel((3, 3), [1.0]).name
        'Gaussian 3×3, sigma 1'
        """
        made = frozen(self.make(self.size_for(size), *values))
        numbers = "".join(f", {one.text(value)}" for one, value in zip(self.parameters, values, strict=True))
        name = f"{self.name} {format_shape(made.shape)}{numbers}"
        names = [one.name for one in self.parameters]
        rule = RuleUse(self.id, MappingProxyType(dict(zip(names, map(float, values), strict=True))))
        return Detector(self.id, name, made.ndim, made, False, self.detects, self.source, made_by=rule)

    def bank(self, size: Size, values: Sequence[float], series: Sequence[Series]) -> FilterBank:
        """Make a filter for each combination of the numbers in `series`, the first one's changing fastest.

        The filters are named by these numbers; the other `values` stay. Raises ValueError as `kernel`, and for more
        filters than a layer takes, and for two series of one parameter.

        >>> find_generator("motion").bank((5, 5), [5.0, 0.0], [Series(1, 4, 0, 180)]).names
        ('angle 0°', 'angle 45°', 'angle 90°', 'angle 135°')
        """
        count = math.prod(one.count for one in series)
        if count > LIMITS.filters:
            raise ValueError(f"{count} filters are more than the {LIMITS.filters} of a layer: choose fewer")
        if len({one.place for one in series}) < len(series):
            name = self.parameters[series[-1].place].name
            raise ValueError(f"Both series of the bank are over the {name}: choose another number, or nothing else")
        spreads = [self.parameters[one.place].spread(one.count, one.first, one.last) for one in series]
        made, names = [], []
        for turned in itertools.product(*reversed(spreads)):
            chosen = dict(zip([one.place for one in series], reversed(turned), strict=True))
            made.append(self.kernel(size, [chosen.get(place, value) for place, value in enumerate(values)]).kernel)
            names.append(", ".join(self.parameters[place].text(value) for place, value in chosen.items()))
        tables = [np.atleast_2d(kernel) for kernel in made]
        return FilterBank.of(np.stack(tables, axis=-1)[:, :, np.newaxis], names)


def find_generator(generator_id: str) -> Generator:
    """Return a generator by its id; raise KeyError for one that is not there."""
    return {one.id: one for one in GENERATORS}[generator_id]


@dataclass(frozen=True)
class RecalledRule:
    """The rule that made a preset, the kernel size, and the number of each of the rule's parameters."""

    generator: Generator
    size: Size
    values: tuple[float, ...]

    def changed(self, preset: Detector, made: Detector) -> Detector:
        """Return the preset with another kernel of a rule; a name that was made of the numbers is made again.

        >>> gaussian = find_generator("gaussian")
        >>> old, new = gaussian.kernel((3, 3), [1.0]), gaussian.kernel((3, 3), [2.0])
        >>> recalled_rule(old).changed(old, new).name
        'Gaussian 3×3, sigma 2'
        """
        is_named_by_numbers = preset.name == self.generator.kernel(self.size, self.values).name
        return replace(
            preset,
            name=made.name if is_named_by_numbers else preset.name,
            kernel=made.kernel,
            made_by=made.made_by,
            detects=made.detects if preset.detects == self.generator.detects else preset.detects,
            source=made.source if preset.source == self.generator.source else preset.source,
        )


def recalled_rule(preset: Detector) -> RecalledRule | None:
    """Return the rule and the numbers that a preset was saved with; None where it was not made by a known rule.

    A number that is missing or out of its limits, as in a file written by hand, is the usual one.

    >>> recalled_rule(find_generator("gaussian").kernel((3, 3), [2.0])).values
    (2.0,)
    """
    rule = preset.made_by
    generator = next((one for one in GENERATORS if rule is not None and one.id == rule.rule), None)
    if rule is None or generator is None or preset.rank not in generator.ranks or preset.mixes_channels:
        return None
    held = [(one, rule.parameters.get(one.name, one.default)) for one in generator.parameters]
    values = tuple(value if one.least <= value <= one.most else one.default for one, value in held)
    return RecalledRule(generator, preset.kernel.shape, values)


def generators_for(rank: int) -> tuple[Generator, ...]:
    """Return the generators for layers that slide along so many axes."""
    return tuple(one for one in GENERATORS if rank in one.ranks)


# --- the rules, with angles in degrees ----------------------------------------------------------------------------


def _gabor(size: Size, wavelength: float, orientation: float, phase: float) -> Array:
    return kernels.gabor(size, wavelength, math.radians(orientation), phase=math.radians(phase))


def _motion(size: Size, length: float, angle: float) -> Array:
    return kernels.motion(size, length, math.radians(angle))


def _laplacian(_size: Size, alpha: float) -> Array:
    return kernels.laplacian(alpha)


def _compass(_size: Size, which: float, turns: float) -> Array:
    return kernels.compass(kernels.COMPASS_KERNELS[round(which)], round(turns))


def _derivative(make: Make, size: Size, *orders: float) -> Array:
    return make(size, [round(order) for order in orders])


def _step_derivative(size: Size, order: float) -> Array:
    return kernels.sobel(size, [round(order)])


def _random(size: Size, deviation: float, seed: float) -> Array:
    return kernels.random_normal(size, deviation, round(seed))


def _plain(make: Make, size: Size) -> Array:
    return make(size)


_SIGMA = Parameter("sigma", 1, 0.1, 15, "The width of the Gaussian, in cells", is_scale=True)
_RADIUS = Parameter("radius", 2, 0.5, 15.5, "From the middle to the rim, in cells", is_scale=True)
_LENGTH = Parameter("length", 5, 1, LIMITS.kernel_length, "How far the picture moves, in cells", is_scale=True)
_ANGLE = Parameter("angle", 0, 0, 180, "0 is along the columns; it goes on clockwise", is_turn=True)
_ORIENTATION = Parameter("orientation", 0, 0, 180, "0 responds to vertical stripes; it goes on clockwise", is_turn=True)
_ROW_ORDER = Parameter("order along rows", 0, 0, 8, "How often differences are taken downwards", is_whole=True)
_COLUMN_ORDER = Parameter("order along columns", 1, 0, 8, "How often differences are taken to the right", is_whole=True)

GENERATORS: tuple[Generator, ...] = (
    Generator("box", "Box", "the mean of all cells", "the moving average", partial(_plain, kernels.box)),
    Generator(
        "binomial", "Binomial", "a weighted mean, in whole numbers", "Pascal's triangle",
        partial(_plain, kernels.binomial),
    ),
    Generator("gaussian", "Gaussian", "a weighted mean", "C. F. Gauss, 1809", kernels.gaussian, (_SIGMA,)),
    Generator(
        "log", "Laplacian of Gaussian", "spots and edges of one width, in any direction", "Marr and Hildreth, 1980",
        kernels.laplacian_of_gaussian, (_SIGMA,),
    ),
    Generator(
        "dog", "Difference of Gaussians", "bright spots of one width on a dark surround", "Marr and Hildreth, 1980",
        kernels.difference_of_gaussians,
        (_SIGMA, Parameter("ratio", 1.6, 1.05, 8, "How many times as wide the surround is", is_scale=True)),
    ),
    Generator(
        "ricker", "Ricker", "bumps of one width", "N. Ricker, 1953", kernels.ricker,
        (Parameter("width", 1, 0.1, 15, "From the middle to where the weights change their sign, in cells",
                   is_scale=True),),
    ),
    Generator(
        "disk", "Disk", "the mean of a round area, as out of focus", "the area of each cell inside the circle",
        kernels.disk, (_RADIUS,), ranks=(2,),
    ),
    Generator(
        "motion", "Motion", "the mean along a line, as of a moving camera",
        "the distance of each cell from the line", _motion, (_LENGTH, _ANGLE), ranks=(2,),
    ),
    Generator(
        "laplacian", "Laplacian", "edges and spots in any direction; flat areas and slopes give 0",
        "the five-point and the nine-point stencil", _laplacian,
        (Parameter("alpha", 0.2, 0, 1, "0 weighs the four neighbours alone, 1 the corners most"),),
        ranks=(2,), only_size=(3, 3),
    ),
    Generator("sobel", "Sobel", "edges, by differences along an axis and sums across it", "I. Sobel, 1968",
              partial(_derivative, kernels.sobel), (_ROW_ORDER, _COLUMN_ORDER), ranks=(2,)),
    Generator("scharr", "Scharr", "edges, as Sobel, and more alike in all directions", "H. Scharr, 2000",
              partial(_derivative, kernels.scharr), (_ROW_ORDER, _COLUMN_ORDER), ranks=(2,)),
    Generator(
        "derivative", "Derivative", "changes from step to step", "differences of a binomial kernel", _step_derivative,
        (Parameter("order", 1, 0, 8, "How often differences are taken", is_whole=True),), ranks=(1,),
    ),
    Generator(
        "gabor", "Gabor", "stripes of one width in one direction", "J. G. Daugman, 1985", _gabor,
        (
            Parameter("wavelength", 4, 2, LIMITS.kernel_length, "Cells from one bright stripe to the next",
                      is_scale=True),
            _ORIENTATION,
            Parameter("phase", 0, 0, 360, "0 for a bright middle, 90 for an edge", is_turn=True),
        ),
        ranks=(2,),
    ),
    Generator(
        "compass", "Compass", "edges that are brighter on one side, of eight", "Kirsch, 1971; Robinson, 1977",
        _compass,
        (
            Parameter("rule", 0, 0, len(kernels.COMPASS_KERNELS) - 1, "Whose weights stand around the middle",
                      is_whole=True, choices=kernels.COMPASS_KERNELS),
            Parameter("eighths of a turn", 0, 0, 7, "0 responds where the top is brighter; each is 45° clockwise",
                      is_whole=True),
        ),
        ranks=(2,), only_size=(3, 3),
    ),
    Generator(
        "random", "Random", "nothing yet: weights that training begins from", "NumPy's random generator", _random,
        (
            Parameter("deviation", 0.1, 0.001, 10, "The standard deviation of the weights around 0", is_scale=True),
            Parameter("seed", 1, 0, LIMITS.seed, "The same seed draws the same weights", is_whole=True),
        ),
    ),
)  # fmt: skip
"""All generators, from means to differences to directions."""
