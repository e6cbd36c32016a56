"""A PyTorch state_dict in a file of arrays, read as a network."""

from __future__ import annotations

import os
from functools import partial

from convstudio.files.networks.foreign_formats import keeps_order
from convstudio.files.problems import FileProblem
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
    return network_of(file.shapes, partial(file.arrays, most=LIMITS.layer_values), is_ordered=keeps_order(path))
