"""The formats of pictures of a whole network: apart from what writes them, because the start lists all formats."""

from convstudio.model.words.file_kinds import FileKind

NETWORK_FORMATS = (
    FileKind("Network picture", (".svg",), "all layers with shapes and parameters, as vectors and text"),
)
