"""The settings of every layer that is not a convolution: what can be set, and a sentence about each kind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.kinds.dense import Dense
from convstudio.model.trace.stepping import stepped_pane
from convstudio.model.values.answers.axis_names import AXES, VECTOR_AXIS
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.view_state import Pane, ViewState


def selected_channel(document: Document, view: ViewState) -> int:
    """Return the channel or unit whose settings are shown: of maps the chosen one, of a vector the current value.

    >>> from convstudio.model.kinds.batch_norm import BatchNorm
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("steps", np.zeros((8, 3))), Network((BatchNorm.of(3),)))
    >>> selected_channel(document, ViewState(filter=1, position=(5,)))
    1
    """
    output_shape = document.output_shape(view.layer)
    return view.position[0] if output_shape is not None and len(output_shape) == 1 else view.filter


def set_value(document: Document, view: ViewState, setting: Setting, value: float) -> Document:
    """Set one of the settings of the selected layer."""
    layer = document.layers[view.layer]
    changed = setting.write(layer, selected_channel(document, view), value)
    return document if changed == layer else document.with_layer(view.layer, changed)


def unit_weights(layer: Dense, view: ViewState) -> Floats:
    """Return the weights of the selected unit as a table of one row, `(1, inputs)`."""
    return layer.weights[:, unit_of(layer, view)][np.newaxis]


def unit_padlocks(layer: Dense, view: ViewState) -> NDArray[np.bool_] | None:
    """Return which weights of the selected unit training leaves as they are, `(1, inputs)`; None where it is none."""
    if layer.is_locked:
        return np.ones((1, layer.inputs), np.bool_)
    return None if layer.locks is None else layer.locks.weights[:, unit_of(layer, view)][np.newaxis]


def unit_of(layer: Dense, view: ViewState) -> int:
    """Return which unit of a dense layer is selected."""
    return min(view.position[0], layer.units - 1)


def term_weight(document: Document, view: ViewState) -> int | None:
    """Return which weight of the selected unit the current term multiplies with, as its input, or None.

    In the gradient of an input value the terms run through the units, and the weight is the one of that input.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("steps", np.zeros(3)), Network((Dense.of(np.ones((3, 2))),)))
    >>> term_weight(document, ViewState(term=2))
    2
    """
    layer, watch = document.layers[view.layer], view.watch
    if view.term is None:
        return None
    if not watch.is_learning:
        return view.term
    is_input = watch.phase == "backward" and stepped_pane(document, view) is Pane.INPUT
    return watch.cell[0] if is_input and (view.term,) == layer.kernel_at(view) else None


def set_unit_weights(document: Document, view: ViewState, start: int, block: ArrayLike) -> Document:
    """Write weights of the selected unit, from input `start` on; raises ValueError where they do not fit."""
    layer = document.layers[view.layer]
    changed = layer.with_unit_weights(view.position[0], start, np.asarray(block, np.float32).ravel())
    return document if changed == layer else document.with_layer(view.layer, changed)


def shown_factors(document: Document, view: ViewState) -> Floats | None:
    """Return what dropout multiplies the shown map with, `(rows, columns)`; None for other layers and large maps."""
    layer, input_shape = document.layers[view.layer], document.input_shape(view.layer)
    if input_shape is None or document.output_shape(view.layer) is None:
        return None
    spatial = input_shape[:-1] or input_shape
    if len(spatial) > 2 or max(spatial) > LIMITS.factor_length:
        return None
    factors = layer.factors(input_shape)
    if factors is None:
        return None
    return as_table(factors[..., min(view.filter, input_shape[-1] - 1)] if len(input_shape) > 1 else factors)


def table_axes(values: Floats, *, is_weights: bool) -> Sequence[str]:
    """Name the axes of the table of a unit's weights, or of what dropout multiplies with."""
    if is_weights:
        return VECTOR_AXIS
    return AXES[1] if values.shape[0] == 1 else AXES[2]
