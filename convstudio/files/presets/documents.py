"""A preset as a kernel file, with what its user wrote about it, and back."""

from __future__ import annotations

from types import MappingProxyType

from convstudio.files.kernels.document import KERNEL_FORMAT, KernelFile, RuleFile, kernel_of
from convstudio.files.limits import check_between
from convstudio.files.nested import to_nested
from convstudio.files.problems import FileProblem
from convstudio.model.values.detectors import Detector, RuleUse
from convstudio.model.values.limits import LIMITS


def encode_preset(preset: Detector) -> bytes:
    """Return the kernel file of a preset or a detector; the same one gives the same bytes."""
    rule = preset.made_by
    content = KernelFile(
        KERNEL_FORMAT.name,
        KERNEL_FORMAT.version,
        to_nested(preset.kernel),
        preset.name,
        rank=1 if preset.rank == 1 else 2,
        bias=preset.bias,
        tags=preset.tags,
        detects=preset.detects,
        note=preset.note,
        source=preset.source,
        made_by=None if rule is None else RuleFile(rule.rule, dict(rule.parameters)),
    )
    return KERNEL_FORMAT.encode(content)


def decode_preset(data: bytes, where: str, preset_id: str, name: str) -> Detector:
    """Return the preset of a kernel file, under its id; `name` is for a file without one. Raise FileProblem."""
    content = KERNEL_FORMAT.decode(data, where)
    kernel = kernel_of(content, where)
    rank = content.rank or min(2, kernel.ndim)
    if kernel.ndim not in (rank, rank + 1):
        raise FileProblem(
            f"{where} has weights of {kernel.ndim} axes, and a kernel of rank {rank} has {rank}, or {rank + 1} with "
            "channels: correct the rank or the weights."
        )
    if kernel.ndim > rank:
        channels = kernel.shape[-1]
        check_between(1, channels, LIMITS.input_channels, f"{where} has {channels} channels: use {{range}}.")
    return Detector(
        id=preset_id,
        name=_one_line(content.name, where) or name,
        rank=rank,
        kernel=kernel,
        mixes_channels=kernel.ndim > rank,
        detects=content.detects,
        source=content.source,
        bias=_bias(content.bias, where),
        tags=tuple(tag for tag in (_one_line(tag, where) for tag in content.tags) if tag),
        note=content.note,
        made_by=_rule(content.made_by),
    )


def _bias(bias: float | None, where: str) -> float | None:
    if bias is not None and not abs(bias) <= LIMITS.number:
        raise FileProblem(f"{where} has a bias beyond {LIMITS.number:.4g}, the largest number: scale it down.")
    return bias


def _one_line(text: str, where: str) -> str:
    wanted = text.strip()
    if len(wanted) > LIMITS.filter_name:
        raise FileProblem(
            f"{where} has a name or a tag of {len(wanted)} letters: shorten it to {LIMITS.filter_name} letters."
        )
    if not wanted.isprintable():
        raise FileProblem(f"{where} has a name or a tag with a character that cannot be shown: write one plain line.")
    return wanted


def _rule(rule: RuleFile | None) -> RuleUse | None:
    return None if rule is None else RuleUse(rule.rule, MappingProxyType(dict(rule.parameters)))
