import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.library.presets import DamagedPreset, PresetListing
from convstudio.model.panes.detector_card import card_of, groups_for, listed
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector, RuleUse, find_detector

DETECTORS = load_detectors()
EDGE = Detector(
    "preset:edge", "Edge", 2, frozen([[-1, 0, 2]]), False, "edges", "me", bias=-2.0, tags=("week 3", "a"), note="x\ny",
    made_by=RuleUse("gabor", {"phase": 90.0, "wavelength": 4.0}),
)  # fmt: skip
ZEBRA = Detector("preset:zebra", "Zebra", 1, frozen([1]), False, "", "", tags=("week 3",))
BROKEN = DamagedPreset("broken.kernel.json", "“broken.kernel.json” is empty.")
LISTING = PresetListing("folder", (EDGE, ZEBRA), (BROKEN,))


def ids(words="", group="Everything", starred=()):
    entries = listed(DETECTORS, LISTING, starred, words, group)
    return [entry.id if isinstance(entry, Detector) else entry.file for entry in entries]


def test_the_card_has_everything_that_is_known():
    assert card_of(EDGE) == (
        ("Size", "1×3, sum 1, bias -2"),
        ("Detects", "edges"),
        ("Does not tell apart", "A flat area of 1 gives -1, not 0. "
         "Its own pattern, 1 where the weights are positive, gives 0."),
        ("Source", "me"),
        ("Tags", "week 3, a"),
        ("Note", "x\ny"),
        ("Made by", "gabor, phase 90, wavelength 4"),
    )  # fmt: skip


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda one: one.id)
def test_every_detector_says_size_sum_purpose_what_it_does_not_tell_apart_and_source(detector):
    headings = [heading for heading, text in card_of(detector) if text]
    assert headings == ["Size", "Detects", "Does not tell apart", "Source"]


def test_presets_come_first_then_damaged_ones_then_the_detectors():
    assert ids()[:4] == ["preset:edge", "preset:zebra", "broken.kernel.json", "identity"]
    assert len(ids()) == 78


def test_starred_ones_come_before_all_others():
    assert ids(starred=("emboss", "preset:zebra"))[:3] == ["preset:zebra", "emboss", "preset:edge"]
    assert ids(group="Starred", starred=("emboss", "gone")) == ["emboss"]


def test_groups_are_fixed_ones_those_of_the_detectors_and_the_tags():
    assert groups_for(LISTING) == (
        "Everything", "Starred", "My presets", "All lines", "All edges", "Blur and sharpen", "#a", "#week 3",
    )  # fmt: skip
    assert ids(group="My presets") == ["preset:edge", "preset:zebra", "broken.kernel.json"]
    assert ids(group="#week 3") == ["preset:edge", "preset:zebra"]
    assert "sobel-x" in ids(group="All edges")
    assert "forward-difference" in ids(group="All edges")


def test_a_search_finds_tags_notes_and_reasons():
    assert ids("week edge") == ["preset:edge"]
    assert ids("EMPTY broken") == ["broken.kernel.json"]
    assert ids("sobel", "My presets") == []


def test_what_an_own_detector_responds_to_stands_on_its_card():
    assert dict(card_of(find_detector(DETECTORS, "tutorial-vertical-line")))["Size"] == "3×3, sum 3"
