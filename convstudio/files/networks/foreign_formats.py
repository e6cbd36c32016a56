"""The formats of other programs' networks, in one table."""

from __future__ import annotations

from convstudio.model.words.file_kinds import FileKind

FOREIGN_NETWORK_FORMATS = (
    FileKind("Keras model", (".keras",), "a network of layers that follow each other; needs convstudio[models]"),
    FileKind("ONNX", (".onnx",), "a network of layers that follow each other; needs convstudio[models]"),
)
