"""Networks as programs of other libraries: each builds the network, runs it, and checks its output against ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import USUAL, written_in

if TYPE_CHECKING:
    from convstudio.model.values.learning.dataset import Dataset

__all__ = ["PROGRAMS", "TARGETS", "TRAINED", "TRAINING", "TrainingCode", "code_for", "training_code_for"]

TARGETS: Mapping[str, str] = MappingProxyType(
    {"keras": "Keras", "pytorch": "PyTorch", "numpy": "NumPy", "scipy": "SciPy", "opencv": "OpenCV"}
)
"""The libraries that programs are written for, with their names as people write them."""


TRAINING = " training"
"""What follows the name of a library where its program trains the network too."""
TRAINED: Mapping[str, str] = MappingProxyType({"keras": "keras_training", "pytorch": "torch_training"})
"""The libraries whose programs train too, with the modules that write it."""


PROGRAMS: Mapping[str, str] = MappingProxyType(
    {**TARGETS, **{f"{target}{TRAINING}": f"{TARGETS[target]} with training" for target in TRAINED}}
)
"""All programs with their names: those of `TARGETS`, and those that train."""


@dataclass(frozen=True, eq=False)
class TrainingCode:
    """A program that trains, and the `arrays` of the file of data that it reads, empty where the data stand in it."""

    text: str
    arrays: Mapping[str, Floats]


def training_code_for(document: Document, target: str, data: Dataset, data_file: str = "") -> TrainingCode:
    """Return the program that also trains the network on data, as the document's settings say, for one of `TRAINED`.

    It begins with the same weights, takes the same batches in the same order, and fails unless its first losses are
    ours; with dropout, which every library draws otherwise, it only tells its losses. Data that would fill it are read
    from `data_file`, beside it. Raises FileProblem where the network cannot be trained so, or the data would fill a
    program without such a file.
    """
    training_parts = import_module(f"{__name__}.training")  # here for the reason in code_for
    shared, writer = import_module(f"{__name__}.program"), import_module(f"{__name__}.to_{target}")
    trainer, writer_of = import_module(f"{__name__}.{TRAINED[target]}"), import_module(f"{__name__}.layers").writer_of
    task = training_parts.task_of(document, data, data_file)
    layers_of = writer_of(target, trains=True)
    if target == "keras":
        layers_of = trainer.punishing(layers_of, task.settings.l2)
    training = shared.Training(task.as_it_predicts, trainer.HELPERS, partial(trainer.training_lines, task))
    with written_in(USUAL):
        program = getattr(writer, f"{target}_code")(task.document, layers_of, writer_of("arrays"), training)
    return TrainingCode(program, {} if task.has_data_inside else training_parts.stored_data(task))


def code_for(document: Document, target: str) -> str:
    """Return the program of a document for one of the TARGETS.

    Raises FileProblem, which names the layer, where a layer cannot work or the library cannot express it.
    """
    writer = import_module(f"{__name__}.to_{target}")  # here, and not above: no start of the window needs them
    writer_of = import_module(f"{__name__}.layers").writer_of
    with written_in(USUAL):
        program: str = getattr(writer, f"{target}_code")(document, writer_of(target), writer_of("arrays"))
    return program
