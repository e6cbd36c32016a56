"""Projects: a whole document, and what the user had selected, as one JSON file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta

from convstudio.files.disk.save import backup_of, save_bytes
from convstudio.files.limits import check_between, check_input_shape
from convstudio.files.nested import Nested, PackedArray, from_nested, to_nested
from convstudio.files.problems import FileProblem, WriteProblem, named
from convstudio.files.projects.layers import LayerContent, layer_content, layer_of
from convstudio.files.projects.learning import (
    TargetContent,
    TrainingContent,
    target_content,
    target_of,
    training_content,
    training_of,
)
from convstudio.files.projects.versions import FileFormat, Migration
from convstudio.files.reading import read_bytes
from convstudio.model.run.footprint import document_bytes
from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.model.values.combination import Combination
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

_Index = Annotated[int, Meta(ge=0)]
_Combining = Literal["sum", "maximum", "mean", "norm", "difference"]
_ClassName = Annotated[str, Meta(max_length=LIMITS.class_name)]
_ChannelName = Annotated[str, Meta(min_length=1, max_length=LIMITS.channel_name)]


class _Sample(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    name: str
    origin: str
    values: Nested
    channel_names: tuple[_ChannelName, ...] = ()
    is_edited: bool = False


class _Combination(msgspec.Struct, forbid_unknown_fields=True):
    layer: _Index
    kind: _Combining
    filters: tuple[_Index, ...]


class _View(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    layer: _Index
    channel: _Index
    filter: _Index
    position: tuple[_Index, ...]
    input_span: Literal["usual", "all", "middle"] | None = None


class _Project(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    format: str
    version: int
    title: str
    sample: _Sample
    layers: list[LayerContent]
    target: TargetContent | None
    training: TrainingContent
    view: _View | None = None
    combination: _Combination | None = None
    class_names: Annotated[tuple[_ClassName, ...], Meta(max_length=LIMITS.class_names)] = ()


def _changing_layers(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Migration:
    """Return a migration that changes each layer; anything but a list of layers is refused later."""

    def migrated(content: dict[str, Any]) -> dict[str, Any]:
        layers = content.get("layers")
        if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
            return content
        return content | {"layers": [change(layer) for layer in layers]}

    return migrated


def _with_switch(layer: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew convolutions only, which were always on and had a bias; any other layer is refused later."""
    return layer | {"is_on": True, "has_bias": True}


def _with_rules_of_pooling(layer: dict[str, Any]) -> dict[str, Any]:
    """Version 2 knew no ceil_mode, and left padding out of every mean."""
    return layer | {"ceil_mode": False, "count_include_pad": False} if layer.get("kind") == "pool" else layer


def _with_number_of_activation(layer: dict[str, Any]) -> dict[str, Any]:
    """Version 3 had Keras's numbers for every activation."""
    if layer.get("kind") != "activation":
        return layer
    return layer | {"alpha": {"leaky_relu": 0.2, "elu": 1.0}.get(str(layer.get("activation")))}


_USUAL_TRAINING_OF_VERSION_5 = MappingProxyType(
    {
        "loss": "by target",
        "optimiser": "adam",
        "rate": 1e-3,
        "momentum": 0.9,
        "weight_decay": 4e-3,
        "schedule": "constant",
        "drop": 0.5,
        "drop_every": 10,
        "l2": 0.0,
        "batch_size": 32,
        "epochs": 20,
        "seed": 1,
        "held_out": 0.2,
        "patience": 0,
        "keeps_best": False,
        "random_labels": False,
    }
)


def _with_learning(content: dict[str, Any]) -> dict[str, Any]:
    """Version 4 knew no targets and no training, and no locks of layers."""
    unlocked = _changing_layers(lambda layer: layer | {"is_locked": False})
    return unlocked(content) | {"target": None, "training": dict(_USUAL_TRAINING_OF_VERSION_5)}


MIGRATIONS: Mapping[int, Migration] = MappingProxyType(
    {
        1: _changing_layers(_with_switch),
        2: _changing_layers(_with_rules_of_pooling),
        3: _changing_layers(_with_number_of_activation),
        4: _with_learning,
    }
)
"""What turns the content of one project version into that of the next, by the older one's number."""

PROJECT_FORMAT = FileFormat("convstudio-project", 5, _Project, "project", MIGRATIONS)


def save_document(
    path: str | os.PathLike[str],
    document: Document,
    view: ViewState | None = None,
    progress: Progress | None = None,
) -> None:
    """Save a project in one step, after reading it back from its bytes, and keep the one before as `NAME.bak`.

    `progress` counts bytes, and may cancel until the file is written.

    Raises WriteProblem; the file is then as it was.
    """
    count = progress or Progress()
    count.expect(2 * document_bytes(document))
    data = encode_document(document, view, progress=count)
    save_bytes(path, data, verify=lambda data: _verify(data, document, count), backup=True)


def load_document(path: str | os.PathLike[str], progress: Progress | None = None) -> tuple[Document, ViewState | None]:
    """Open a project, with what its user had selected; raise FileProblem, which tells of the backup when there is one.

    `progress` counts bytes, and may cancel.
    """
    data = read_bytes(path)
    if progress is not None:
        progress.expect(len(data) * 3 / 4)
    try:
        return decode_document(data, named(path), progress=progress)
    except FileProblem as problem:
        backup = backup_of(Path(path))
        if not backup.exists():
            raise
        raise FileProblem(f"{problem} The version before it is {named(backup)}.") from None


def encode_document(
    document: Document,
    view: ViewState | None = None,
    nest: Callable[[Floats], Nested] = to_nested,
    progress: Progress | None = None,
) -> bytes:
    """Return the project as UTF-8 JSON; the same document and view give the same bytes.

    `nest` tells how an array stands in it: a recovery keeps large ones in separate files.
    """
    try:
        return PROJECT_FORMAT.encode(_project(document, view, nest), progress)
    except UnicodeEncodeError:
        raise WriteProblem("The title or a name contains an invalid character: retype it.") from None


def decode_document(
    data: bytes,
    where: str = "The project",
    file_format: FileFormat[_Project] = PROJECT_FORMAT,
    find: Callable[[PackedArray], Floats] | None = None,
    progress: Progress | None = None,
) -> tuple[Document, ViewState | None]:
    """Return the document and the view of a project of any version up to ours; raise FileProblem.

    Every number is checked against the limits before an array is built. `find` returns the array of every packed entry
    where these are not in the document itself.
    """
    project = file_format.decode(data, where, progress)
    if find is not None:
        for part in (project.sample, *project.layers, project.target):
            if part is not None:
                _fill_in(part, find)
    check_between(1, len(project.layers), LIMITS.layers, f"{where} has {len(project.layers)} layers: use {{range}}.")
    sample = _sample_of(project.sample, f"{where}, sample")
    layers = tuple(layer_of(layer, f"{where}, layer {n}") for n, layer in enumerate(project.layers, 1))
    combination = _combination_of(project.combination, len(layers), where)
    target, training = target_of(project.target, where), training_of(project.training, where)
    document = Document(sample, Network(layers), project.title, combination, project.class_names, target, training)
    return document, _view_of(project.view)


def _fill_in(part: msgspec.Struct, find: Callable[[PackedArray], Floats]) -> None:
    """Put arrays in the place of their packed entries; `from_nested` takes both, and long lists of numbers."""
    for name in part.__struct_fields__:
        entry = getattr(part, name)
        if isinstance(entry, PackedArray) and not entry.base64.is_array:
            setattr(part, name, find(entry))


def _project(document: Document, view: ViewState | None, nest: Callable[[Floats], Nested]) -> _Project:
    held = document.combination
    return _Project(
        format=PROJECT_FORMAT.name,
        version=PROJECT_FORMAT.version,
        title=document.title,
        sample=_sample(document.sample, nest),
        layers=[layer_content(layer, nest) for layer in document.layers],
        view=None if view is None else _View(view.layer, view.channel, view.filter, view.position, view.input_span),
        combination=None if held is None else _Combination(held.layer, cast("_Combining", held.kind), held.filters),
        class_names=document.class_names,
        target=target_content(document.target, nest),
        training=training_content(document.training),
    )


def _combination_of(content: _Combination | None, layers: int, where: str) -> Combination | None:
    if content is None:
        return None
    check_between(0, content.layer, layers - 1, f"{where} combines maps of layer {content.layer}: use {{range}}.")
    check_between(
        0, len(content.filters), LIMITS.filters, f"{where} combines {len(content.filters)} maps: use {{range}}."
    )
    return Combination(content.layer, content.kind, content.filters)


def _sample(sample: Sample, nest: Callable[[Floats], Nested]) -> _Sample:
    return _Sample(sample.name, sample.origin, nest(sample.values.to_array()), sample.own_names, sample.is_edited)


def _sample_of(content: _Sample, where: str) -> Sample:
    values = from_nested(content.values, where, _check_sample)
    names, channels = content.channel_names, values.shape[-1]
    if names and len(names) != channels:
        raise FileProblem(f"{where} has {channels} channels and {len(names)} names for them: open another copy.")
    return Sample(content.name, TiledArray(values), content.origin, names, content.is_edited)


def _check_sample(shape: tuple[int, ...], where: str) -> None:
    if len(shape) not in (2, 3, 4):
        raise FileProblem(f"{where} has the shape {format_shape(shape)}: it needs 1 to 3 axes and a channel axis.")
    check_input_shape(shape, where)


def _view_of(content: _View | None) -> ViewState | None:
    if content is None:
        return None
    return ViewState(content.layer, content.channel, content.filter, content.position, input_span=content.input_span)


def _verify(data: bytes, document: Document, progress: Progress) -> None:
    if len(data) > LIMITS.file_bytes:
        raise WriteProblem(
            f"The project is too large to reopen ({len(data) >> 20} MiB, limit {LIMITS.file_bytes >> 20} MiB), so it "
            "was not saved: use a smaller input, or fewer weights."
        )
    try:
        is_equal = decode_document(data, progress=progress)[0] == document
    except FileProblem as problem:
        raise WriteProblem(f"The project was not saved because it would not open again: {problem}") from None
    if not is_equal:
        raise WriteProblem(
            "Saving was checked and failed: what was written differs. Undo the last step and save again."
        )
