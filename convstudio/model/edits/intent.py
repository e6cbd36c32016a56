"""What is asked of the document and of the view: edits, with what they are meant for, and moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from convstudio.model.trace.stepping import Move
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.sample import Sample

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
        """Return whether it is still at its place, unchanged."""
        if self.layer is None:
            return self.held is None or document.sample is self.held
        return self.layer < len(document.layers) and document.layers[self.layer] is self.held


EVERYTHING = Target(None, None)
"""The target of a step that puts another document in."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """Another way to do nearly the same without losing anything: a button's `text`, the undo step and its edit.

    `move` leads the view to what the edit made.
    """

    text: str
    step: str
    edit: Edit
    move: Move | None = None


@dataclass(frozen=True, eq=False)
class Intent:
    """What a view, a menu or a file asks for: an `edit`, a `move` of the view, or an edit and the move to what it made.

    An edit is one undo step named `step`; the edits of one `gesture`, such as a drag, are one step together. Dialogs,
    menus and half-typed fields can outlive the layer or the input that they were opened for. Where the `target` is
    gone, or has changed, the edit raises ValueError with a sentence in place of changing another one. `instead` are
    offered where the edit would lose what it is not meant for; `news` is said once it is done.

    With a `question`, nothing is done before the user has chosen one of `instead`, and then nothing but that.
    """

    step: str = ""
    edit: Edit | None = None
    move: Move | None = None
    target: Target | None = None
    gesture: int | None = None
    instead: tuple[Alternative, ...] = ()
    news: str = ""
    question: str = ""

    def __post_init__(self) -> None:
        if self.edit is None and self.move is None and not self.question:
            raise ValueError("An intent asks for an edit, for a move, or for both, or asks which edit is meant.")

    def with_edits(self, change: Callable[[Edit], Edit], target: Target) -> Intent:
        """Return the intent with each of its edits changed, all of them meant for one target."""
        ways = tuple(replace(way, edit=change(way.edit)) for way in self.instead)
        return replace(self, edit=None if self.edit is None else change(self.edit), instead=ways, target=target)

    def edited(self, document: Document) -> Document:
        """Make the edit; raise ValueError where it is refused, or its target is not there any more."""
        self.check(document)
        return document if self.edit is None else self.edit(document)

    def check(self, document: Document) -> None:
        """Raise ValueError where what the edit is meant for is not there any more."""
        if self.target is not None and not self.target.is_in(document):
            raise ValueError(
                f"{self.target.name} was changed or removed in the meantime, so nothing was done. Try again."
            )
