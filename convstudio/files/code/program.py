"""What the programs of all libraries share: their numbers, their order, and the check at their end."""

from __future__ import annotations

import base64
import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from convstudio.files.limits import check_output_shape
from convstudio.files.problems import FileProblem, printable
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.data_format import change_line

_MOST_EXPECTED_VALUES = 4096
_MOST_READABLE_VALUES = 256
_WIDTH = 100
_NEAR = 1e-5
_CANCELLING = (
    "elu",
    "gelu",
    "hard_sigmoid",
    "hard_swish",
    "log_softmax",
    "mish",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
)
"""The activations whose small values may be differences of large ones."""

_UNPACKED = '''
def unpacked(text, shape):
    """Read float32 numbers from base64."""
    return np.frombuffer(base64.b64decode(text), "<f4").reshape(shape).copy()
'''
_CHECK = """
assert output.shape == {shape}
np.testing.assert_allclose({told}, EXPECTED, rtol=0, atol=TOLERANCE)
print("The numbers are those of ConvStudio: an output of shape {shape}.")
"""


@dataclass(frozen=True)
class LayerStep:
    """A layer that is on, its shapes, and its `number` in the ribbon, from 1."""

    number: int
    layer: Layer
    input_shape: Shape
    output_shape: Shape

    @property
    def name(self) -> str:
        """The layer's number and name, as a sentence about it begins."""
        return f"Layer {self.number} ({self.layer.name})"

    def comment(self, data_format: DataFormat = "keras") -> str:
        """Return what stands after the layer in a program: its name, and the shapes in the library's order."""
        return f"# {self.number} {self.layer.name}: {change_line(self.input_shape, self.output_shape, data_format)}"

    def called(self, what: str) -> str:
        """Return the name of one of the layer's arrays in a program."""
        return f"{what}_{self.number}"


Part = TypeVar("Part", covariant=True)


class LayersOf(Protocol[Part]):
    """What gives the parts of a program that a layer becomes: Keras's layers, PyTorch's modules, or lines."""

    def __call__(self, step: LayerStep, /) -> Sequence[Part]:
        """Return the parts for one layer; raise FileProblem where the library cannot express it."""


@dataclass(frozen=True)
class Training(Generic[Part]):
    """How a program trains its network: functions by name, and the lines, given what each layer became.

    `checked` is the document as it predicts, before any training: that is what the output of its program is held to.
    """

    checked: Document
    helpers: Mapping[str, str]
    lines: Callable[[Sequence[tuple[LayerStep, Sequence[Part]]]], str]


@dataclass(frozen=True)
class Program:
    """The parts of a program in which libraries differ; `helpers` are functions by name, of which the used are written,
    each after those that it needs.

    `network` are the lines that build the network, `run` those that make `output` of `SAMPLE`, and `closing` those
    that come last: the training of a network that is to be trained.
    """

    library: str
    imports: Sequence[str]
    helpers: Mapping[str, str]
    network: str
    run: str
    closing: str = ""


def steps_of(document: Document) -> tuple[LayerStep, ...]:
    """Return the layers that are on; raise FileProblem, which names it, for one that cannot work."""
    steps, input_shape = [], document.sample.values.shape
    for number, layer in enumerate(document.layers, 1):
        if not layer.is_on:
            continue
        try:
            output_shape = layer.output_shape(input_shape)
        except ValueError as refusal:
            raise FileProblem(f"Layer {number} ({layer.name}) cannot work: {refusal}.") from None
        check_output_shape(output_shape, f"Layer {number} ({layer.name})")
        steps.append(LayerStep(number, layer, input_shape, output_shape))
        input_shape = output_shape
    return tuple(steps)


def written(program: Program, document: Document, steps: Sequence[LayerStep], arrays_of: LayersOf[str]) -> str:
    """Return a whole program: what it is, imports, functions, numbers, network, and the check of its output."""
    sample, is_own = _runnable(document.sample)
    expected = _run(document.with_sample(sample))
    every = _spacing(expected.size)
    tolerance = _tolerance(steps, sample.values.to_array(), expected)
    numbers = "\n".join(
        [
            *(line for step in steps for line in arrays_of(step)),
            "",
            *_sample_lines(sample, is_own),
            *_expected_lines(expected, every),
            f"TOLERANCE = {tolerance:.3g}  # {_NEAR:g} of the largest value, or more where rounding can do more",
        ]
    )
    told = "output" if every == 1 else f"output.ravel()[::{every}]"
    check = _CHECK.format(shape=expected.shape, told=told).strip()
    closing = [program.closing] if program.closing else []
    text = "\n".join([numbers, "", program.network, "", program.run, check, *closing])
    helpers = _used({"unpacked": _UNPACKED, **program.helpers}, text)
    imports = _imports(program.imports, helpers + text)
    return "\n".join([_head(document, program.library), imports, helpers, "", text]) + "\n"


def assigned(name: str, values: Floats) -> str:
    """Write an array under a name: the numbers themselves where they are few and finite, else their bytes.

    >>> assigned("bias", np.float32([0, 0.5]))
    'bias = np.array([0. , 0.5], np.float32)'
    """
    if values.size > _MOST_READABLE_VALUES or not np.all(np.isfinite(values)):
        packed = textwrap.fill(base64.b64encode(values.astype("<f4").tobytes()).decode(), _WIDTH)
        return f'{name} = unpacked(\n    """\n{packed}\n    """,\n    {values.shape},\n)'
    table = values.squeeze() if values.ndim > 1 else values
    start = f"{name} = np.array("
    text = np.array2string(table, max_line_width=_WIDTH, separator=", ", prefix=start, threshold=values.size + 1)
    shaped = "" if table.shape == values.shape else f".reshape{values.shape}"
    return f"{start}{text}, np.float32){shaped}"


def listed(texts: Sequence[str], comment: str) -> list[str]:
    """Write what a layer becomes as entries of a list, with the comment after the first one.

    >>> listed(["pad()", "conv()"], "# 1")
    ['pad(),  # 1', 'conv(),']
    """
    first, *others = texts
    return [f"{first},  {comment}", *(f"{text}," for text in others)]


def kernels(layer: Conv) -> Floats:
    """Return the weights with which a library that only correlates makes what the layer makes."""
    spatial = tuple(range(layer.rank))
    return frozen(np.flip(layer.weights, spatial)) if layer.flip else layer.weights


def uses_bias(layer: Conv) -> bool:
    """Return whether a convolution adds anything after its sums, or learns to."""
    return layer.has_bias or bool(np.any(layer.bias))


def activation_of(step: LayerStep) -> Activation:
    """Return the activation that a layer is, or ends in: a linear one where it has none."""
    last = step.layer.sums_and_activation()[-1]
    return last if isinstance(last, Activation) else Activation("linear")


def refuse(step: LayerStep, library: str, reason: str) -> FileProblem:
    """Return the sentence that a library cannot express a layer."""
    return FileProblem(f"{step.name} cannot be written for {library}: {reason}.")


def _runnable(sample: Sample) -> tuple[Sample, bool]:
    """Return a sample that can be written down, and whether it is the document's own."""
    shape = sample.values.shape
    if math.prod(shape) <= LIMITS.sample_code_values:
        return sample, True
    return Sample.of(sample.name, np.sin(np.arange(math.prod(shape))).reshape(shape)), False


def _sample_lines(sample: Sample, is_own: bool) -> list[str]:
    shape = sample.values.shape
    if is_own:
        return [f"# {_words(sample.name) or 'the sample'}", assigned("SAMPLE", sample.values.to_array())]
    count = math.prod(shape)
    return [
        f"# waves stand in for the sample, whose {count} values would fill this file",
        f"SAMPLE = np.sin(np.arange({count})).reshape({shape}).astype(np.float32)",
    ]


def _spacing(count: int) -> int:
    """Return how far apart the values of an output are that a program checks, so that each map has some of them."""
    every = math.ceil(count / _MOST_EXPECTED_VALUES)
    while every > 1 and math.gcd(every, count) > 1:
        every += 1
    return every


def _expected_lines(expected: Floats, every: int) -> list[str]:
    if every == 1:
        return [assigned("EXPECTED", expected)]
    return [f"# one in {every} values of the output", assigned("EXPECTED", frozen(expected.ravel()[::every]))]


def _run(document: Document) -> Floats:
    result = forward(document).layers[-1]
    if result.maps is None:
        raise FileProblem(result.problem)
    return result.maps


def _tolerance(steps: Sequence[LayerStep], sample: Floats, expected: Floats) -> float:
    """Return how far another library may be off: 1e-5 of the largest value, or ten times what rounding changes."""
    other = _rounded_otherwise(steps, sample)
    told = np.isfinite(expected) & np.isfinite(other)
    apart = np.abs(other[told].astype(np.float64) - expected[told]).max(initial=0)
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=0)
    return max(_NEAR * float(largest), 10 * float(apart), 1e-30)


def _rounded_otherwise(steps: Sequence[LayerStep], values: Floats) -> Floats:
    """Run the layers with every number that they read changed in its last bit, up and down by turns."""
    for step in steps:
        values = _nudged(values, np.spacing(values))
        for part in step.layer.sums_and_activation():
            made = part.run(values)
            if isinstance(part, Activation) and part.activation in _CANCELLING:
                made = _nudged(made, np.spacing(np.abs(values).max(initial=1)))
            values = made
    return values


def _nudged(values: Floats, by: Floats) -> Floats:
    signs = 1 - 2 * (np.arange(values.size, dtype=np.float32).reshape(values.shape) % 2)
    with np.errstate(all="ignore"):
        return frozen(values + signs * np.abs(by))


def _used(helpers: Mapping[str, str], text: str) -> str:
    """Return the functions that a program uses, and those that they use, in the order of `helpers`."""
    needed: list[str] = []
    for name in reversed(list(helpers)):
        if any(re.search(rf"\b{name}\b", part) for part in (text, *(helpers[other] for other in needed))):
            needed.append(name)
    return "".join(f"\n\n{helpers[name].strip()}\n" for name in reversed(needed))


def _imports(lines: Sequence[str], text: str) -> str:
    standard = [f"import {name}" for name in ("base64", "math") if f"{name}." in text]
    standard += ["from pathlib import Path"] if "Path(" in text else []
    return "\n".join([*standard, *([""] if standard else []), *lines])


def _head(document: Document, library: str) -> str:
    title = _words(document.title) or "A network"
    return (
        f"# {title}, for {library}. Written by ConvStudio.\n"
        "# It builds the network, runs it on a sample, and fails unless the numbers are those of ConvStudio.\n"
    )


def _words(text: str) -> str:
    """Return a user's text as it can stand in a comment: on one line."""
    return printable(text)[:80].strip()
