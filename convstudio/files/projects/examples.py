"""Opening a project: a ready-made network by its name, a project's file, or a network of another program."""

from __future__ import annotations

import os
from collections.abc import Callable
from difflib import get_close_matches

from convstudio.files.networks.foreign_formats import ARRAYS_ENDING, is_foreign_network, is_state_dict_file
from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import decode_document, load_document
from convstudio.files.projects.names import EXAMPLE_PREFIX
from convstudio.files.resources import load_detectors, load_sample, load_trained
from convstudio.model.library.examples import EXAMPLES, Example
from convstudio.model.library.help_examples import HELP_EXAMPLES
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.target import MapTarget
from convstudio.model.values.view_state import ViewState


def load_example(example_id: str) -> tuple[Document, ViewState]:
    """Return a ready-made network and what to select first; raise FileProblem, which suggests similar names."""
    example = find_example(example_id)
    parts = {detector.id: detector.kernel for detector in load_detectors()} | _trained()
    target = None if example.target is None else MapTarget(frozen(example.target))
    network = example.build(parts)
    document = Document(load_sample(example.sample), network, example.title, target=target, training=example.training)
    return document, example.view


def find_example(example_id: str) -> Example:
    """Return what is known of a ready-made network; raise FileProblem, which suggests similar names."""
    known = {example.id: example for example in (*EXAMPLES, *HELP_EXAMPLES)}
    found = known.get(example_id)
    if found is None:
        near = get_close_matches(example_id, known, n=3, cutoff=0.4) or [example.id for example in EXAMPLES]
        raise FileProblem(f"The example “{example_id[:60]}” does not exist: choose one such as {', '.join(near)}.")
    return found


def read_project_spec(
    spec: str | os.PathLike[str], tell: Callable[[str], object] = lambda _sentence: None
) -> tuple[Document, ViewState | None]:
    """Return the project that `example:NAME` or a path names; raise FileProblem.

    The path may be that of another program's network; what there is to say about that goes to `tell`.
    """
    text = os.fspath(spec)
    is_of_arrays = is_state_dict_file(text) or text.lower().endswith(ARRAYS_ENDING)  # Keras's cannot be: it says so
    if is_foreign_network(text) or is_of_arrays:
        from convstudio.files.networks.opening import load_network  # here, and not above: no start needs it

        document, notes = load_network(spec)
        for note in notes:
            tell(note)
        return document, None
    if text.startswith(EXAMPLE_PREFIX):
        return load_example(text.removeprefix(EXAMPLE_PREFIX))
    return load_document(spec)


def _trained() -> dict[str, Floats]:
    """Return the weights of the trained digit classifier by the names that its example builds it of."""
    layers = [layer for layer in decode_document(load_trained())[0].layers if layer.parameters]
    named = zip(("conv1", "conv2", "dense"), layers, strict=True)
    return {f"{name}.{part}": getattr(layer, part) for name, layer in named for part in layer.learned}
