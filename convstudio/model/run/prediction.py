"""What a classifier predicts: the shares of its classes, which class is first, and the sentence for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convstudio.model.run.forward import Forward, LayerResult
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import between_numbers, percent
from convstudio.ops import OVER_CHANNELS


@dataclass(frozen=True, eq=False)
class Prediction:
    """The share of every class, in their order; they add up to 1.

    A class is called by its name in `names`; one without a name by its number, from 0.
    """

    shares: Floats
    names: tuple[str, ...] = ()

    @property
    def best(self) -> int:
        """The class with the largest share, the first of a tie."""
        return int(np.argmax(self.shares))

    @property
    def summary(self) -> str:
        """Say which class is first, and with which share."""
        return f"predicts {self.line(self.best)}"

    def line(self, index: int) -> str:
        """Say one class and its share.

        >>> Prediction(np.float32([0.02, 0.98])).line(1)
        '1 (98\\xa0%)'
        """
        return f"{self.name(index)} ({percent(float(self.shares[index]))})"

    def name(self, index: int) -> str:
        """Return what a class is called.

        >>> named = Prediction(np.float32([0.02, 0.98]), ("cat",))
        >>> named.name(0), named.name(1)
        ('cat', '1')
        """
        return self.names[index] if index < len(self.names) and self.names[index] else str(index)

    def in_words(self, most: int) -> str:
        """List the classes with the largest shares, the largest first.

        >>> Prediction(np.float32([0.2, 0.7, 0.1])).in_words(2)
        '1: 70\\xa0%, 0: 20\\xa0%'
        """
        return between_numbers().join(
            f"{self.name(index)}: {percent(float(self.shares[index]))}" for index in self._ranked()[:most]
        )

    def ranking(self, most: int) -> str:
        """Say which class is first, and which ones follow it, as many as `most` together.

        >>> Prediction(np.float32([0.2, 0.7, 0.1])).ranking(2)
        'predicts 1 (70\xa0%), then 0 (20\xa0%)'
        """
        first, *others = map(self.line, self._ranked()[:most])
        return f"predicts {first}, then {', '.join(others)}" if others else f"predicts {first}"

    def shown(self, room: int) -> list[int]:
        """Return the classes that a chart with room for so many bars shows, in their order: the largest ones."""
        return sorted(self._ranked()[:room])

    def _ranked(self) -> list[int]:
        return [int(index) for index in np.argsort(-self.shares, kind="stable")]


def prediction_of(result: LayerResult | None, names: tuple[str, ...] = ()) -> Prediction | None:
    """Return what a layer predicts: one whose softmax makes a vector of at least two finite shares; else None.

    The logarithms of shares, which a log softmax makes, are shares too. `names` are those of the classes, as far as
    they have some.

    >>> from convstudio.model.values.arrays import TiledArray
    >>> from convstudio.model.kinds.activation import Activation
    >>> from convstudio.model.values.maps import Maps
    >>> made = Maps(TiledArray.of([0.25, 0.75]))
    >>> prediction_of(LayerResult(Activation(activation="softmax"), None, None, made)).summary
    'predicts 1 (75\\xa0%)'
    """
    if result is None or result.output is None or result.output.spatial or not result.layer.is_on:
        return None
    shares = result.maps
    if shares is not None and result.layer.ends_in == "log_softmax":
        shares = np.exp(shares)
    if shares is None or result.layer.ends_in not in OVER_CHANNELS or len(shares) < 2 or not np.isfinite(shares).all():
        return None
    return Prediction(shares, names)


def predicted(result: Forward | None, names: tuple[str, ...] = ()) -> str:
    """Say what the network's last layer predicts; nothing where it predicts nothing, or is not computed."""
    found = prediction_of(result.layers[-1], names) if result is not None and result.is_complete else None
    return "" if found is None else found.summary


def bar_lengths(shares: Sequence[float], room: float) -> list[float]:
    """Return how long the bars of shares are where a share of 1 is `room` long; a share above 0 is seen.

    >>> bar_lengths([0.5, 0.0, 0.0001], 100)
    [50.0, 0.0, 1.0]
    """
    return [0.0 if share == 0 else max(1.0, room * share) for share in shares]
