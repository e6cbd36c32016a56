"""What the training programs of all libraries share: the data, the order of the batches, and the losses to expect."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from convstudio.files.code.program import LayerStep, assigned
from convstudio.files.problems import FileProblem, printable
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dropout import Dropout
from convstudio.model.learning.training import TrainingPlan, advance, begin, is_over, plan
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network

_MOST_STEPS = 20
_WIDTH = 100
_NEAR = 1e-4

UNPACKED_BYTES = '''
def unpacked_bytes(text, shape):
    """Read whole numbers from 0 to 255 from base64, as float32."""
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(shape).astype(np.float32)
'''
BATCHES = '''
def batches():
    """Yield the samples of every step: each epoch shuffles them by its own generator, as ConvStudio does."""
    for epoch in range(EPOCHS):
        order = np.random.default_rng((SEED, epoch)).permutation(TRAINING)
        for at in range(0, len(order), BATCH_SIZE):
            yield order[at : at + BATCH_SIZE]
'''
_RATE_HEAD = '''
def rate_at(step):
    """Return the learning rate of a step, counted from 0."""
'''
CHECK = """
losses = np.array([float(loss) for loss in losses], np.float32)
np.testing.assert_allclose(losses[: len(EXPECTED_LOSSES)], EXPECTED_LOSSES, rtol={near:g})
print(f"The first {{len(EXPECTED_LOSSES)}} losses are those of ConvStudio. The last one is {{losses[-1]:.4g}}.")
"""
_TOLD = """
print(f"The first loss is {losses[0]:.4g}. The last one is {losses[-1]:.4g}.")
"""
_DRAWING = (
    "# Dropout silences other values in every library, whatever the seed, so the losses are not those of ConvStudio,",
    "# step by step, and are not compared with them. With a rate of 0 they are.",
)


@dataclass(frozen=True, eq=False)
class TrainingTask:
    """What a training program does: a document whose network ends apart from its loss, the plan, and the first losses.

    Where a loss and the activation before it are computed as one, that activation is the last layer of `document`, a
    separate one, and `is_from_logits`. Data that would fill the program are read from `data_file`, beside it.
    """

    document: Document
    plan: TrainingPlan
    losses: tuple[float, ...]
    data_file: str = ""

    @property
    def settings(self) -> TrainingSettings:
        """The settings."""
        return self.plan.settings

    @property
    def is_from_logits(self) -> bool:
        """Whether the loss reads what the last layer reads."""
        return self.plan.objective.fused is not None

    @property
    def loss(self) -> str:
        """The name of the loss in `ops.learning.losses`."""
        return self.plan.objective.loss

    @property
    def draws(self) -> bool:
        """Whether layers silence values that are drawn at random, other ones in every library."""
        return any(isinstance(layer, Dropout) and layer.is_on and layer.rate for layer in self.document.layers)

    @property
    def as_it_predicts(self) -> Document:
        """The document with nothing silenced, as a library's network predicts."""
        layers = tuple(
            replace(layer, is_on=False) if isinstance(layer, Dropout) else layer for layer in self.document.layers
        )
        return replace(self.document, network=Network(layers))

    @property
    def has_data_inside(self) -> bool:
        """Whether the program holds the samples: few enough of them."""
        return self.plan.data.inputs.size <= LIMITS.sample_code_values


def task_of(document: Document, data: Dataset, data_file: str = "") -> TrainingTask:
    """Plan the training of a document on data, and make its first steps; raise FileProblem where it cannot be.

    Without a `data_file` the data must be few enough to stand in the program.
    """
    if not data_file and data.inputs.size > LIMITS.sample_code_values:
        raise FileProblem(
            f"The {len(data)} samples would fill the program. Write it by “convstudio code P --training -o FILE”: that "
            "puts them beside it."
        )
    try:
        planned = plan(document, data, document.training)
        for number, layer in enumerate(document.layers, start=1):
            _check_bias(number, layer)
        state, losses = begin(planned), list[float]()
        while len(losses) < _MOST_STEPS and not is_over(planned, state):
            state, report, _ = advance(planned, state)
            losses.append(report.loss)
    except ValueError as refusal:
        raise FileProblem(str(refusal)) from None
    apart = _with_its_end_apart(document, planned.objective.fused)
    return TrainingTask(apart, planned, tuple(losses), data_file)


def _check_bias(number: int, layer: Layer) -> None:
    if isinstance(layer, Conv) and layer.is_on and not layer.has_bias and np.any(layer.bias):
        raise FileProblem(
            f"Layer {number} ({layer.name}) cannot be trained by a program: it adds a bias that it does not learn. "
            "Switch its bias on, or set it to 0."
        )


def _with_its_end_apart(document: Document, fused: int | None) -> Document:
    """Return the document with the activation that a loss is computed with as a layer of its own."""
    if fused is None or len(document.layers[fused].sums_and_activation()) == 1:
        return document
    layers = document.layers
    return replace(
        document, network=Network((*layers[:fused], *layers[fused].sums_and_activation(), *layers[fused + 1 :]))
    )


# --- the lines that all programs have ---------------------------------------------------------------------------------


def settings_lines(task: TrainingTask) -> list[str]:
    """Write the settings, the data, which of them are trained on, and the losses to expect."""
    settings, parts, data = task.settings, task.plan.parts, task.plan.data
    return [
        "",
        f"# the training: {settings.optimiser}, {task.loss.replace('_', ' ')}",
        *_left_out(settings),
        f"SEED, EPOCHS, BATCH_SIZE, RATE = {settings.seed}, {settings.epochs}, {settings.batch_size}, {settings.rate}",
        f"# {printable(data.name)[:80]}: {len(data)} samples",
        *_data_lines(task),
        _indices("TRAINING", parts.training),
        _indices("HELD_OUT", parts.held_out),
        *(_DRAWING if task.draws else [assigned("EXPECTED_LOSSES", np.asarray(task.losses, np.float32))]),
    ]


def _left_out(settings: TrainingSettings) -> list[str]:
    """Say what ConvStudio would do besides: the program makes all steps, and keeps what the last one led to."""
    left = []
    if settings.patience:
        left.append(
            f"# ConvStudio stops {settings.patience} epochs after the lowest held-out loss; this trains them all."
        )
    if settings.keeps_best:
        left.append("# ConvStudio keeps the weights of the lowest held-out loss; this keeps the last ones.")
    return left


def rate_lines(task: TrainingTask) -> list[str]:
    """Write the function of the learning rate, where it is not the same for all steps."""
    settings, steps = task.settings, task.plan.steps_per_epoch
    match settings.schedule:
        case "constant":
            return []
        case "step":
            body = f"    return RATE * {settings.drop} ** (step // {steps} // {settings.drop_every})"
        case _:
            total = steps * settings.epochs
            body = f"    return RATE * (1 + math.cos(math.pi * step / {total})) / 2"
    return [f"{_RATE_HEAD.strip()}\n{body}", ""]


def locks_of(step: LayerStep) -> Mapping[str, Floats]:
    """Return which weights of a layer are locked one by one, 1 for each, as its program has them: by "weights", "bias".

    >>> locks_of(LayerStep(1, Conv.of(np.ones((3, 1, 1))), (3, 1), (1, 1)))
    {}
    """
    locks = step.layer.unflipped_locks
    if locks is None or step.layer.is_locked:
        return {}
    found = {"weights": frozen(locks.weights), "bias": frozen(locks.bias)}
    return {name: marked for name, marked in found.items() if np.any(marked)}


def lock_lines(steps: Sequence[LayerStep]) -> list[str]:
    """Write which weights are locked one by one."""
    return [assigned(step.called(f"locked_{name}"), marks) for step in steps for name, marks in locks_of(step).items()]


def check_lines(task: TrainingTask) -> str:
    """Write the check of the losses; where values are drawn, the first and the last loss are told."""
    return _TOLD.strip() if task.draws else CHECK.format(near=_NEAR).strip()


def _data_lines(task: TrainingTask) -> list[str]:
    """Write the samples, or how they are read, and their targets: classes as 1 at their place."""
    data = task.plan.data
    targets = task.plan.objective.targets(data, np.arange(len(data)))
    if not task.has_data_inside:
        return [
            f"# their {data.inputs.size} values would fill this file: they are in {task.data_file}, beside it",
            f'with np.load(Path(__file__).with_name("{task.data_file}")) as held:',
            '    X, Y = held["x"].astype(np.float32), held["y"].astype(np.float32)',
        ]
    return [_packed("X", data.inputs), _packed("Y", np.ascontiguousarray(targets, np.float32))]


def stored_data(task: TrainingTask) -> dict[str, Floats]:
    """Return the arrays of the file that a program reads whose data are not inside."""
    data = task.plan.data
    targets = task.plan.objective.targets(data, np.arange(len(data)))
    return {"x": data.inputs, "y": np.asarray(targets, np.float32)}


def _packed(name: str, values: Floats) -> str:
    """Write an array; many whole numbers from 0 to 255 as bytes."""
    is_small = bool(np.all((values >= 0) & (values <= 255) & (values == np.floor(values))))
    if values.size <= _WIDTH or not is_small:
        return assigned(name, values)
    packed = textwrap.fill(base64.b64encode(values.astype(np.uint8).tobytes()).decode(), _WIDTH)
    return f'{name} = unpacked_bytes(\n    """\n{packed}\n    """,\n    {values.shape},\n)'


def _indices(name: str, indices: Sequence[int] | np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> str:
    """Write places of samples: those that follow each other as a range."""
    held = np.asarray(indices, np.int64)
    if held.size and np.array_equal(held, np.arange(held[0], held[0] + held.size)):
        return f"{name} = np.arange({held[0]}, {held[0] + held.size})"
    listed = np.array2string(held, max_line_width=_WIDTH, separator=", ", threshold=held.size + 1)
    return f"{name} = np.array({listed}, int)"
