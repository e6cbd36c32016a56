"""Files of weights that are never opened here, because opening them runs what they hold: how to convert each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from convstudio.files.problems import FileProblem, named

_PYTORCH = (
    "a PyTorch file, which can run programs when it is opened",
    "import torch; from safetensors.torch import save_file; "
    "save_file(torch.load({old!r}, map_location='cpu', weights_only=True), {stem!r} + '.safetensors')",
)
_PICKLE = (
    "a pickle, which can run programs when it is opened",
    "import pickle, numpy; numpy.savez({stem!r} + '.npz', **pickle.load(open({old!r}, 'rb')))",
)
_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        ".pth": _PYTORCH,
        ".pt": _PYTORCH,
        ".ckpt": _PYTORCH,
        ".bin": _PYTORCH,
        ".pkl": _PICKLE,
        ".pickle": _PICKLE,
    }
)

FOREIGN_SUFFIXES = frozenset(Path(f"name{ending}").suffix for ending in _KINDS)
"""The endings of the files that are refused with the lines that convert them."""


def refuse_foreign(path: str | os.PathLike[str]) -> None:
    """Raise FileProblem, with the Python that converts it, for a file of weights that is never opened here.

    >>> refuse_foreign("notes.txt")
    """
    name = Path(path).name
    ending = next((one for one in _KINDS if name.lower().endswith(one)), None)
    if ending is None:
        return
    kind, lines = _KINDS[ending]
    code = lines.format(old=name, stem=name[: -len(ending)])
    raise FileProblem(
        f"{named(path)} is {kind}, so it is not opened here. If you trust it, convert it in Python: {code}"
    )
