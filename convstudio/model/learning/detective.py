"""The kernel detective: which kernel and bias make a target map of an input, and whether they are the only ones.

Every position of the map is one linear equation: the window's values times the weights, plus the bias, are the target.
All windows, one below the other, are the patch matrix; its rank says how many of the weights the map fixes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.kinds.activation import ACTIVATION_NAMES, Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.learning.equations import Decomposition, Doubles, simple_direction, solve_cut_at_zero, tidied
from convstudio.model.values.arrays import Floats, TiledArray, frozen, same_array
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.learning.target import MapTarget, target_values
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import apart
from convstudio.model.values.progress import Progress
from convstudio.ops import activate, conv

_ZERO = 1e-9
_ROUNDING = 1e-5
"""Which part of the largest target counts as rounding: 50 times that of one float32 number, for sums of many."""


@dataclass(frozen=True, eq=False)
class Case:
    """What the detective is asked: the input `values` of a `layer`, and the map that its `filter` should make.

    `values` is `(*spatial, channels)`; `wanted`, in float64, has the shape of one map, `(*output,)`. The layer's
    activation is linear or ReLU.
    """

    layer: Conv
    values: Floats
    wanted: Doubles
    filter: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether ReLU cuts what the kernel makes, so that a 0 in the map only says "not above 0"."""
        return self.layer.activation == "relu"

    @property
    def unknowns(self) -> int:
        """How many numbers are looked for: the weights of the filter, and its bias where the layer has one."""
        return math.prod(self.layer.weights.shape[:-1]) + self.layer.has_bias

    @property
    def rounding(self) -> float:
        """Differences up to this are those of float32 numbers."""
        return _ROUNDING * (float(np.abs(self.wanted).max(initial=0)) or 1.0)


@dataclass(frozen=True, eq=False)
class FoundFilter:
    """A filter that was found: `weights`, `(*kernel, channels / groups)`, the bias, and the map that it makes."""

    weights: Floats
    bias: float
    made: Floats


@dataclass(frozen=True, eq=False)
class Solution:
    """What the detective found for a case.

    `found` fits best, and of all that fit as well it has the smallest weights. `other` makes the same map with other
    weights; None where there is none, or none was found. The `rank` says how many of the unknowns the equations fix;
    with `counts_above` it is that of the positions above 0 alone, since ReLU hides what is below.
    `is_unique` is None where that is not known.
    """

    case: Case
    found: FoundFilter
    other: FoundFilter | None
    rank: int
    is_unique: bool | None
    counts_above: bool = False

    @property
    def equations(self) -> int:
        """The number of positions whose equations have the rank."""
        return int((self.case.wanted > 0).sum()) if self.counts_above else int(self.case.wanted.size)

    @property
    def errors(self) -> Doubles:
        """What was made less what was wanted, at every position."""
        return np.asarray(self.found.made - self.case.wanted)

    @property
    def largest_error(self) -> float:
        """The largest of the errors, without its sign."""
        return float(np.abs(self.errors).max(initial=0))

    @property
    def loss(self) -> float:
        """The mean squared error."""
        return float(np.square(self.errors).mean())

    @property
    def is_exact(self) -> bool:
        """Whether the map is what was wanted, up to rounding."""
        return self.largest_error <= self.case.rounding

    @property
    def difference(self) -> Floats | None:
        """The map of the other kernel less that of the first, position by position."""
        return None if self.other is None else frozen(self.other.made - self.found.made)


def case_of(document: Document, layer: int, filter_index: int, read: TiledArray | None) -> Case:
    """Return what the detective is asked about one filter of a layer, with the document's target.

    `read` is what the layer reads, None where that is not computed. Raises ValueError with a sentence, or ShapeError,
    where there is no such question: no convolution, no target map, other layers than ReLU after it, or too large.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> sample = Sample.of("steps", [[1], [2], [4]])
    >>> network = Network((Conv.of(np.ones((2, 1, 1))),))
    >>> document = Document(sample, network, target=MapTarget(frozen([[5], [10]])))
    >>> case_of(document, 0, 0, sample.values).wanted.tolist()
    [5.0, 10.0]
    """
    held = _solvable(document, layer)
    if read is None:
        raise ValueError("The input of this layer is not computed. Fix the layers before it, or wait for them.")
    output = held.output_shape(read.shape)
    wanted = _target_map(document, output)[..., filter_index].astype(np.float64)
    values = read.to_array()
    if not (np.isfinite(values).all() and np.isfinite(wanted).all()):
        raise ValueError("The input or the target holds NaN or infinite values. Give those cells a number.")
    case = Case(held, values, wanted, filter_index)
    entries = wanted.size * case.unknowns
    if entries > LIMITS.detective_entries or entries * case.unknowns > LIMITS.detective_products:
        raise ValueError(
            f"{apart(wanted.size)} equations for {apart(case.unknowns)} unknowns are too many to be solved at once. "
            "Choose a smaller input, a smaller kernel, or fewer channels."
        )
    return case


def patch_matrix(case: Case) -> Doubles:
    """Return the windows of all positions, `(positions, unknowns)`: one row each, and last a 1 for the bias.

    A column is what a kernel with a single 1 makes of the input, so that every setting of the layer is in it. The
    weights come in the order of the filter's weights, `(*kernel, channels / groups)`, channels last.

    >>> case = Case(Conv.of(np.ones((2, 1, 1))), frozen([[1], [2], [4]]), np.zeros(2))
    >>> patch_matrix(case).tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 1.0]]
    """
    layer = case.layer
    shape = layer.weights.shape[:-1]
    count = math.prod(shape)
    channels = layer.channels_read_by(case.filter)
    values = case.values[..., channels.start : channels.stop].astype(np.float64)
    windows = conv(values, np.eye(count).reshape(*shape, count), **{**layer.settings, "groups": 1})
    rows = np.asarray(windows, np.float64).reshape(-1, count)
    return np.hstack([rows, np.ones((len(rows), 1))]) if layer.has_bias else rows


def solve(case: Case, progress: Progress | None = None) -> Solution:
    """Find the filter whose map is closest to the target by the mean squared error, and say whether it is the only one.

    Without an activation this is linear least squares. ReLU turns the equation of a target of 0 into "at most 0": then
    the equations that are violated are added until none is, which finds an exact filter where the others leave one.
    Raises CancelledError once `progress` is cancelled.

    Source: G. Golub and C. Van Loan, "Matrix Computations", 4th edition 2013, chapter 5.

    >>> from convstudio.model.values.arrays import frozen
    >>> layer = replace(Conv.of(np.ones((2, 1, 1))), has_bias=False)
    >>> solution = solve(Case(layer, frozen([[1], [2], [4], [0]]), np.array([5.0, 10.0, 4.0])))
    >>> solution.found.weights.ravel().tolist(), solution.rank, solution.is_unique
    ([1.0, 2.0], 2, True)
    """
    progress = progress or Progress()
    matrix, wanted = patch_matrix(case), case.wanted.ravel()
    progress(0)
    whole = Decomposition.of(matrix)
    progress(0)
    best = solve_cut_at_zero(matrix, wanted, whole, progress) if case.is_cut else whole.solve(wanted)
    found = _run(case, tidied(best))
    solution = Solution(case, found, None, whole.rank, whole.is_full)
    if not whole.is_full:
        return _with_other(solution, _visible(simple_direction(whole.null_space), found))
    if not case.is_cut:
        return solution
    if not solution.is_exact:
        return replace(solution, is_unique=None)
    above = Decomposition.of(matrix[wanted > 0])
    solution = replace(solution, rank=above.rank, is_unique=True if above.is_full else None, counts_above=True)
    return _with_other(solution, _hidden_direction(matrix @ best, matrix, above, case.rounding))


def with_found(document: Document, layer: int, filter_index: int, found: FoundFilter) -> Document:
    """Return the document with the weights and the bias that were found in the place of a filter's.

    Raises ValueError where the layer has another shape by now.
    """
    held = document.layers[layer]
    if not isinstance(held, Conv) or held.weights.shape[:-1] != found.weights.shape:
        raise ValueError("The layer was changed in the meantime. Wait for the next solution.")
    weights, bias = held.weights.copy(), held.bias.copy()
    weights[..., filter_index] = found.weights
    bias[filter_index] = found.bias
    if same_array(weights, held.weights) and same_array(bias, held.bias):
        return document
    return document.with_layer(layer, replace(held, weights=frozen(weights), bias=frozen(bias)))


def _solvable(document: Document, layer: int) -> Conv:
    """Return the convolution with the activation that comes after it; refuse what is not linear or ReLU."""
    held = document.layers[layer]
    if not isinstance(held, Conv) or isinstance(held, ConvTranspose):
        raise ValueError("The detective needs a convolution. Select one in the ribbon.")
    if not held.is_on:
        raise ValueError("The selected layer is switched off. Switch it on, or select another convolution.")
    for after, one in enumerate(document.layers[layer + 1 :], layer + 2):
        if one.is_on:
            held = _followed_by(held, one, after)
    if held.activation not in ("linear", "relu"):
        name = ACTIVATION_NAMES[held.activation]
        raise ValueError(f"The detective solves layers that end in linear or ReLU, and this one ends in {name}.")
    return held


def _followed_by(held: Conv, layer: Layer, number: int) -> Conv:
    if isinstance(layer, Activation) and layer.activation == "linear":
        return held
    if isinstance(layer, Activation) and layer.activation == "relu" and held.activation in ("linear", "relu"):
        return replace(held, activation="relu")
    raise ValueError(
        f"The detective solves the last convolution, and layer {number} ({layer.name}) comes after the selected one. "
        "Select the last convolution, or switch off the layers after it."
    )


def _target_map(document: Document, output: tuple[int, ...]) -> Floats:
    if not isinstance(document.target, MapTarget):
        raise ValueError("There is no target map yet. Draw one under Train › Teach by example.")
    return target_values(document.target, output)


def _run(case: Case, unknowns: Doubles) -> FoundFilter:
    """Make the map of a filter as the engine does, in float32."""
    layer = case.layer
    shape = layer.weights.shape[:-1]
    weights = frozen(unknowns[: math.prod(shape)].reshape(shape))
    bias = float(np.float32(unknowns[-1])) if layer.has_bias else 0.0
    channels = layer.channels_read_by(case.filter)
    values = case.values[..., channels.start : channels.stop]
    sums = conv(values, weights[..., np.newaxis], np.array([bias], np.float32), **{**layer.settings, "groups": 1})
    return FoundFilter(weights, bias, frozen(activate(sums, layer.activation)[..., 0]))


def _visible(way: Doubles, found: FoundFilter) -> Doubles:
    """Make a change of the weights about as large as the weights: by a power of 2, which rounds nothing."""
    largest = float(np.abs(found.weights).max(initial=0)) or 1.0
    return np.asarray(way * 2.0 ** round(math.log2(largest / float(np.abs(way).max()))))


def _with_other(solution: Solution, way: Doubles | None) -> Solution:
    """Show that a solution is not the only one, where a change of its unknowns makes the same map."""
    case, found = solution.case, solution.found
    if way is None:
        return solution
    own = np.array([*found.weights.ravel(), found.bias][: case.unknowns], np.float64)
    other = _run(case, tidied(own + way))
    if float(np.abs(other.made - found.made).max()) > case.rounding:
        return solution
    return replace(solution, other=other, is_unique=False)


def _hidden_direction(sums: Doubles, matrix: Doubles, above: Decomposition, rounding: float) -> Doubles | None:
    """Return a change of the unknowns that keeps the sums above 0, and raises no other sum above 0; None: not found.

    `sums` are those before ReLU, and `above` the equations of those that must stay. Where a sum is just 0, the change
    must not raise it; where one is below 0, the change ends half the way to 0.
    """
    free = above.null_space
    if not len(free):
        return None
    below = sums <= rounding
    along = matrix[below] @ free.T
    at_zero = sums[below] > -rounding
    way = Decomposition.of(along[at_zero]).solve(-np.ones(int(at_zero.sum()))) @ free if at_zero.any() else free[0]
    rises = matrix[below] @ way
    if not way.any() or (rises[at_zero] > _ZERO).any():
        return None
    climbs = (rises > _ZERO) & ~at_zero
    length = min(1.0, 0.5 * float((-sums[below][climbs] / rises[climbs]).min(initial=2.0)))
    return np.asarray(way * length)
