"""An edit as it was asked for: what it was made for, and the way that keeps what it would lose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convstudio.model.document import Document
from convstudio.model.layers import Layer
from convstudio.model.sample import Sample

Edit = Callable[[Document], Document]


@dataclass(frozen=True, eq=False)
class Target:
    """What an edit is made for, as it was when the edit was asked for: a `layer`, or one `filter` of it.

    Without `layer` it is the input, or, with nothing `held`, the whole document.
    """

    layer: int | None
    held: Layer | Sample | None
    filter: int | None = None

    @classmethod
    def of(cls, document: Document, layer: int, filter_index: int | None = None) -> Target:
        """Take up a layer of a document, or one filter of it."""
        return cls(layer, document.layers[layer], filter_index)

    @classmethod
    def of_input(cls, document: Document) -> Target:
        """Take up the input of a document."""
        return cls(None, document.sample)

    @property
    def name(self) -> str:
        """What is meant, at the beginning of a sentence."""
        return "The input" if self.layer is None else f"Layer {self.layer + 1}"

    def is_in(self, document: Document) -> bool:
        """Say whether it is still at its place, unchanged."""
        if self.layer is None:
            return self.held is None or document.sample is self.held
        return self.layer < len(document.layers) and document.layers[self.layer] is self.held


EVERYTHING = Target(None, None)
"""The target of a step that puts another document in."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """Another way to do nearly the same without losing anything: a button's `text`, the undo step and its edit."""

    text: str
    step: str
    edit: Edit


@dataclass(frozen=True, eq=False)
class AskedEdit:
    """An edit that knows what it is meant for; it is called as any other edit, Document -> Document.

    Dialogs, menus and half-typed fields can outlive the layer or the input that they were opened for. Where it is gone,
    or has changed, the edit raises ValueError with a sentence in place of changing another one. `instead` is offered
    where the edit would lose what it is not meant for; `news` is said once it is done.
    """

    edit: Edit
    target: Target | None = None
    instead: Alternative | None = None
    news: str = ""

    def __call__(self, document: Document) -> Document:
        """Make the edit; raise ValueError where it is refused, or its target is not there any more."""
        self.check(document)
        return self.edit(document)

    def check(self, document: Document) -> None:
        """Raise ValueError where what the edit is meant for is not there any more."""
        if self.target is not None and not self.target.is_in(document):
            raise ValueError(
                f"{self.target.name} was changed or removed in the meantime, so nothing was done. Try again."
            )
