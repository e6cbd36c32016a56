"""Which two convolutions the lens on collapsing joins: the layer's own, the next layer's, or named detectors."""

from __future__ import annotations

from collections.abc import Iterable

from convstudio.model.lenses.linear import Linear, linear_of
from convstudio.model.lenses.subject import Subject
from convstudio.model.values.arrays import Floats
from convstudio.model.values.detectors import Detector

THIS_LAYER = "This layer"
NEXT_LAYER = "The next layer"
SAME_AGAIN = "The same kernel again"


def usable(detectors: Iterable[Detector], rank: int) -> list[Detector]:
    """Return the detectors that can follow any convolution of a rank: they mix no channels, and fit as rows at least.

    >>> usable([], 2)
    []
    """
    return [one for one in detectors if not one.mixes_channels and one.rank <= rank]


def first_of(subject: Subject, chosen: Detector | None, *, all_maps: bool) -> Linear:
    """Return the first convolution: a detector on every channel, else the layer with all its maps or the selected one.

    >>> import numpy as np
    >>> from convstudio.model.values.arrays import TiledArray
    >>> from convstudio.model.kinds.convolution import Conv
    >>> layer = Conv.of(np.ones((3, 1, 4)))
    >>> first_of(Subject(layer, TiledArray.of(np.zeros((8, 1)))), None, all_maps=False).filters
    1
    """
    if chosen is not None:
        kernel = _of_rank(chosen.kernel, subject.layer.rank)
        plain = Linear.of_kernel(kernel)
        return Linear(plain.weights.repeat(subject.read.channels, axis=-2), plain.bias, plain.stride)
    return linear_of(subject.layer, None if all_maps else subject.filter)


def second_of(subject: Subject, chosen: Detector | str, index: int, first: Linear) -> Linear:
    """Return the second convolution: filter `index` of the next layer, the first one's kernel again, or a detector.

    Raises ValueError where the next layer is not a convolution, or has no such filter.

    >>> import numpy as np
    >>> from convstudio.model.values.arrays import TiledArray
    >>> from convstudio.model.kinds.convolution import Conv
    >>> subject = Subject(Conv.of(np.ones((3, 1, 4))), TiledArray.of(np.zeros((8, 1))))
    >>> second_of(subject, SAME_AGAIN, 0, first_of(subject, None, all_maps=False)).kernel_size
    (3,)
    """
    if isinstance(chosen, Detector):
        return Linear.of_kernel(_of_rank(chosen.kernel, subject.layer.rank))
    if chosen == SAME_AGAIN:
        channel = min(subject.channel, first.channels - 1)
        return Linear.of_kernel(first.weights[..., channel, 0])
    if subject.following is None:
        raise ValueError(
            "The next layer is not a convolution: choose the same kernel again or a detector as the second one."
        )
    count = subject.following.filters
    if index >= count:
        raise ValueError(f"The next layer has no filter {index + 1}: choose one from 1 to {count}.")
    return linear_of(subject.following, index)


def _of_rank(kernel: Floats, rank: int) -> Floats:
    return kernel.reshape((1,) * (rank - kernel.ndim) + kernel.shape)
