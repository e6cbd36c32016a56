"""What the panel Teach by example shows: target and map, the kernel before and now, how the run goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convstudio.model.colour.over_input import faint_grey
from convstudio.model.edits.learning.teaching import fitting_map
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.kernel_facts import kernel_channel
from convstudio.model.panes.learning.teaching.tables import ShownTable, change_table, kernel_tables, map_tables
from convstudio.model.run.forward import Forward
from convstudio.model.trace.receptive_field import field_of
from convstudio.model.values.arrays import Floats, same_array
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import apart, format_number
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence

_ALIKE = 0.9
"""The correlation of two channels from which on the sum of their weights is learned long before their difference."""
_ROUNDING = 1e-13
"""Which part of the mean square of a target is rounding: that of float32 numbers, 6e-8, squared, times some terms."""


@dataclass(frozen=True, eq=False)
class TaughtMaps:
    """The target, the map now and their difference, of one channel; without a target, the `problem` says why.

    `made` and `error` are None while the network's map is not computed.
    """

    target: ShownTable | None = None
    made: ShownTable | None = None
    error: ShownTable | None = None
    problem: str = ""


def input_under(document: Document) -> Floats | None:
    """Return the input in faint grey, `(rows, columns)` of the target, to trace on: the middle of every window.

    It is None where the layers do not all slide over rows and columns.

    >>> from convstudio.model.values.sample import Sample
    >>> sample = Sample.of("ramp", np.arange(9).reshape(3, 3, 1) / 8)
    >>> input_under(Document(sample, Network((Conv.of(np.ones((2, 2, 1, 1))),)))).shape
    (2, 2)
    """
    last = len(document.layers) - 1
    field, shape = field_of(document, last), document.output_shape(last)
    if field is None or shape is None or document.sample.values.rank != 2:
        return None
    middles = [
        np.clip(start + size // 2 + jump * np.arange(count), 0, length - 1)
        for start, size, jump, count, length in zip(
            field.start, field.size, field.jump, shape[:-1], document.sample.values.spatial, strict=True
        )
    ]
    return faint_grey(document.sample.values.to_array())[np.ix_(*middles)]


def shown_channel(document: Document, view: ViewState) -> int:
    """Return which map of the target is on show: that of the selected filter, where there is one."""
    shape = document.output_shape(len(document.layers) - 1)
    return 0 if shape is None else min(view.filter, shape[-1] - 1)


def taught_maps(document: Document, view: ViewState, result: Forward | None) -> TaughtMaps:
    """Return the target and what the network makes now; `result` is the newest run, perhaps of a moment ago."""
    try:
        target = fitting_map(document)
    except ValueError as refusal:
        return TaughtMaps(problem=as_sentence(str(refusal)))
    channel = shown_channel(document, view)
    output = None if result is None or len(result.layers) < len(document.layers) else result.layers[-1].maps
    if output is None or output.shape != target.shape:
        shown, _, _ = map_tables(_of(target, channel), _of(target, channel), view.scale)
        return TaughtMaps(shown)
    return TaughtMaps(*map_tables(_of(target, channel), _of(output, channel), view.scale))


def taught_kernels(before: Network | None, now: Network, view: ViewState) -> dict[str, ShownTable]:
    """Return the selected kernel before the run and now, and the change, by their names.

    It is empty where the selected layer has no kernels, and has only the kernel of now where nothing is to compare.
    """
    kernel = _kernel(now, view)
    if kernel is None:
        return {}
    first = None if before is None else _kernel(before, view)
    if first is None or first.shape != kernel.shape:
        return {"Kernel now": kernel_tables(kernel)[0]}
    old, new = kernel_tables(first, kernel)
    return {"Kernel before": old, "Kernel now": new, "Change": change_table(kernel - first)}


def teach_line(status: Status, step: int, loss: float | None, steps_per_second: float | None) -> str:
    """Say how a run goes.

    >>> teach_line(Status.RUNNING, 412, 0.25, 2100.0)
    'Training: step 412 · loss 0.25 · 2\\xa0100 steps per second'
    """
    told = [f"{status.value.capitalize()}: step {apart(step)}"]
    if loss is not None:
        told.append(f"loss {format_number(loss, 3)}")
    if steps_per_second is not None and status is Status.RUNNING:
        told.append(f"{apart(round(steps_per_second))} steps per second")
    return " · ".join(told)


def is_learned(loss: float, data: Dataset) -> bool:
    """Return whether the mean squared error of maps is nothing but the rounding of float32.

    >>> import numpy as np
    >>> pair = Dataset("pair", np.zeros((1, 2, 1), np.float32), maps=np.full((1, 2, 1), 3, np.float32))
    >>> is_learned(1e-13, pair), is_learned(1e-9, pair)
    (True, False)
    """
    size = 0.0 if data.maps is None else float(np.square(data.maps, dtype=np.float64).mean())
    return loss <= _ROUNDING * (size or 1.0)


def slow_sentence(document: Document, layer: int) -> str:
    """Say why the weights of a layer that reads several channels of the input learn slowly; "" where they do not.

    Where two channels are alike, weight that moves from one to the other hardly changes the map.

    >>> from convstudio.model.values.sample import Sample
    >>> sample = Sample.of("twins", np.stack([np.eye(3), 2 * np.eye(3)], axis=-1))
    >>> document = Document(sample, Network((Conv.of(np.ones((2, 2, 2, 1))),)))
    >>> slow_sentence(document, 0)[:48]
    'Two channels are nearly the same (correlation 1)'
    """
    held, values = document.layers[layer], document.sample.values.to_array()
    reads_input = not any(one.is_on for one in document.layers[:layer])
    if not (reads_input and isinstance(held, Conv) and held.channels_per_group > 1):
        return ""
    rows = values.reshape(-1, values.shape[-1]).T.astype(np.float64)
    rows = rows[np.ptp(rows, axis=1) > 0]  # a channel that is the same everywhere is like no other one
    found = np.abs(np.corrcoef(rows)[np.triu_indices(len(rows), 1)]) if len(rows) > 1 else np.zeros(1)
    if not found.max() >= _ALIKE:
        return ""
    return (
        f"Two channels are nearly the same (correlation {format_number(float(found.max()), 2)}): how weight is shared "
        "between them hardly changes the map, and is learned slowly. Teach again, or ask the kernel detective."
    )


def guess_sentence(hidden: Detector, guess: Detector) -> str:
    """Say whether a guess is right; another detector with the same kernel is, too.

    >>> import numpy as np
    >>> from convstudio.model.values.arrays import frozen
    >>> line = Detector("line", "Line", 1, frozen([1, 2]), False, "", "")
    >>> guess_sentence(line, line)
    'Right: it is Line.'
    """
    if same_array(hidden.kernel, guess.kernel):
        return f"Right: it is {guess.name}."
    return f"No, it is not {guess.name}. Compare the kernel that is learned with the one of your guess."


def _kernel(network: Network, view: ViewState) -> Floats | None:
    layer = network.layers[view.layer] if view.layer < len(network.layers) else None
    if not isinstance(layer, Conv) or view.filter >= layer.filters:
        return None
    return layer.weights[..., kernel_channel(layer, view.filter, view.channel), view.filter]


def _of(maps: Floats, channel: int) -> Floats:
    """Return one map; values without a place are shown together."""
    return maps if maps.ndim == 1 else maps[..., channel]
