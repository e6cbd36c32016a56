"""The one input that the user edits or opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from convstudio.model.values.arrays import TiledArray

RGB = ("red", "green", "blue")


@dataclass(frozen=True)
class Sample:
    """An input with its name: `values` is `(*spatial, channels)`, float32; `origin` tells where it came from.

    `own_names` are the names of its channels, or nothing where they have those of `channel_names`; `is_edited` says
    that it differs from what was opened.

    >>> Sample.of("two steps", [[0], [1]]).spatial
    (2,)
    """

    name: str
    values: TiledArray
    origin: str = ""
    own_names: tuple[str, ...] = ()
    is_edited: bool = False

    @classmethod
    def of(cls, name: str, values: ArrayLike, origin: str = "") -> Sample:
        """Make a sample from an array of shape `(*spatial, channels)`."""
        return cls(name, TiledArray.of(values), origin)

    @property
    def spatial(self) -> tuple[int, ...]:
        """The lengths of the spatial axes: `(steps,)`, `(rows, columns)` or `(planes, rows, columns)`."""
        return self.values.spatial

    @property
    def channels(self) -> int:
        """The number of channels."""
        return self.values.channels

    @property
    def rank(self) -> int:
        """The number of spatial axes: 1 for a sequence, 2 for an image."""
        return self.values.rank

    @property
    def channel_names(self) -> tuple[str, ...]:
        """The names of the channels: its own, else the usual ones.

        >>> Sample.of("pixel", [[[1, 2, 3]]]).channel_names
        ('red', 'green', 'blue')
        """
        return self.own_names or channel_names(self.channels)

    def with_values(self, values: TiledArray) -> Sample:
        """Return the edited sample: other values of as many channels under the same name."""
        return replace(self, values=values, is_edited=True)

    def with_channels(self, values: TiledArray, names: Sequence[str]) -> Sample:
        """Return the edited sample: other channels, `(*spatial, channels)`, and a name for each.

        Raises ValueError where the names are not as many as the channels.

        >>> Sample.of("steps", [[1, 2]]).with_channels(TiledArray.of([[1]]), ["sum"]).channel_names
        ('sum',)
        """
        if len(names) != values.channels:
            raise ValueError(f"{len(names)} names do not fit {values.channels} channels: give one name per channel.")
        own = tuple(names)
        usual = own == channel_names(values.channels)
        return replace(self, values=values, own_names=() if usual else own, is_edited=True)


def channel_names(channels: int) -> tuple[str, ...]:
    """Name the channels of an input: the three colours, else numbers from 1.

    >>> channel_names(2)
    ('channel 1', 'channel 2')
    """
    if channels == len(RGB):
        return RGB
    return tuple(f"channel {number}" for number in range(1, channels + 1))
