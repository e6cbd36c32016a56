"""An activation as a separate layer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.kinds.cell_by_cell import CellByCell
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.answers.path_counts import PathCounts, through_softmax
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.answers.windows import Cells, Window, all_cells, cells_at, window_of_cells
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.layer import Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_number
from convstudio.ops import (
    ACTIVATIONS,
    activate,
)

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
}
FORMULAS = {
    "linear": "the value itself",
    "relu": "max(0, x)",
    "leaky_relu": "x where x ≥ 0, else 0.2·x",
    "elu": "x where x > 0, else e^x − 1",
    "gelu": "x · the share of a normal distribution below x",
    "sigmoid": "1 ÷ (1 + e^−x)",
    "tanh": "(e^x − e^−x) ÷ (e^x + e^−x)",
    "softplus": "ln(1 + e^x)",
    "softmax": "e^x ÷ the sum of e^x over all channels",
    "abs": "x without its sign",
}


@dataclass(frozen=True, eq=False)
class Activation(CellByCell):
    """A function that every value goes through by itself; softmax alone reads all channels.

    Softmax is not a separate kind: it is an activation in Keras and PyTorch too, as a layer and as the end of others.
    """

    activation: str = "relu"

    @property
    def ends_in(self) -> str:
        return self.activation

    def output_shape(self, input_shape: Shape) -> Shape:
        check_activation(self.activation)
        return input_shape

    def run(self, values: Floats) -> Floats:
        return frozen(activate(values, self.activation))

    @property
    def name(self) -> str:
        name = ACTIVATION_NAMES.get(self.activation, self.activation)
        return name[:1].upper() + name[1:]

    @property
    def facts(self) -> str:
        alone = "for every position by itself" if self._reads_all_channels else "for every value by itself"
        return f"{FORMULAS[self.activation]}, {alone}. Nothing to learn."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        del limits
        return (activation_setting(),)

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
        return output, _arithmetic(self.activation, vector, index, output)

    @property
    def handles_each_map_alone(self) -> bool:
        return not self._reads_all_channels

    @property
    def _reads_all_channels(self) -> bool:
        return self.activation == "softmax"

    def _together(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        """Return the cells that make, or are made of, one: softmax reads all values of a vector, its channels."""
        return all_cells(input_shape) if self._reads_all_channels and len(input_shape) == 1 else cells_at(cell)


def check_activation(name: str) -> None:
    """Raise ValueError with the known names where an activation is not one of them."""
    if name not in ACTIVATIONS:
        raise ValueError(f'activation "{name}" is not known; use one of {", ".join(ACTIVATIONS)}')


def activation_setting() -> Setting:
    """Return the field for the `activation` of a layer that has one."""
    return Setting(
        "Activation",
        "The function applied to every value",
        lambda layer, _: ACTIVATIONS.index(layer.activation),
        lambda layer, _, index: replace(layer, activation=ACTIVATIONS[int(index)]),
        tuple(ACTIVATION_NAMES[name] for name in ACTIVATIONS),
    )


def _arithmetic(name: str, vector: Floats, index: int, output: float) -> str:
    x = float(vector[index])
    if name != "softmax":
        return f"{ACTIVATION_NAMES[name]}({format_number(x)}) = {format_number(output)}\n{FORMULAS[name]}"
    largest = float(vector.max())
    powers = np.exp(vector.astype(np.float64) - largest)
    channels = counted(len(vector), "channel")
    return (
        f"softmax: e^{format_number(x)} ÷ (sum of e^x over {channels}) = {format_number(output)}\n"
        f"after subtracting the largest, {format_number(largest)}: "
        f"{format_number(float(powers[index]))} ÷ {format_number(float(powers.sum()))}"
    )
