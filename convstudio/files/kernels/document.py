"""Our own kernel file: one JSON document with the weights and a name."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from convstudio.files.kernels.reading import KernelContent, KernelReading, check_kernel_shape
from convstudio.files.nested import Nested, from_nested, to_nested
from convstudio.files.projects.versions import FileFormat
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS

_Tag = Annotated[str, Meta(max_length=LIMITS.preset_tag)]


class RuleFile(msgspec.Struct, forbid_unknown_fields=True):
    """Which rule made a kernel, and the number of each of its parameters, by their names."""

    rule: Annotated[str, Meta(max_length=LIMITS.preset_tag)]
    parameters: Annotated[dict[str, float], Meta(max_length=LIMITS.preset_tags)]


class KernelFile(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a kernel file holds: the weights, and of a preset what its user wrote about it.

    `rank` says along how many axes the kernel slides, where the axes of the weights alone do not tell it. Weights with
    one more axis have channels; then they are a whole filter, to which a `bias` may belong.
    """

    format: str
    version: int
    weights: Nested
    name: str = ""
    rank: Literal[1, 2] | None = None
    bias: float | None = None
    tags: Annotated[tuple[_Tag, ...], Meta(max_length=LIMITS.preset_tags)] = ()
    detects: Annotated[str, Meta(max_length=LIMITS.preset_text)] = ""
    note: Annotated[str, Meta(max_length=LIMITS.preset_text)] = ""
    source: Annotated[str, Meta(max_length=LIMITS.preset_text)] = ""
    made_by: RuleFile | None = None


KERNEL_FORMAT = FileFormat("convstudio-kernel", 1, KernelFile, "kernel")


def encode_kernel(kernel: Floats, name: str = "", bias: float | None = None) -> bytes:
    """Return our own JSON document of a kernel; the same kernel gives the same bytes."""
    head = (KERNEL_FORMAT.name, KERNEL_FORMAT.version)
    return KERNEL_FORMAT.encode(KernelFile(*head, to_nested(kernel), name, bias=bias))


def decode_kernel(data: bytes, where: str = "The kernel") -> Floats:
    """Return the kernel of our own JSON document; raise FileProblem."""
    return kernel_of(KERNEL_FORMAT.decode(data, where), where)


def kernel_of(content: KernelFile, where: str) -> Floats:
    """Return the weights that our own JSON document holds; raise FileProblem."""
    return from_nested(content.weights, where, check_kernel_shape)


def is_document(data: bytes) -> bool:
    """Return whether a text names our own format."""
    return data.lstrip()[:1] == b"{" and KERNEL_FORMAT.name.encode() in data


def read_document(data: bytes, where: str, _rank: int | None) -> KernelReading:
    """Read our own JSON document; raise FileProblem."""
    content = KERNEL_FORMAT.decode(data, where)
    return KernelReading(kernel_of(content, where), content.bias)


def write_document(content: KernelContent) -> bytes:
    """Write our own JSON document."""
    return encode_kernel(content.kernel, content.name, content.bias)
