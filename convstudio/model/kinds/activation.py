"""An activation as a separate layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from convstudio.model.kinds.cell_by_cell import CellByCell
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.answers.gradient_terms import BackwardRule
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.path_counts import PathCounts, through_softmax
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.answers.windows import Cells, Window, all_cells, cells_at, window_of_cells
from convstudio.model.values.arrays import Floats
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import LIMITS, Limits
from convstudio.model.values.numbers import as_single, format_in_full, format_number, format_weight, in_sum
from convstudio.ops import (
    ACTIVATIONS,
    ALPHAS,
    OVER_CHANNELS,
    activate,
    activation_gradient,
)
from convstudio.ops.padding import Array

ACTIVATION_NAMES = {
    "linear": "linear",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "softplus": "softplus",
    "softmax": "softmax",
    "abs": "abs",
    "silu": "SiLU",
    "relu6": "ReLU6",
    "hard_sigmoid": "hard sigmoid",
    "hard_swish": "hard swish",
    "hard_tanh": "hard tanh",
    "mish": "Mish",
    "selu": "SELU",
    "softsign": "softsign",
    "clipped_relu": "clipped ReLU",
    "log_softmax": "log softmax",
    "thresholded_relu": "thresholded ReLU",
}
_SLOPE = "Negative slope"
ALPHA_NAMES = {
    "leaky_relu": _SLOPE,
    "elu": "Alpha",
    "hard_sigmoid": "Slope",
    "clipped_relu": "Largest value",
    "thresholded_relu": "Threshold",
}
"""What the number of an activation that takes one is called."""
_FORMULAS = {
    "linear": "the value itself",
    "relu": "max(0, x)",
    "leaky_relu": "x where x ≥ 0, else {times}x",
    "elu": "x where x > 0, else {times}(e^x − 1)",
    "gelu": "x · the share of a normal distribution below x",
    "sigmoid": "1 ÷ (1 + e^−x)",
    "tanh": "(e^x − e^−x) ÷ (e^x + e^−x)",
    "softplus": "ln(1 + e^x)",
    "softmax": "e^x ÷ the sum of e^x over all channels",
    "abs": "x without its sign",
    "silu": "x · sigmoid(x), also called swish",
    "relu6": "min(max(0, x), 6)",
    "hard_sigmoid": "min(max(0, {times}x + 1/2), 1)",
    "hard_swish": "x · min(max(0, x + 3), 6) ÷ 6",
    "hard_tanh": "min(max(-1, x), 1)",
    "mish": "x · tanh(ln(1 + e^x))",
    "selu": "{scale}·x where x > 0, else {fall}·(e^x − 1)",
    "softsign": "x ÷ (1 + |x|)",
    "clipped_relu": "min(max(0, x), {number})",
    "log_softmax": "x − ln(the sum of e^x over all channels)",
    "thresholded_relu": "x where x > {number}, else 0",
}
_SELU = (1.050701, 1.758099)
_BELOW = {"thresholded_relu": "x where x > {number}, else {slope}(x − {number})"}
"""The formulas of activations that have a slope below their number."""
_IN_UNITS_OF_INPUT = frozenset({"clipped_relu", "thresholded_relu"})
"""The activations whose number is a value that the input is compared with, not a factor."""


@dataclass(frozen=True, eq=False)
class Activation(CellByCell):
    """A function that every value goes through by itself; softmax and its logarithm read all channels.

    Softmax is not a separate kind: it is an activation in Keras and PyTorch too, as a layer and as the end of others.
    `alpha` is the number of an activation that takes one, as a float32; None makes it Keras's. The others have None.
    `slope` is that of a thresholded ReLU below its threshold, as a float32; the others have 0.
    """

    activation: str = "relu"
    alpha: float | None = None
    slope: float = 0.0

    def __post_init__(self) -> None:
        alpha = ALPHAS.get(self.activation) if self.alpha is None else self.alpha
        object.__setattr__(self, "alpha", None if alpha is None else as_single(alpha))
        object.__setattr__(self, "slope", as_single(self.slope))

    @property
    def ends_in(self) -> str:
        return self.activation

    def output_shape(self, input_shape: Shape) -> Shape:
        check_activation(self.activation)
        if self.alpha is not None:
            check_alpha(self.activation, self.alpha)
        check_slope(self.activation, self.slope)
        return input_shape

    def compute(self, values: Array) -> Array:
        return activate(values, self.activation, self.alpha, self.slope)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        return LayerGradients(activation_gradient(values, grad, self.activation, self.alpha, self.slope))

    @property
    def backward_rule(self) -> BackwardRule:
        if self._reads_all_channels:
            return BackwardRule("Every output depends on all channels, so each gradient is a sum over all of them.")
        if self.activation == "relu":
            return BackwardRule(
                "Where the input is above 0 the gate is 1 and the gradient passes; elsewhere it is 0.", "gate"
            )
        return BackwardRule("Each gradient is multiplied with the slope of the activation at its input.", "slope")

    @property
    def name(self) -> str:
        name = ACTIVATION_NAMES.get(self.activation, self.activation)
        number = "" if self.alpha is None or self.has_usual_numbers else f" {format_weight(self.alpha)}"
        slope = f", slope {format_weight(self.slope)}" if self.slope else ""
        return f"{name[:1].upper()}{name[1:]}{number}{slope}"

    @property
    def has_usual_numbers(self) -> bool:
        """Whether its numbers are those that Keras gives an activation of this name."""
        return self.alpha == Activation(self.activation).alpha and not self.slope

    @property
    def setting_names(self) -> Mapping[str, str]:
        return {"alpha": ALPHA_NAMES.get(self.activation, ""), "slope": _SLOPE if self.activation in _BELOW else ""}

    @property
    def definition(self) -> str:
        """What becomes of a value x, as a formula with the numbers in it."""
        return definition_of(self.activation, self.alpha, self.slope)

    @property
    def facts(self) -> str:
        alone = "for every position by itself" if self._reads_all_channels else "for every value by itself"
        return f"{self.definition}, {alone}. Nothing to learn."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        del limits
        return (_CHOICE, *_NUMBERS.get(self.activation, ()))

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        return window_of_cells(self._together(input_shape, position))

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        return self._together(input_shape, cell)

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        del input_shape
        if not self._reads_all_channels:
            return outputs
        return PathCounts((*outputs.paths[:-1], through_softmax(outputs.paths[-1])))

    def told(self, input_shape: Shape, cell: tuple[int, ...], vector: Floats) -> tuple[float, str]:
        del input_shape
        index = cell[-1]
        output = float(self.run(vector)[index])
        return output, _arithmetic(self, vector, index, output)

    @property
    def handles_each_map_alone(self) -> bool:
        return not self._reads_all_channels

    @property
    def _reads_all_channels(self) -> bool:
        return self.activation in OVER_CHANNELS

    def _together(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        """Return the cells that make, or are made of, one: softmax reads all values of a vector, its channels."""
        return all_cells(input_shape) if self._reads_all_channels and len(input_shape) == 1 else cells_at(cell)


def check_activation(name: str) -> None:
    """Raise ValueError with the known names where an activation is not one of them."""
    if name not in ACTIVATIONS:
        raise ValueError(f'activation "{name}" is not known; use one of {", ".join(ACTIVATIONS)}')


def check_alpha(name: str, alpha: float) -> None:
    """Raise ValueError where the number of an activation is out of its limits, or the activation takes none."""
    if name not in ALPHAS:
        raise ValueError(f"{ACTIVATION_NAMES[name]} takes no number, such as {format_number(alpha)}")
    if not 0 <= alpha <= _most(name):
        raise ValueError(
            f"the {ALPHA_NAMES[name].lower()} must be between 0 and {_most(name)}, not {format_number(alpha)}"
        )


def check_slope(name: str, slope: float) -> None:
    """Raise ValueError where the slope below a threshold is out of its limits, or the activation has none."""
    if slope and name not in _BELOW:
        raise ValueError(f"{ACTIVATION_NAMES[name]} takes no slope, such as {format_number(slope)}")
    if not 0 <= slope <= LIMITS.alpha:
        raise ValueError(f"the negative slope must be between 0 and {LIMITS.alpha}, not {format_number(slope)}")


def _most(name: str) -> int:
    """Return the largest number of an activation: a factor, or a value that the input is compared with."""
    return LIMITS.clip if name in _IN_UNITS_OF_INPUT else LIMITS.alpha


def definition_of(name: str, alpha: float | None = None, slope: float = 0.0) -> str:
    """Write what an activation makes of a value x, with its numbers in it; without an alpha, with Keras's.

    >>> definition_of("leaky_relu", 0.5)
    'x where x ≥ 0, else 0.5·x'
    >>> definition_of("thresholded_relu", 2, 0.5)
    'x where x > 2, else 0.5·(x − 2)'
    """
    number = ALPHAS.get(name, 1.0) if alpha is None else alpha
    formula = _BELOW[name] if slope else _FORMULAS[name]
    scale, fall = (format_in_full(value) for value in _SELU)
    return formula.format(
        times=_times(number), number=format_weight(as_single(number)), slope=_times(slope), scale=scale, fall=fall
    )


def _times(number: float) -> str:
    return "" if number == 1 else f"{format_weight(as_single(number))}·"


def activation_setting() -> Setting:
    """Return the field for the `activation` of a layer that ends in one."""
    return _activation_setting(lambda layer, name: replace(layer, activation=name))


def _activation_setting(write: Callable[[Any, str], Layer]) -> Setting:
    return Setting(
        "Activation",
        "The function applied to every value",
        lambda layer, _: ACTIVATIONS.index(layer.activation),
        lambda layer, _, index: write(layer, ACTIVATIONS[int(index)]),
        tuple(ACTIVATION_NAMES[name] for name in ACTIVATIONS),
    )


def _number_setting(name: str, tip: str) -> Setting:
    return Setting(
        ALPHA_NAMES[name],
        f"{tip} (0 to {_most(name)})",
        lambda layer, _: layer.alpha,
        lambda layer, _, value: _with_alpha(layer, value),
    )


def _slope_setting() -> Setting:
    return Setting(
        _SLOPE,
        f"What the distance below the threshold is multiplied with (0 to {LIMITS.alpha}); 0 in ONNX",
        lambda layer, _: layer.slope,
        lambda layer, _, value: _with_slope(layer, value),
    )


def _with_slope(layer: Activation, value: float) -> Activation:
    try:
        check_slope(layer.activation, value)
    except ValueError as refusal:
        raise ValueError(f"{str(refusal).capitalize()}.") from None
    return replace(layer, slope=value)


def _with_alpha(layer: Activation, value: float) -> Activation:
    try:
        check_alpha(layer.activation, value)
    except ValueError as refusal:
        raise ValueError(f"{str(refusal).capitalize()}.") from None
    return replace(layer, alpha=value)


_CHOICE = _activation_setting(lambda layer, name: Activation(name, is_on=layer.is_on))
"""The field for which activation the layer is; another one begins with its own usual number."""
_NUMBERS = {
    "leaky_relu": (_number_setting("leaky_relu", "What values below 0 are multiplied with; 1/100 in PyTorch"),),
    "elu": (_number_setting("elu", "How far below 0 the curve goes"),),
    "hard_sigmoid": (
        _number_setting(
            "hard_sigmoid", "How steep the line between 0 and 1 is; 1/6 in PyTorch and Keras 3, 1/5 in ONNX and Keras 2"
        ),
    ),
    "clipped_relu": (_number_setting("clipped_relu", "Values above it become this one"),),
    "thresholded_relu": (
        _number_setting("thresholded_relu", "Values above it stay; others become 0, or follow the slope"),
        _slope_setting(),
    ),
}
"""The fields for the numbers of each activation that takes any."""


def _arithmetic(layer: Activation, vector: Floats, index: int, output: float) -> str:
    x, name = float(vector[index]), layer.activation
    if name not in OVER_CHANNELS:
        return f"{ACTIVATION_NAMES[name]}({format_number(x)}) = {format_number(output)}\n{layer.definition}"
    largest = float(vector.max())
    powers = np.exp(vector.astype(np.float64) - largest)
    channels = counted(len(vector), "channel")
    if name == "log_softmax":
        return (
            f"log softmax: {in_sum(format_number(x))} − ln(sum of e^x over {channels}) = {format_number(output)}\n"
            f"after subtracting the largest, {format_number(largest)}: "
            f"{in_sum(format_number(x - largest))} − ln({format_number(float(powers.sum()))})"
        )
    return (
        f"softmax: e^{format_number(x)} ÷ (sum of e^x over {channels}) = {format_number(output)}\n"
        f"after subtracting the largest, {format_number(largest)}: "
        f"{format_number(float(powers[index]))} ÷ {format_number(float(powers.sum()))}"
    )
