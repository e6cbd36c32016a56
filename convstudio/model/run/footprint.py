"""How much memory documents take that share their parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.learning.target import MapTarget


class Footprint:
    """Counts the bytes of the arrays of a set of documents, each array once however many documents share it.

    Adding or removing a document costs the parts that no other one has: a step that edits a bias examines one layer,
    not at the tiles of a photograph. The documents must stay alive until they are removed.

    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("tutorial", np.zeros((8, 8, 1))), Network((Conv.of(np.zeros((3, 3, 1, 1))),)))
    >>> footprint = Footprint()
    >>> footprint.add(document)
    >>> footprint.bytes == 4 * (8 * 8 + 3 * 3 + 1)
    True
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._parts: Counter[int] = Counter()
        self._arrays: Counter[int] = Counter()

    def add(self, document: Document) -> None:
        """Count a document too."""
        for part in _parts(document):
            self._parts[id(part)] += 1
            if self._parts[id(part)] == 1:
                for array in _arrays(part):
                    self._arrays[id(array)] += 1
                    if self._arrays[id(array)] == 1:
                        self.bytes += array.nbytes

    def remove(self, document: Document) -> None:
        """Count a document no longer, which was added before."""
        for part in _parts(document):
            self._parts[id(part)] -= 1
            if not self._parts[id(part)]:
                del self._parts[id(part)]
                for array in _arrays(part):
                    self._arrays[id(array)] -= 1
                    if not self._arrays[id(array)]:
                        del self._arrays[id(array)]
                        self.bytes -= array.nbytes


def document_bytes(document: Document) -> int:
    """Return how many bytes the arrays of one document take."""
    footprint = Footprint()
    footprint.add(document)
    return footprint.bytes


def _parts(document: Document) -> Iterator[TiledArray | Layer | MapTarget]:
    """Yield what documents share as a whole: the values of the sample, the maps that it should lead to, each layer."""
    yield document.sample.values
    if isinstance(document.target, MapTarget):
        yield document.target
    yield from document.layers


def _arrays(part: TiledArray | Layer | MapTarget) -> Iterator[NDArray[Any]]:
    """Yield the arrays that own the memory of a part; a view keeps all that it looks into."""
    if isinstance(part, TiledArray):
        held = [part.base, *part.tiles.values()]
    else:
        held = [getattr(part, one.name) for one in fields(part)]
    for value in held:
        if isinstance(value, np.ndarray):
            yield _owner(value)


def _owner(array: NDArray[Any]) -> NDArray[Any]:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
