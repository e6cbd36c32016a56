"""One way to read arrays of a file as the weights of a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from convstudio.model.values.arrays import Floats
from convstudio.model.values.layer import Layer
from convstudio.model.values.limits import LIMITS


@dataclass(frozen=True)
class WeightsReading:
    """One way to read arrays of a file: `title` tells which ones as what, `facts` what the layer then has.

    `evidence` weighs what speaks for it; `caution` is what it changes beside the weights, or what speaks against it.
    `used` returns the layer with the arrays, which are those of `names` by their names.
    """

    names: tuple[str, ...]
    title: str
    facts: tuple[str, ...]
    evidence: int
    caution: str
    used: Callable[[Mapping[str, Floats]], Layer] = field(compare=False)

    @property
    def text(self) -> str:
        """The reading as two lines to choose."""
        return f"{self.title}\n{' · '.join(filter(None, (*self.facts, self.caution)))}"

    @property
    def sentence(self) -> str:
        """What was read, for the message afterwards."""
        return f"Read {self.title}: {', '.join(filter(None, (*self.facts, self.caution)))}."


def short_name(name: str) -> str:
    """Return the name of an array, or its beginning where it is longer than that of a filter may be."""
    return name if len(name) <= LIMITS.filter_name else f"{name[: LIMITS.filter_name - 1]}…"
