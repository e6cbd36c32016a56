import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.values.detector_groups import IMAGE_GROUPS, SEQUENCE_GROUPS, groups_of

RANKS = {detector.id: detector.rank for detector in load_detectors()}


@pytest.mark.parametrize(("groups", "rank"), [(IMAGE_GROUPS, 2), (SEQUENCE_GROUPS, 1)], ids=["images", "sequences"])
def test_every_detector_of_a_group_is_in_the_library_and_fits(groups, rank):
    assert all(RANKS[detector] <= rank for ids in groups.values() for detector in ids)


def test_sequences_have_groups_of_the_same_names():
    assert list(groups_of(1)) == list(groups_of(2))


def test_no_group_holds_a_detector_twice():
    assert all(len(set(ids)) == len(ids) for groups in (IMAGE_GROUPS, SEQUENCE_GROUPS) for ids in groups.values())
