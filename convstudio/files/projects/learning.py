"""How a target and the settings of a training stand in a project."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta

from convstudio.files.limits import check_between
from convstudio.files.nested import Nested, from_nested, to_nested
from convstudio.files.problems import FileProblem
from convstudio.model.values.arrays import Floats
from convstudio.model.values.learning.settings import USUAL_TRAINING, TrainingSettings, check_settings
from convstudio.model.values.learning.target import ClassTarget, MapTarget, Target
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape

_DataSource = Annotated[str, Meta(max_length=LIMITS.data_source)]
_Class = Annotated[int, Meta(ge=0, lt=LIMITS.class_names)]


class _Target(msgspec.Struct, forbid_unknown_fields=True, tag_field="kind"):
    """What the network should make of the sample."""


class ClassContent(_Target, tag="class"):
    """A class, by its number."""

    index: _Class


class MapContent(_Target, tag="maps"):
    """Maps, `(*spatial, channels)`, or a vector."""

    values: Nested


TargetContent = ClassContent | MapContent


class TrainingContent(msgspec.Struct, forbid_unknown_fields=True):
    """The settings of a training, one field each."""

    loss: str
    optimiser: str
    rate: float
    momentum: float
    weight_decay: float
    schedule: str
    drop: float
    drop_every: int
    l2: float
    batch_size: int
    epochs: int
    seed: int
    held_out: float
    patience: int
    keeps_best: bool
    random_labels: bool
    data: _DataSource = ""
    beta_2: float = USUAL_TRAINING.beta_2


def target_content(target: Target | None, nest: Callable[[Floats], Nested] = to_nested) -> TargetContent | None:
    """Return what a project holds of a target; `nest` tells how an array stands in it."""
    match target:
        case None:
            return None
        case ClassTarget(index):
            return ClassContent(index)
        case MapTarget(values):
            return MapContent(nest(values))


def target_of(content: TargetContent | None, where: str) -> Target | None:
    """Return the target that a project holds; raise FileProblem, which begins with `where`.

    One that does not fit what the network makes is legal: the student may be about to change either.
    """
    match content:
        case None:
            return None
        case ClassContent(index):
            return ClassTarget(index)
        case MapContent(values):
            return MapTarget(from_nested(values, f"{where}, target", _check_maps))


def training_content(settings: TrainingSettings) -> TrainingContent:
    """Return what a project holds of the settings of a training."""
    return TrainingContent(**{name: getattr(settings, name) for name in TrainingContent.__struct_fields__})


def training_of(content: TrainingContent, where: str) -> TrainingSettings:
    """Return the settings that a project holds; raise FileProblem, which begins with `where`."""
    settings = TrainingSettings(**msgspec.structs.asdict(content))
    try:
        check_settings(settings)
    except ValueError as refusal:
        raise FileProblem(f"{where} has a setting of training that cannot work: {refusal}") from None
    return settings


def _check_maps(shape: tuple[int, ...], where: str) -> None:
    if len(shape) > 4:
        raise FileProblem(f"{where} has the shape {format_shape(shape)}: it needs at most 3 axes and a channel axis.")
    count = math.prod(shape)
    check_between(
        1, count, LIMITS.output_values, f"{where} holds {format_shape(shape)} = {count} numbers: use {{range}}."
    )
