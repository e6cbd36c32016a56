"""The maps of other ways to combine channels: every kernel slides over its own channel, and nothing is added."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.colour.map_levels import Ends, ends_of_map
from convstudio.model.colour.picture_geometry import is_computed
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.panes.gallery import TILED_RANKS, MeasuredMaps
from convstudio.model.panes.kernel_facts import select_kernel
from convstudio.model.panes.ledger import DEPTHWISE, EVERY_PAIR, STANDARD
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, TiledArray, frozen, whole_box
from convstudio.model.values.document import Document
from convstudio.model.values.maps import Maps
from convstudio.model.values.numbers import apart, format_number
from convstudio.model.values.progress import Progress
from convstudio.model.values.view_state import ViewState

_MOST_MAPS = 512
_MOST_VALUES = 2**25  # 128 MiB in float32
_MOST_TOLD = 8


@dataclass(frozen=True)
class Pair:
    """One kernel and the channel that it slides over: that of a filter for an input channel."""

    filter: int
    channel: int


@dataclass(frozen=True, eq=False)
class PartialRequest:
    """Which partial maps are wanted: a layer, what it reads, the way to combine channels, and the pairs to show.

    `count` is the number of all pairs, of which `pairs` are those from `first` on.
    """

    layer: Conv
    read: TiledArray
    pairing: str
    pairs: tuple[Pair, ...]
    first: int
    count: int
    names: tuple[str, ...]

    def wants_the_same_as(self, other: PartialRequest | None) -> bool:
        """Return whether another request is for the same maps."""
        return (
            other is not None
            and (self.layer is other.layer and self.read is other.read)
            and (self.pairing, self.pairs, self.names) == (other.pairing, other.pairs, other.names)
        )

    def title(self, index: int) -> str:
        """Name a partial map in few letters: its channel, and of every pair the number of its filter before it."""
        pair = self.pairs[index]
        name = self.names[pair.channel]
        return name if self.pairing == DEPTHWISE else f"{pair.filter + 1} · {name}"

    def full_name(self, index: int) -> str:
        """Name a partial map: its filter and its channel."""
        pair = self.pairs[index]
        return f"{self.layer.filter_name(pair.filter)}, {self.names[pair.channel]}"

    def index_of(self, view: ViewState) -> int:
        """Return which partial map belongs to the selected filter and channel, the first one where none does."""
        ways = (Pair(view.filter, view.channel), *(pair for pair in self.pairs if pair.channel == view.channel))
        return next((self.pairs.index(pair) for pair in ways if pair in self.pairs), 0)


@dataclass(frozen=True, eq=False)
class PartialMaps:
    """Partial maps that were made, one for each pair of the request, before bias and activation."""

    request: PartialRequest
    measured: MeasuredMaps

    @property
    def maps(self) -> Maps:
        """The maps."""
        return self.measured.maps

    def facts(self, index: int) -> str:
        """Say which map it is, and from where to where it reaches."""
        low, high = (format_number(float(part[index])) for part in (self.measured.ends.low, self.measured.ends.high))
        return f"{self.request.full_name(index)}: from {low} to {high}"


def shows_partial_maps(document: Document, view: ViewState) -> bool:
    """Return whether the map pane shows partial maps: the layer adds up channels, and another way than that is chosen.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("pixel", np.zeros((1, 1, 3))), Network((Conv.of(np.ones((1, 1, 3, 1))),)))
    >>> shows_partial_maps(document, ViewState()), shows_partial_maps(document, ViewState(pairing=DEPTHWISE))
    (False, True)
    """
    layer = document.layers[view.layer]
    if view.pairing == STANDARD or view.combined or not isinstance(layer, Conv):
        return False
    is_drawn = layer.rank in TILED_RANKS and document.output_shape(view.layer) is not None
    return layer.is_on and layer.channels > 1 and is_drawn


def all_pairs(layer: Conv, pairing: str, filter_index: int) -> tuple[Pair, ...]:
    """Return every kernel with its channel: of one filter for `DEPTHWISE`, of all filters for `EVERY_PAIR`.

    A channel that the filter's group does not read is paired with the first filter that reads it.

    >>> [(pair.filter, pair.channel) for pair in all_pairs(Conv.of(np.ones((1, 1, 2, 2))), EVERY_PAIR, 0)]
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    if pairing == EVERY_PAIR:
        return tuple(Pair(at, channel) for at in range(layer.filters) for channel in layer.channels_read_by(at))
    per_group, own = layer.filters // layer.groups, layer.channels_read_by(filter_index)
    groups = (channel // layer.channels_per_group for channel in range(layer.channels))
    return tuple(
        Pair(filter_index if channel in own else group * per_group, channel) for channel, group in enumerate(groups)
    )


def request_of(document: Document, view: ViewState, inputs: TiledArray, names: Sequence[str]) -> PartialRequest | None:
    """Return which partial maps the window shows, or None where it shows none.

    Of more than fit into memory it is a block of neighbours that holds the selected filter and channel.
    """
    output_shape = document.output_shape(view.layer)
    if (
        output_shape is None
        or not shows_partial_maps(document, view)
        or inputs.shape != document.input_shape(view.layer)
    ):
        return None
    layer = conv_at(document, view.layer)
    pairs = all_pairs(layer, view.pairing, view.filter)
    most = min(_MOST_MAPS, max(1, _MOST_VALUES // math.prod(output_shape[:-1])))
    at = next((n for n, pair in enumerate(pairs) if pair == Pair(view.filter, view.channel)), 0)
    first = at // most * most
    return PartialRequest(layer, inputs, view.pairing, pairs[first : first + most], first, len(pairs), tuple(names))


def partial_maps(request: PartialRequest, progress: Progress | None = None) -> PartialMaps:
    """Let every kernel slide over its own channel; `progress` can cancel it with CancelledError.

    The maps of one filter add up, with its bias, to its map before the activation.
    """
    progress = progress or Progress()
    made: dict[int, Floats] = {}
    channel, values = -1, np.zeros((), np.float32)
    for index, pair in sorted(enumerate(request.pairs), key=lambda numbered: numbered[1].channel):
        progress(0)
        if pair.channel != channel:
            channel = pair.channel
            values = np.ascontiguousarray(request.read.channel_box(whole_box(request.read.spatial), channel))
        made[index] = _alone(request.layer, pair).run(values[..., np.newaxis])[..., 0]
    maps = [made[index] for index in range(len(made))]
    ends = Ends.joined([ends_of_map(one) for one in maps])
    joined = np.stack(maps)
    joined.flags.writeable = False
    made_of = TiledArray(np.moveaxis(joined, 0, -1))  # each map stays in one piece: its tile reads it alone
    return PartialMaps(request, MeasuredMaps(Maps(made_of), ends))


def selecting_pair(document: Document, view: ViewState, pair: Pair) -> ViewState:
    """Select the filter and the channel of a partial map."""
    return select_kernel(document, view, pair.filter, pair.channel)


def partial_sentence(request: PartialRequest) -> str:
    """Say what the way to combine channels makes, and what standard does with that."""
    is_depthwise, layer = request.pairing == DEPTHWISE, request.layer
    reads, wanted = layer.channels_per_group, layer.channels * (1 if is_depthwise else layer.filters)
    maps = counted(wanted, "map", write=apart)
    if is_depthwise:
        sentences = [f"This is what {request.pairing} would make: {maps}, one per channel. Nothing is added."]
    else:
        sentences = [
            f"This is what {request.pairing} would make: {maps}, one per filter and channel. Nothing is added."
        ]
    if request.count < wanted:
        sentences.append(f"The {layer.groups} groups of this layer have kernels for {apart(request.count)} of them.")
    if len(request.pairs) < request.count:
        last = request.first + len(request.pairs)
        sentences.append(f"Shown: {apart(request.first + 1)} to {apart(last)}.")
    if reads > 1:
        sentences.append(f"Standard adds the {reads} maps of a filter to one.")
    return " ".join(sentences)


def values_line(found: PartialMaps, view: ViewState) -> str:
    """Write what the partial maps of the selected filter have at the current position, side by side.

    Nothing where there is no such output; while the stepper has not come to it, that it is not computed yet.
    """
    position, spatial = view.shown_position, found.maps.spatial
    if len(position) != len(spatial) or any(at >= length for at, length in zip(position, spatial, strict=True)):
        return ""
    if not is_computed(position, spatial, view.revealed):
        return f"{place(position)}: not computed yet"
    box = tuple(slice(at, at + 1) for at in position)
    values = found.maps.box(box).reshape(-1).tolist()
    request, keeps_all = found.request, found.request.pairing == DEPTHWISE
    own = [at for at, pair in enumerate(request.pairs) if keeps_all or pair.filter == view.filter]
    told = [f"{request.names[request.pairs[at].channel]} {format_number(values[at])}" for at in own[:_MOST_TOLD]]
    more = len(own) - len(told)
    return f"{place(position)}: {' · '.join([*told, f'… {more} more'] if more > 0 else told)}"


def tile_side(request: PartialRequest, width: int, height: int, frame: tuple[int, int], ends: tuple[int, int]) -> int:
    """Return the side of the tiles that fill a room, between two `ends`.

    All of them fit where they can; of every pair a row holds the channels of one filter, if those fit side by side.
    `frame` is what a tile takes beside its picture, in width and height.
    """
    least, largest = ends
    reads = request.layer.channels_per_group
    if request.pairing == EVERY_PAIR and reads * (least + frame[0]) <= width:
        return min(largest, width // reads - frame[0])
    count = len(request.pairs)
    sides = (
        side
        for side in range(largest, least, -1)
        if (width // (side + frame[0])) * (height // (side + frame[1])) >= count
    )
    return next(sides, least)


def _alone(layer: Conv, pair: Pair) -> Conv:
    """Return a layer of one kernel: that of a filter for a channel, without bias and activation."""
    read = layer.channels_read_by(pair.filter)
    kernel = layer.weights[..., pair.channel - read.start, pair.filter]
    return replace(
        layer,
        weights=frozen(kernel[..., np.newaxis, np.newaxis]),
        bias=frozen(np.zeros(1, np.float32)),
        groups=1,
        activation="linear",
        filter_names=(),
    )
