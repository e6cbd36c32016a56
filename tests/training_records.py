"""A record of a training that was never made, for tests of what is exported of one."""

from dataclasses import replace

import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.panes.exports.training import TrainingRecord
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.runs import StepCurves, TrainingRun
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network


def network(seed=0, channels=1, filters=4):
    draw = np.random.default_rng(seed)
    conv = Conv.of(draw.standard_normal((3, 3, channels, filters)))
    dense = Dense.of(draw.standard_normal((36 * filters, 3)))
    return Network((conv, Activation(), Flatten(), dense))


def record(steps=40, *, channels=1, has_classes=True):
    """Return a record of so many steps, ten to an epoch, whose first kernel grows by 1 a step."""
    first = network(channels=channels)
    at = np.arange(1, steps + 1, dtype=np.float64)
    curves = StepCurves(
        at, 2 / at, 1 - 1 / at if has_classes else np.full(steps, np.nan), np.full(steps, 1e-3),
        np.stack([at, 0 * at, 0 * at, at / 2], axis=-1), np.stack([1 / at, 0 * at, 0 * at, 1 / at], axis=-1),
    )  # fmt: skip
    epochs = tuple(
        EpochReport(n, 10 * n, 1 / n, 0.5 if has_classes else None, 1.5 / n, 0.25 * n if has_classes else None)
        for n in range(1, steps // 10 + 1)
    )
    kept = tuple((step, first.with_layer(0, grown(first.layers[0], step))) for step in range(0, steps + 1, 2))
    run = TrainingRun(1, TrainingSettings(), "drawn", curves, epochs, first, kept[-1][1])
    return TrainingRecord(run, kept)


def grown(layer, step):
    return replace(layer, weights=frozen(layer.weights + step))
