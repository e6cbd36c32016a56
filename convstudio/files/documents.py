"""Projects: a whole document, and what the user looked at, as one JSON file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, cast

import msgspec
from msgspec import Meta

from convstudio.files.limits import LIMITS, check_between, check_input_shape, check_kernel_size
from convstudio.files.nested import Nested, from_nested, to_nested
from convstudio.files.problems import FileProblem, WriteProblem, named
from convstudio.files.reading import read_bytes
from convstudio.files.save import backup_of, save_bytes
from convstudio.files.versions import FileFormat, Migration
from convstudio.model.arrays import TiledArray
from convstudio.model.channels import LONGEST_NAME
from convstudio.model.document import Document
from convstudio.model.layers import Conv, Padding
from convstudio.model.network import Network
from convstudio.model.numbers import format_shape
from convstudio.model.sample import Sample
from convstudio.model.view_state import ViewState
from convstudio.ops import ACTIVATIONS, PaddingMode, PaddingName

PROJECT_SUFFIX = ".convstudio"

_Index = Annotated[int, Meta(ge=0)]
_Stride = Annotated[int, Meta(ge=1, le=LIMITS.stride)]
_Dilation = Annotated[int, Meta(ge=1, le=LIMITS.dilation)]
_Amount = Annotated[int, Meta(ge=0, le=LIMITS.padding)]
_Groups = Annotated[int, Meta(ge=1, le=LIMITS.input_channels)]
_ChannelName = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
_Pairs = tuple[tuple[_Amount, _Amount], ...]


class _Sample(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    name: str
    origin: str
    values: Nested
    channel_names: tuple[_ChannelName, ...] = ()
    is_edited: bool = False


class _Conv(msgspec.Struct, forbid_unknown_fields=True, tag_field="kind", tag="conv"):
    weights: Nested
    bias: Nested
    stride: tuple[_Stride, ...]
    dilation: tuple[_Dilation, ...]
    padding: PaddingName | _Pairs
    padding_mode: PaddingMode
    groups: _Groups
    flip: bool
    activation: str


class _View(msgspec.Struct, forbid_unknown_fields=True):
    layer: _Index
    channel: _Index
    filter: _Index
    position: tuple[_Index, ...]


class _Project(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    version: int
    title: str
    sample: _Sample
    layers: list[_Conv]
    view: _View | None = None


MIGRATIONS: Mapping[int, Migration] = MappingProxyType({})
"""What turns the content of one project version into that of the next, by the older one's number."""

PROJECT_FORMAT = FileFormat("convstudio-project", 1, _Project, "project", MIGRATIONS)


def save_document(path: str | os.PathLike[str], document: Document, view: ViewState | None = None) -> None:
    """Save a project in one step, after reading it back from its bytes, and keep the one before as `NAME.bak`.

    Raises WriteProblem; the file is then as it was.
    """
    save_bytes(path, encode_document(document, view), verify=lambda data: _verify(data, document), backup=True)


def load_document(path: str | os.PathLike[str]) -> tuple[Document, ViewState | None]:
    """Open a project, with what its user looked at; raise FileProblem, which tells of the backup when there is one."""
    data = read_bytes(path)
    try:
        return decode_document(data, named(path))
    except FileProblem as problem:
        backup = backup_of(Path(path))
        if not backup.exists():
            raise
        raise FileProblem(f"{problem} The version before it is {named(backup)}.") from None


def encode_document(document: Document, view: ViewState | None = None) -> bytes:
    """Return the project as UTF-8 JSON; the same document and view give the same bytes."""
    try:
        return PROJECT_FORMAT.encode(_project(document, view))
    except UnicodeEncodeError:
        raise WriteProblem("The title or a name holds half a character, which no file keeps: type it anew.") from None


def decode_document(
    data: bytes, where: str = "The project", file_format: FileFormat[_Project] = PROJECT_FORMAT
) -> tuple[Document, ViewState | None]:
    """Return the document and the view of a project of any version up to ours; raise FileProblem.

    Every number is checked against the limits before an array is built.
    """
    project = file_format.decode(data, where)
    sample = _sample_of(project.sample, f"{where}, sample")
    layers = tuple(_conv_of(layer, sample.rank, f"{where}, layer {n}") for n, layer in enumerate(project.layers, 1))
    if not layers:
        raise FileProblem(f"{where} has no layers: open another copy.")
    return Document(sample, Network(layers), project.title), _view_of(project.view)


def _project(document: Document, view: ViewState | None) -> _Project:
    return _Project(
        format=PROJECT_FORMAT.name,
        version=PROJECT_FORMAT.version,
        title=document.title,
        sample=_sample(document.sample),
        layers=[_conv(layer) for layer in document.layers],
        view=None if view is None else _View(view.layer, view.channel, view.filter, view.position),
    )


def _sample(sample: Sample) -> _Sample:
    return _Sample(sample.name, sample.origin, to_nested(sample.values.to_array()), sample.own_names, sample.is_edited)


def _conv(layer: Conv) -> _Conv:
    return _Conv(
        weights=to_nested(layer.weights),
        bias=to_nested(layer.bias),
        stride=layer.stride,
        dilation=layer.dilation,
        padding=cast("PaddingName | _Pairs", layer.padding),
        padding_mode=cast("PaddingMode", layer.padding_mode),
        groups=layer.groups,
        flip=layer.flip,
        activation=layer.activation,
    )


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


def _conv_of(content: _Conv, rank: int, where: str) -> Conv:
    weights = from_nested(content.weights, where, lambda shape, place: _check_weights(shape, rank, place))
    bias = from_nested(content.bias, where, lambda shape, place: _check_bias(shape, weights.shape[-1], place))
    check_between(
        1,
        weights.shape[-2] * content.groups,
        LIMITS.input_channels,
        f"{where} reads {content.groups} groups of channels",
    )
    padding: Padding = content.padding
    amounts = () if isinstance(padding, str) else (padding,)
    _check_ranks([content.stride, content.dilation, *amounts], rank, where)
    if content.activation not in ACTIVATIONS:
        raise FileProblem(f"{where} names an unknown activation: choose one of {', '.join(ACTIVATIONS)}.")
    return Conv(
        weights=weights,
        bias=bias,
        stride=content.stride,
        dilation=content.dilation,
        padding=padding,
        padding_mode=content.padding_mode,
        groups=content.groups,
        flip=content.flip,
        activation=content.activation,
    )


def _check_weights(shape: tuple[int, ...], rank: int, where: str) -> None:
    if len(shape) != rank + 2:
        raise FileProblem(
            f"{where} has weights of shape {format_shape(shape)}, and an input with {rank} axes needs {rank + 2}: "
            "open another copy."
        )
    *size, channels, filters = shape
    check_kernel_size(size, where)
    check_between(1, channels, LIMITS.input_channels, f"{where} reads {channels} channels")
    check_between(1, filters, LIMITS.filters, f"{where} has {filters} filters")


def _check_bias(shape: tuple[int, ...], filters: int, where: str) -> None:
    if shape != (filters,):
        raise FileProblem(f"{where} has {format_shape(shape)} biases for {filters} filters: open another copy.")


def _check_ranks(settings: list[tuple[object, ...]], rank: int, where: str) -> None:
    for setting in settings:
        if len(setting) != rank:
            raise FileProblem(
                f"{where} has a setting {setting} for an input with {rank} axes: it needs one entry per axis."
            )


def _view_of(content: _View | None) -> ViewState | None:
    if content is None:
        return None
    return ViewState(layer=content.layer, channel=content.channel, filter=content.filter, position=content.position)


def _verify(data: bytes, document: Document) -> None:
    try:
        is_equal = decode_document(data)[0] == document
    except FileProblem as problem:
        raise WriteProblem(f"The project was not saved, for it would not open again: {problem}") from None
    if not is_equal:
        raise WriteProblem("The project was not saved, for it does not read back as it is: undo the last step.")
