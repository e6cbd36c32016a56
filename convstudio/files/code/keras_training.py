"""The training of a network as lines of a Keras program: a plain loop over `train_on_batch`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from convstudio.files.code.program import LayersOf, LayerStep
from convstudio.files.code.to_keras import KerasLayer
from convstudio.files.code.training import (
    BATCHES,
    UNPACKED_BYTES,
    TrainingTask,
    check_lines,
    lock_lines,
    locks_of,
    rate_lines,
    settings_lines,
)
from convstudio.model.values.learning.settings import USUAL_TRAINING

_OPTIMISERS: Mapping[str, str] = MappingProxyType(
    {
        "sgd": "SGD(RATE)",
        "momentum": "SGD(RATE, momentum={momentum})",
        "nesterov": "SGD(RATE, momentum={momentum}, nesterov=True)",
        "rmsprop": "RMSprop(RATE)",
        "adam": "Adam(RATE{beta_2})",
        "adamw": "AdamW(RATE{beta_2}, weight_decay={weight_decay})",
    }
)
_LOSSES: Mapping[str, str] = MappingProxyType(
    {
        "mean_squared_error": "keras.losses.MeanSquaredError()",
        "half_squared_error": "HalfSquaredError()",
        "mean_absolute_error": "keras.losses.MeanAbsoluteError()",
        "binary_crossentropy": "keras.losses.BinaryCrossentropy()",
        "binary_crossentropy_from_logits": "keras.losses.BinaryCrossentropy(from_logits=True)",
        "categorical_crossentropy": "keras.losses.CategoricalCrossentropy()",
        "categorical_crossentropy_from_logits": "keras.losses.CategoricalCrossentropy(from_logits=True)",
    }
)
_PUNISHED = ("layers.Conv", "layers.Dense")
"""How the layers begin whose weights L2 punishes."""

HELPERS: Mapping[str, str] = MappingProxyType(
    {
        "unpacked_bytes": UNPACKED_BYTES,
        "batches": BATCHES,
        "HalfSquaredError": '''
class HalfSquaredError(keras.losses.Loss):
    """Half of every squared difference, all added up."""

    def __init__(self):
        super().__init__(reduction="sum")

    def call(self, y_true, y_pred):
        return keras.ops.square(y_pred - y_true) / 2
''',
    }
)


def punishing(layers_of: LayersOf[KerasLayer], factor: float) -> LayersOf[KerasLayer]:
    """Return a writer of layers that punishes large weights by L2, as the training does."""

    def written(step: LayerStep) -> Sequence[KerasLayer]:
        return [
            replace(layer, text=f"{layer.text[:-1]}, kernel_regularizer=keras.regularizers.L2({factor}))")
            if layer.text.startswith(_PUNISHED)
            else layer
            for layer in layers_of(step)
        ]

    return written if factor else layers_of


def training_lines(task: TrainingTask, made: Sequence[tuple[LayerStep, Sequence[KerasLayer]]]) -> str:
    """Return the lines that train `model`, whose layers are given with the steps that they came from."""
    settings = task.settings
    places = [step for step, layers in made for _ in layers]
    locked = [at for at, step in enumerate(places) if step.layer.is_locked]
    locks = _locks(made)
    beta_2 = "" if settings.beta_2 == USUAL_TRAINING.beta_2 else f", beta_2={settings.beta_2}"
    optimiser = _OPTIMISERS[settings.optimiser].format(
        momentum=settings.momentum, beta_2=beta_2, weight_decay=settings.weight_decay
    )
    learner = "keras.Sequential([keras.Input(model.input_shape[1:]), *model.layers[:-1]])"
    lines = [
        *settings_lines(task),
        *lock_lines([step for step, _ in made]),
        "",
        *rate_lines(task),
        *_locking(locks),
        *(f"model.layers[{at}].trainable = False" for at in locked),
        *(
            [f"learner = {learner}  # the loss reads what the last activation reads"]
            if task.is_from_logits
            else ["learner = model"]
        ),
        f"learner.compile(optimizer=keras.optimizers.{optimiser}, loss={_LOSSES[task.loss]})",
        *(["keras.utils.set_random_seed(SEED)"] if task.draws else []),
        "losses = []",
        "for step, batch in enumerate(batches()):",
        *(["    learner.optimizer.learning_rate = rate_at(step)"] if settings.schedule != "constant" else []),
        "    learner.reset_metrics()  # else the loss would be a mean since the start",
        "    losses.append(learner.train_on_batch(X[batch], Y[batch]))",
        *(["    keep_locked()"] if locks else []),
        check_lines(task),
        "if len(HELD_OUT):",
        "    loss = learner.evaluate(X[HELD_OUT], Y[HELD_OUT], verbose=0)",
        '    print(f"The loss of the {len(HELD_OUT)} held-out samples is {loss:.4g}.")',
        *(_accuracy_lines() if task.plan.objective.is_of_classes and not task.plan.objective.is_of_one_unit else []),
    ]
    return "\n".join(lines)


def _locks(made: Sequence[tuple[LayerStep, Sequence[KerasLayer]]]) -> list[tuple[int, int, str, str]]:
    """Return the place of a layer, that of an array in it, the array and its locks as expressions, of each array."""
    places = [(step, layer) for step, layers in made for layer in layers]
    return [
        (at, number, expression, expression.replace(step.called(name), step.called(f"locked_{name}")))
        for at, (step, layer) in enumerate(places)
        for name in locks_of(step)
        for number, expression in enumerate(layer.weights)
        if step.called(name) in expression
    ]


def _locking(locks: Sequence[tuple[int, int, str, str]]) -> list[str]:
    """Write the function that gives locked weights their values back: an optimiser's memory moves them, too."""
    if not locks:
        return []
    lines = ["def keep_locked():"]
    for at, number, expression, marks in locks:
        lines += [
            f"    held = model.layers[{at}].get_weights()",
            f"    held[{number}] = np.where({marks} > 0, {expression}, held[{number}])",
            f"    model.layers[{at}].set_weights(held)",
        ]
    return [*lines, "", ""]


def _accuracy_lines() -> list[str]:
    return [
        "    output = keras.ops.convert_to_numpy(learner(X[HELD_OUT], training=False))",
        "    right = (output.argmax(axis=-1) == Y[HELD_OUT].argmax(axis=-1)).mean()",
        '    print(f"{right:.1%} of them are right.")',
    ]
