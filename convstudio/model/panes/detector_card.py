"""What the library tells about the detector that is selected: its size and sum, and what it does not tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from convstudio.model.library.detector_facts import told_alike
from convstudio.model.library.presets import MY_PRESETS, DamagedPreset, PresetListing
from convstudio.model.panes.kernel_facts import detector_picture, kernel_sum
from convstudio.model.values.detector_groups import IMAGE_GROUPS, SEQUENCE_GROUPS
from convstudio.model.values.detectors import Detector, matching
from convstudio.model.values.numbers import between_numbers, format_number, format_shape

EVERYTHING, STARRED = "Everything", "Starred"
_TAG = "#"

Entry = Detector | DamagedPreset
"""A line of the library."""


def card_of(detector: Detector) -> tuple[tuple[str, str], ...]:
    """Return headings and texts about a detector, those without a text left out.

    >>> from convstudio.model.values.arrays import frozen
    >>> dict(card_of(Detector("line", "Line", 1, frozen([0, 1, 0]), False, "bumps", "")))["Detects"]
    'bumps'
    """
    bias = "" if detector.bias is None else f", bias {format_number(detector.bias)}"
    total = kernel_sum(detector_picture(detector))
    facts = (
        ("Size", f"{format_shape(detector.kernel.shape)}, sum {total}{bias}"),
        ("Detects", detector.detects),
        ("Does not tell apart", "\n".join(told_alike(detector))),
        ("Source", detector.source),
        ("Tags", ", ".join(detector.tags)),
        ("Note", detector.note),
        ("Made by", _rule(detector)),
    )
    return tuple((heading, text) for heading, text in facts if text)


def groups_for(listing: PresetListing) -> tuple[str, ...]:
    """Return the groups that a library with these presets offers: fixed ones, those of the detectors, and the tags.

    >>> groups_for(PresetListing(""))[:3]
    ('Everything', 'Starred', 'My presets')
    """
    named = dict.fromkeys([*IMAGE_GROUPS, *SEQUENCE_GROUPS])
    tags = sorted({tag for preset in listing.presets for tag in preset.tags}, key=str.casefold)
    return (EVERYTHING, STARRED, MY_PRESETS, *named, *(f"{_TAG}{tag}" for tag in tags))


def listed(
    detectors: Sequence[Detector], listing: PresetListing, starred: Iterable[str], words: str, group: str
) -> list[Entry]:
    """Return the lines of a group that hold every one of the words: starred ones first, presets, then detectors.

    Damaged presets stand after the good ones.
    """
    marked = frozenset(starred)
    found = matching((*listing.presets, *detectors), words)
    inside = [one for one in found if _is_in(one, group, marked)]
    damaged = [one for one in listing.damaged if _is_damage_in(one, group, words)]
    first = [one for one in inside if one.id in marked]
    presets = [one for one in inside if one.is_preset and one.id not in marked]
    return [*first, *presets, *damaged, *(one for one in inside if not one.is_preset and one.id not in marked)]


def _is_in(detector: Detector, group: str, starred: frozenset[str]) -> bool:
    match group:
        case "Everything":
            return True
        case "Starred":
            return detector.id in starred
        case "My presets":
            return detector.is_preset
    if group.startswith(_TAG):
        return group.removeprefix(_TAG) in detector.tags
    return detector.id in (*IMAGE_GROUPS.get(group, ()), *SEQUENCE_GROUPS.get(group, ()))


def _is_damage_in(damaged: DamagedPreset, group: str, words: str) -> bool:
    text = f"{damaged.file} {damaged.reason}".casefold()
    return group in (EVERYTHING, MY_PRESETS) and all(word in text for word in words.casefold().split())


def _rule(detector: Detector) -> str:
    rule = detector.made_by
    if rule is None:
        return ""
    return between_numbers().join(
        [rule.rule, *(f"{name} {format_number(number)}" for name, number in rule.parameters.items())]
    )
