"""A training that was interrupted, kept in a file beside its result: the same command goes on from there.

It holds the arrays of the state, as safetensors, and in the header which training it is of: a digest of the document,
one of the data, and the settings. The number of epochs, and whether the best weights are kept, may be others than
those that the training began with: they decide when it ends and with what, not how it goes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import msgspec
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from convstudio.files.disk.save import save_bytes
from convstudio.files.problems import FileProblem, named
from convstudio.files.projects.documents import encode_document
from convstudio.files.projects.learning import TrainingContent, training_content
from convstudio.files.reading import read_bytes
from convstudio.model.learning.training import Best, EpochSums, TrainingPlan, TrainingState, begin
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.learning.settings import USUAL_TRAINING
from convstudio.model.values.network import Network

_SUFFIX = ".unfinished"
_HEADER = "__metadata__"
_OF_THE_END = frozenset({"epochs", "keeps_best", "data"})
"""Settings that decide when a training ends and with what, and where its data come from, which have their digest."""
_PARTS = MappingProxyType({"document": "another project", "data": "other data"})


class Identity(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What tells a training from every other one: digests of the document and of the data, and the settings."""

    document: str
    data: str
    settings: TrainingContent


@dataclass(frozen=True, eq=False)
class KeptTraining:
    """What is kept of a training: its state, and how many epochs it was to have."""

    state: TrainingState
    epochs: int


class OtherTrainingError(FileProblem):
    """A file holds another training: after `step` steps, with other `settings`, or of another project or other data.

    `settings` has those that differ, by their names, with their values in the file.
    """

    def __init__(self, path: Path, step: int, settings: Mapping[str, object], others: Sequence[str]) -> None:
        self.step, self.settings, self.others = step, settings, others
        super().__init__(f"{named(path)} is of another training.")


class _Progress(msgspec.Struct, forbid_unknown_fields=True):
    """What the header holds of a state besides its arrays."""

    of: Identity
    step: int
    epoch: int
    sums: tuple[float, int, int]
    best: tuple[int, float] | None
    is_stopped: bool


def unfinished_path(result: Path) -> Path:
    """Return the file beside a result that holds its training until it is done."""
    return result.with_name(result.name + _SUFFIX)


def identity_of(plan: TrainingPlan) -> Identity:
    """Return what tells a training from every other one."""
    found = hashlib.sha256()
    for array in (plan.data.inputs, plan.data.labels, plan.data.maps, plan.data.held_out):
        if array is not None:
            found.update(repr((array.shape, array.dtype.str)).encode())
            found.update(np.ascontiguousarray(array).data.cast("B"))
    document = hashlib.sha256(encode_document(replace(plan.document, training=USUAL_TRAINING)))
    return Identity(document.hexdigest(), found.hexdigest(), training_content(plan.settings))


def save_unfinished(path: Path, state: TrainingState, identity: Identity) -> None:
    """Keep a state of a training, in one step; raise WriteProblem."""
    arrays = {"vector": state.vector} | {f"memory.{at}": held for at, held in enumerate(state.memory)}
    arrays |= _measured_arrays("measured", state.measured)
    best = state.best
    if best is not None:
        arrays["best"] = state.plan.parameters.gathered(best.network)
        arrays |= _measured_arrays("best.measured", _measured_of(best.network, state.measured))
    sums = (state.sums.loss, state.sums.correct, state.sums.samples)
    header = _Progress(
        identity, state.step, state.epoch, sums, None if best is None else (best.epoch, best.loss), state.is_stopped
    )
    held = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    save_bytes(path, save(held, {"progress": msgspec.json.encode(header).decode()}))


def read_unfinished(path: Path, plan: TrainingPlan, identity: Identity) -> KeptTraining | None:
    """Return what was kept of this training; None where there is none.

    Raises OtherTrainingError where the file is of another training, and FileProblem where it is damaged.
    """
    if not path.exists():
        return None
    data = read_bytes(path)
    try:
        length = int.from_bytes(data[:8], "little")
        header = msgspec.json.decode(json.loads(data[8 : 8 + length])[_HEADER]["progress"], type=_Progress)
        arrays = load(data)
        _check_same(path, header, identity)
        state = _state(plan, header, {name: frozen(array) for name, array in arrays.items()})
        return KeptTraining(state, header.of.settings.epochs)
    except (SafetensorError, ValueError, KeyError, TypeError):  # msgspec's error is a ValueError
        raise FileProblem(
            f"{named(path)} is damaged, so the training cannot go on. Remove it to start again."
        ) from None


def _check_same(path: Path, header: _Progress, identity: Identity) -> None:
    """Raise OtherTrainingError where a file is of another training than wanted."""
    kept, wanted = (msgspec.structs.asdict(of.settings) for of in (header.of, identity))
    differing = {name: kept[name] for name in kept if name not in _OF_THE_END and kept[name] != wanted[name]}
    others = [word for name, word in _PARTS.items() if getattr(header.of, name) != getattr(identity, name)]
    if differing or others:
        raise OtherTrainingError(path, header.step, differing, others)


def _state(plan: TrainingPlan, header: _Progress, arrays: Mapping[str, Floats]) -> TrainingState:
    first = begin(plan)
    memory = tuple(arrays[f"memory.{at}"] for at in range(len(first.memory)))
    if any(array.shape != first.vector.shape for array in (arrays["vector"], *memory)):
        raise ValueError("arrays of other lengths")
    base = plan.document.network
    best = None
    if header.best is not None:
        measured = _measured_from("best.measured", arrays, len(base.layers))
        best = Best(*header.best, plan.parameters.placed(base, arrays["best"], measured))
    return replace(
        first,
        vector=arrays["vector"],
        measured=_measured_from("measured", arrays, len(base.layers)),
        memory=memory,
        step=header.step,
        epoch=header.epoch,
        sums=EpochSums(*header.sums),
        best=best,
        is_stopped=header.is_stopped,
    )


def _measured_arrays(prefix: str, measured: Sequence[Mapping[str, Floats]]) -> dict[str, Floats]:
    return {f"{prefix}.{at}.{name}": array for at, held in enumerate(measured) for name, array in held.items()}


def _measured_from(prefix: str, arrays: Mapping[str, Floats], layers: int) -> list[dict[str, Floats]]:
    starts = [f"{prefix}.{at}." for at in range(layers)]
    return [{name.removeprefix(at): arrays[name] for name in arrays if name.startswith(at)} for at in starts]


def _measured_of(network: Network, measured: Sequence[Mapping[str, Floats]]) -> list[dict[str, Floats]]:
    """Return what a network measured, of the layers and fields that this training measures."""
    layers = zip(network.layers, measured, strict=True)
    return [{name: getattr(layer, name) for name in held} for layer, held in layers]
