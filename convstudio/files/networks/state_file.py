"""A PyTorch state_dict in a file of arrays, read as a network."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

from convstudio.files.arrays.tensors import read_notes
from convstudio.files.networks.foreign_formats import has_notes, keeps_order
from convstudio.files.problems import FileProblem
from convstudio.files.reading import stored_file
from convstudio.files.weights import open_weights
from convstudio.model.readings.networks.read_network import ReadNetwork
from convstudio.model.readings.networks.state_chain import network_of
from convstudio.model.readings.networks.state_modules import is_state_dict
from convstudio.model.values.limits import LIMITS


def read_state_dict(path: str | os.PathLike[str]) -> ReadNetwork:
    """Return the network of a file; raise FileProblem, or ValueError with a sentence where it is not a chain at all."""
    file = open_weights(path)
    if not is_state_dict(file.shapes):
        raise FileProblem(
            f"{file.where} is not a network: its arrays are not named as in a PyTorch state_dict, such as 0.weight. "
            "Open the weights of one layer by Filter bank, From a file of weights, in the window."
        )
    found = network_of(file.shapes, partial(file.arrays, most=LIMITS.layer_values), is_ordered=keeps_order(path))
    return replace(found, metadata=_notes(path, file.where))


def _notes(path: str | os.PathLike[str], where: str) -> dict[str, str]:
    """Return the texts that a safetensors file may hold beside its arrays; others have no place for them."""
    return read_notes(stored_file(path), where) if has_notes(path) else {}
