"""Arrays of all kernels of a layer: in which orders of axes one can be read, and reading it in one of them."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.readings.weights.weight_names import stated_order, votes_of
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.weight_orders import CONV_ORDERS, DEPTHWISE_ORDER, FRAMEWORKS, WeightOrder, WeightSizes


def fitting_orders(
    shape: Sequence[int], channels: int | None = None, groups: int = 1, longest: int = LIMITS.kernel_length
) -> tuple[WeightOrder, ...]:
    """Return the orders in which an array `shape` of three axes or more can be the weights of a convolution.

    `channels` are those of the input, or None where any number of them will do; a side of a kernel is at most
    `longest`. An order that reads the same weights as one before it is left out.

    >>> [order.layer_name(2) for order in fitting_orders((3, 3, 4, 16))]
    ['Keras Conv2D', 'PyTorch Conv2d']
    >>> [order.layer_name(2) for order in fitting_orders((3, 3, 4, 16), channels=4)]
    ['Keras Conv2D']
    """
    is_depthwise = channels is not None and groups == channels > 1
    orders = (*CONV_ORDERS, DEPTHWISE_ORDER) if is_depthwise else CONV_ORDERS
    found: list[WeightOrder] = []
    for order in orders:
        sizes = order.sizes(shape, groups)
        if sizes is not None and _is_fitting(sizes, channels, groups, longest):
            found.append(order)
    return tuple(found)


def told_order(name: str, shape: Sequence[int], suffix: str) -> str:
    """Tell in whose order the axes of an array stand: what the format states, or its name, or those that fit.

    Empty for arrays that cannot be the weights of a convolution.

    >>> told_order("conv.weight", (8, 3, 3, 3), ".safetensors")
    'PyTorch (filters × channels × rows × columns) by its name; Keras fits too'
    """
    rank = len(shape) - 2
    if rank not in (1, 2):
        return ""
    stated = stated_order(suffix)
    if stated is not None:
        return f"{FRAMEWORKS[stated]}, stated by the format"
    fitting = fitting_orders(shape)
    votes = votes_of(name, suffix).most_common()
    named = next((order for order in fitting if votes and order.data_format == votes[0][0]), None)
    if named is None or len(fitting) == 1:
        return " or ".join(order_words(order, rank) for order in fitting)
    others = " and ".join(order.framework for order in fitting if order is not named)
    return f"{order_words(named, rank)} by its name; {others} fits too"


def read_bank(
    values: Floats, channels: int, groups: int, stated: DataFormat | None, wanted: DataFormat | None
) -> Floats:
    """Return an array as weights `(*kernel, channels / groups, filters)` for an input of so many channels.

    `stated` is the order that the file's format states, and `wanted` the one that the user names. Raises ValueError,
    with the end of a sentence about the array, where it fits in no order, or in both and neither is named.
    """
    if stated is not None and wanted not in (None, stated):
        raise ValueError(f"is in the order of {FRAMEWORKS[stated]}, as its format states: leave out --order")
    chosen = stated or wanted
    fitting = fitting_orders(values.shape, channels, groups)
    orders = [order for order in fitting if chosen in (None, order.data_format)]
    if not orders:
        raise ValueError(_no_order_sentence(values.shape, channels, groups, chosen))
    if len({order.data_format for order in orders}) > 1 and values.size > 1:
        ways = " and ".join(order_words(order, len(values.shape) - 2) for order in orders)
        raise ValueError(f"fits {ways}: add --order keras or --order pytorch")
    return orders[0].to_ours(values, groups)


def order_words(order: WeightOrder, rank: int) -> str:
    """Return an order in words.

    >>> order_words(CONV_ORDERS[1], 2)
    'PyTorch (filters × channels × rows × columns)'
    """
    return f"{order.framework} ({' × '.join(axis.many for axis in order.axes(rank))})"


def _is_fitting(sizes: WeightSizes, channels: int | None, groups: int, longest: int) -> bool:
    return (
        all(length <= longest for length in sizes.kernel)
        and channels in (None, sizes.channels * groups)
        and sizes.filters % groups == 0
        and sizes.filters <= LIMITS.filters
    )


def _no_order_sentence(shape: Sequence[int], channels: int, groups: int, chosen: DataFormat | None) -> str:
    rank = len(shape) - 2
    ways = [order_words(order, rank) for order in CONV_ORDERS if chosen in (None, order.data_format)]
    each = counted(max(1, channels // groups), "channel")
    return (
        f"({format_shape(tuple(shape))}) does not fit: use one in the order of {' or '.join(ways)}, with {each}, "
        f"at most {LIMITS.kernel_length} cells a side and {LIMITS.filters} filters"
    )
