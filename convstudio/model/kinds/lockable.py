"""What the kinds of layer share whose weights can be locked one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

from convstudio.model.values.arrays import Floats
from convstudio.model.values.layer import Layer
from convstudio.model.values.learning.locks import Locks


class Lockable(Layer):
    """A layer with `weights`, `(..., filters)`, and `locks` on some of them; weights of another shape have none."""

    weights: Floats

    def __post_init__(self) -> None:
        if self.locks is not None and self.locks.weights.shape != self.weights.shape:
            object.__setattr__(self, "locks", None)

    @property
    def all_locks(self) -> Locks:
        return Locks.none(self.weights.shape) if self.locks is None else self.locks

    def with_locks(self, locks: Locks | None) -> Self:
        changed: dict[str, Any] = {"locks": locks}
        return replace(self, **changed)
