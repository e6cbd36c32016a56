"""The edits of a layer's whole filters: add, copy, move, name, remove; pure functions Document -> Document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.edits import kernel_weights
from convstudio.model.edits.new_filters import new_filters, with_new_filters
from convstudio.model.edits.readers import carried_along
from convstudio.model.kinds.conv_weights import check_filters, check_weights, tidy_names, unlocked, with_filters
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.detectors import Detector, recognise, recognise_padded
from convstudio.model.values.document import Document
from convstudio.model.values.kernels import centred
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.view_state import ViewState


@dataclass(frozen=True, eq=False)
class FilterBank:
    """Filters on their own, as they are copied or made: `kernels` is `(rows, columns, channels, filters)`.

    A bank of one channel fits every layer: its kernels are used on each channel. A sequence's kernels have one row.
    `bias` is `(filters,)`, and `names` has one entry per filter, empty where it has none.
    """

    kernels: Floats
    bias: Floats
    names: tuple[str, ...]

    @classmethod
    def of(cls, kernels: ArrayLike, names: Sequence[str] = (), bias: ArrayLike | None = None) -> FilterBank:
        """Make a bank from kernels `(rows, columns, channels, filters)`, without names and biases unless given.

        >>> FilterBank.of(np.ones((3, 3, 1, 2))).filters
        2
        """
        held = frozen(kernels)
        count = held.shape[-1]
        return cls(held, frozen(np.zeros(count) if bias is None else bias), tuple(names) or ("",) * count)

    @property
    def filters(self) -> int:
        """The number of filters."""
        return int(self.kernels.shape[-1])

    @property
    def channels(self) -> int:
        """The number of kernels of each filter."""
        return int(self.kernels.shape[-2])


# --- one layer's filters -------------------------------------------------------------------------------------------


def add_filter(document: Document, layer: int, after: int, detectors: Sequence[Detector] = ()) -> Document:
    """Put a new filter after another one: the next detector where that is one of `detectors`, else random weights.

    Its bias is 0. See `new_filters`.
    """
    conv = conv_at(document, layer)
    order = [*range(after + 1), after, *range(after + 1, conv.filters)]
    added = new_filters(conv, after, 1, detectors)
    changed = with_new_filters(with_filters(conv, order), after + 1, added)
    return _with_order(document, layer, changed, order, [after + 1])


def duplicate_filters(document: Document, layer: int, indices: Sequence[int]) -> Document:
    """Put copies of filters after the last of them."""
    chosen = sorted(indices)
    count = conv_at(document, layer).filters
    return _ordered(document, layer, [*range(chosen[-1] + 1), *chosen, *range(chosen[-1] + 1, count)])


def remove_filters(document: Document, layer: int, indices: Sequence[int]) -> Document:
    """Remove filters. Raises ValueError where none would be left."""
    count, gone = conv_at(document, layer).filters, set(indices)
    if len(gone) == count:
        raise ValueError(
            one_or_many(
                count,
                "The layer's only filter cannot be removed. Add another one first.",
                f"The layer's {count} filters cannot all be removed. Keep at least one.",
            )
        )
    return _ordered(document, layer, [index for index in range(count) if index not in gone])


def move_filters(document: Document, layer: int, indices: Sequence[int], by: int) -> Document:
    """Move filters up (`by` below 0) or down, as far as the others leave room."""
    chosen, count = set(indices), conv_at(document, layer).filters
    reach = reach_of(document, layer, indices, by)
    order: list[int | None] = [None] * count
    for index in chosen:
        order[index + reach] = index
    others = iter(index for index in range(count) if index not in chosen)
    return _ordered(document, layer, [next(others) if index is None else index for index in order])


def moving_step(conv: Conv, indices: Sequence[int], reach: int) -> str:
    """Name the undo step that moves filters by so many places.

    >>> moving_step(Conv.of(np.ones((3, 1, 2))), [0], 1)
    'Move filter 1 to place 2'
    """
    if len(indices) > 1:
        return f"Move {len(indices)} filters"
    name = conv.filter_name(indices[0])
    called = name if name == f"filter {indices[0] + 1}" else f"filter {name}"
    return f"Move {called} to place {indices[0] + reach + 1}"


def reach_of(document: Document, layer: int, indices: Sequence[int], by: int) -> int:
    """Return how far filters can move together, towards `by`, until the first or the last place is taken.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> two = Document(Sample.of("zeros", np.zeros((8, 1))), Network((Conv.of(np.ones((3, 1, 2))),)))
    >>> reach_of(two, 0, [0], 1), reach_of(two, 0, [1], 1)
    (1, 0)
    """
    return max(-min(indices), min(by, conv_at(document, layer).filters - 1 - max(indices)))


def rename_filter(document: Document, layer: int, index: int, name: str) -> Document:
    """Give a filter a name, without the spaces around it; an empty one gives it its number back.

    Raises ValueError for a name that is too long, or that no line can show.
    """
    wanted = name.strip()
    if len(wanted) > LIMITS.filter_name:
        raise ValueError(
            f"The name has {len(wanted)} letters, and at most {LIMITS.filter_name} fit: choose a shorter one."
        )
    if not wanted.isprintable():
        raise ValueError(
            "The name contains a line break or a character that cannot be shown: type one line of plain text."
        )
    is_number = wanted == f"filter {index + 1}"
    return kernel_weights.name_filter(document, layer, index, "" if is_number else wanted)


def forget_stale_name(
    document: Document, layer: int, index: int, detectors: Sequence[Detector], before: Conv
) -> Document:
    """Give a filter its number back where it still has the name of a detector that it no longer equals."""
    conv = conv_at(document, layer)
    named = next((one for one in detectors if one.filter_name == conv.filter_name(index)), None)
    if named is None or not _is_copy(named, before.weights[..., index]):
        return document
    return (
        document
        if _is_copy(named, conv.weights[..., index])
        else kernel_weights.name_filter(document, layer, index, "")
    )


def _is_copy(detector: Detector, kernels: Floats) -> bool:
    return recognise([detector], kernels) is not None or recognise_padded([detector], kernels) is not None


# --- between layers ------------------------------------------------------------------------------------------------


def copy_filters(document: Document, layer: int, indices: Sequence[int]) -> FilterBank:
    """Take copies of filters out of a layer, in its order. Raises ValueError for a volume, which has no table."""
    conv, chosen = conv_at(document, layer), sorted(indices)
    if conv.rank > 2:
        raise ValueError("Filters of a volume have planes and do not fit a table. Save them in a project instead.")
    kernels = conv.weights[..., chosen]
    names = [conv.filter_names[index] for index in chosen] if conv.filter_names else ()
    tables = kernels[np.newaxis] if conv.rank == 1 else kernels
    return FilterBank.of(tables, names, conv.bias[chosen])


def paste_filters(document: Document, layer: int, after: int, bank: FilterBank) -> Document:
    """Put the filters of a bank after another one; the smaller kernels are extended with zeros around their centre.

    Raises ValueError where the bank has another number of channels, or rows for a sequence.
    """
    conv = conv_at(document, layer)
    fitting = _fitting(bank, conv)
    size = tuple(map(max, zip(conv.kernel_size, fitting.kernels.shape[: conv.rank], strict=True)))
    check_weights((*size, conv.channels_per_group, conv.filters + bank.filters), conv)
    order = [*range(after + 1), *[after] * bank.filters, *range(after + 1, conv.filters)]
    made = with_filters(conv_at(kernel_weights.set_kernel_size(document, layer, size), layer), order)
    added = range(after + 1, after + 1 + bank.filters)
    return _with_order(document, layer, _written(made, after + 1, fitting), order, added)


def fill_bank(document: Document, layer: int, bank: FilterBank) -> Document:
    """Replace all filters of a layer by those of a bank; its kernels give the layer its kernel size.

    Raises ValueError where the bank does not fit: other channels, rows for a sequence, filters that the layer's groups
    do not divide.
    """
    conv = conv_at(document, layer)
    if bank.filters % conv.groups:
        raise ValueError(
            f"{counted(bank.filters, 'filter')} cannot be shared among {conv.groups} groups: set the groups to 1 first."
        )
    fitting = _fitting(bank, conv)
    changed = replace(conv, weights=fitting.kernels, bias=fitting.bias, filter_names=tidy_names(fitting.names))
    return document if changed == conv else document.with_layer(layer, changed)


def why_not_bank(bank: FilterBank, conv: Conv) -> str:
    """Say in a sentence why a bank cannot become filters of a layer; empty where it can.

    >>> why_not_bank(FilterBank.of(np.ones((3, 3, 2, 1))), Conv.of(np.ones((3, 3, 3, 1))))
    'The filters have 2 kernels each, one per channel, and a filter of this layer reads 3 channels.'
    """
    reads, rows = conv.channels_per_group, bank.kernels.shape[0]
    if bank.channels not in (1, reads):
        return (
            f"The filters have {bank.channels} kernels each, one per channel, and a filter of this layer reads "
            f"{counted(reads, 'channel')}."
        )
    if rows > 1 and conv.rank == 1:
        return f"The filters have {rows} rows, and the input is a sequence: choose an image first."
    return ""


# --- what is selected ----------------------------------------------------------------------------------------------


def with_filter_alone(view: ViewState, wanted: bool) -> ViewState:
    """Show one filter alone, the others greyed, or all of them again."""
    return replace(view, solo=wanted)


# --- helpers -------------------------------------------------------------------------------------------------------


def _ordered(document: Document, layer: int, order: Sequence[int]) -> Document:
    conv = conv_at(document, layer)
    is_same = list(order) == list(range(conv.filters))
    return document if is_same else _with_order(document, layer, with_filters(conv, order), order)


def _with_order(
    document: Document, layer: int, changed: Conv, order: Sequence[int], added: Sequence[int] = ()
) -> Document:
    """Put a layer in whose filters are those of `order`, new ones at the places `added`; its readers follow."""
    followed = carried_along(document, layer, conv_at(document, layer).filters, order, added)
    return followed.with_ordered_filters(layer, changed, order)


def _fitting(bank: FilterBank, conv: Conv) -> FilterBank:
    """Return the bank as the layer would hold it, its kernels `(*kernel, channels / groups, filters)`, or refuse it."""
    refusal = why_not_bank(bank, conv)
    if refusal:
        raise ValueError(refusal)
    reads = conv.channels_per_group
    size = (1,) * (conv.rank - 2) + bank.kernels.shape[:2][-conv.rank :]
    check_filters(bank.filters)
    check_weights((*size, reads, bank.filters), conv)
    bias = bank.bias if conv.has_bias else frozen(np.zeros(bank.filters))
    kernels = np.broadcast_to(bank.kernels, (*bank.kernels.shape[:2], reads, bank.filters))
    return replace(bank, kernels=frozen(kernels.reshape(*size, reads, bank.filters)), bias=bias)


def _written(conv: Conv, first: int, bank: FilterBank) -> Conv:
    """Write a bank over a layer's filters from `first` on, its kernels in the middle of theirs."""
    chosen = slice(first, first + bank.filters)
    weights, bias = conv.weights.copy(), conv.bias.copy()
    names = list(conv.filter_names or ("",) * conv.filters)
    weights[..., chosen] = centred(bank.kernels, conv.kernel_size)
    bias[chosen], names[chosen] = bank.bias, bank.names
    return replace(
        unlocked(conv, range(*chosen.indices(conv.filters))),
        weights=frozen(weights),
        bias=frozen(bias),
        filter_names=tidy_names(names),
    )
