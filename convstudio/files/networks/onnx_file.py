"""Files of ONNX, each parsed with the `onnx` package in a helper process: nothing in them is run."""

from __future__ import annotations

from convstudio.files.networks.helper import ask
from convstudio.files.networks.onnx_wire import read
from convstudio.files.problems import decoding
from convstudio.files.reading import Content
from convstudio.model.readings.networks.onnx_graph import OnnxGraph


def read_onnx(data: Content, where: str) -> OnnxGraph:
    """Return the graph of a file; raise FileProblem, also where the extra is missing.

    Arrays that stand in other files are refused: such a file could name any file of the disk.
    """
    answer = ask("onnx_process", "onnx", data, where)
    with decoding(where):
        return read(answer)
