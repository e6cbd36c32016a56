"""Our engines: the one in NumPy, and the native one where it was built; both in one process."""

from collections.abc import Callable

import numpy as np

from convstudio.ops.native.engine import found, numpy_only
from tests.benchmarks.operations.workloads import OURS, Arrays, Workload

NUMPY, NATIVE = "NumPy engine", "native engine"


def engines() -> list[str]:
    """Name the engines that are there, the fastest last."""
    return [NUMPY, NATIVE] if found().kernels is not None else [NUMPY]


def ours(work: Workload, arrays: Arrays) -> dict[str, Callable[[], Arrays]]:
    """Return a call of each engine that is there."""

    def native() -> Arrays:
        return OURS[work.operation](work, *arrays)

    def numpy() -> Arrays:
        with numpy_only():
            return native()

    return {name: native if name == NATIVE else numpy for name in engines()}


def largest_difference(made: Arrays, wanted: Arrays) -> float:
    """Return how far two results are apart at most, as a share of the largest value of each array."""
    differences = []
    for one, other in zip(made, wanted, strict=True):
        if one.shape != other.shape:
            raise AssertionError(f"shapes differ: {one.shape} and {other.shape}")
        differences.append(float(np.abs(one - other).max()) / max(float(np.abs(other).max()), 1e-30))
    return max(differences)
