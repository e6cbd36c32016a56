"""Where one gradient comes from: the terms of a weight's and of an input cell's; how a layer passes gradients back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.ops.padding import Array


@dataclass(frozen=True)
class BackwardRule:
    """How a layer passes a gradient back, in a sentence.

    `factor` names what each gradient is multiplied with on the way, where that is one number for each input cell, such
    as a gate or a share; "" where it is not.
    """

    sentence: str
    factor: str = ""


@dataclass(frozen=True, eq=False)
class WeightTerms:
    """The terms of one weight's gradient: each value that the weight met, times the gradient of the sum it went into.

    All are `(*positions,)`: a term for each place of the window. `is_padding` marks values that are padding.
    """

    inputs: Array
    grads: Array
    is_padding: NDArray[np.bool_]

    @property
    def products(self) -> NDArray[np.float64]:
        """Each term, in float64."""
        with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
            return self.inputs.astype(np.float64) * self.grads + 0.0  # which makes every −0 a 0

    @property
    def total(self) -> float:
        """The gradient of the weight: the sum of the terms."""
        return float(self.products.sum())


@dataclass(frozen=True, eq=False)
class InputTerms:
    """The terms of one input cell's gradient, for each of the `filters` that read it.

    `grads` and `weights` are `(*kernel, filters)`, in the order in which the gradients are beside each other: of a
    convolution that is the kernel's order reversed, and then the kernel `is_flipped`. `is_missing`, `(*kernel,)`,
    marks the weights that never meet the cell.
    """

    filters: range
    grads: Array
    weights: Array
    is_missing: NDArray[np.bool_]
    is_flipped: bool = False

    @property
    def products(self) -> NDArray[np.float64]:
        """Each term, `(*kernel, filters)`, in float64; 0 where a weight never meets the cell."""
        with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
            return np.where(self.is_missing[..., np.newaxis], 0.0, self.grads.astype(np.float64) * self.weights + 0.0)

    @property
    def filter_sums(self) -> NDArray[np.float64]:
        """What each filter gives to the gradient, `(filters,)`."""
        products = self.products
        return np.asarray(products.reshape(-1, products.shape[-1]).sum(axis=0))

    @property
    def total(self) -> float:
        """The gradient of the cell: the sum of all terms of all filters."""
        return float(self.filter_sums.sum())
