"""The maps of another network are made once, in a thread."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.session.learning.other_maps import OtherMaps

DOCUMENT = Document(Sample.of("ones", np.ones((3, 3, 1))), Network((Conv.of(np.full((2, 2, 1, 1), 2.0)),)))


@pytest.fixture
def maps(qtbot: QtBot) -> Iterator[OtherMaps]:
    made = OtherMaps()
    yield made
    assert made.close()


def test_maps_come_after_they_were_asked_for_and_stay(maps: OtherMaps, qtbot: QtBot) -> None:
    with qtbot.waitSignal(maps.made):
        assert maps.maps_of(DOCUMENT, 0) is None
    assert maps.maps_of(replace(DOCUMENT, title="another"), 0).tolist() == [[[8], [8]], [[8], [8]]]


def test_the_same_maps_are_asked_for_once(maps: OtherMaps, qtbot: QtBot) -> None:
    with qtbot.waitSignal(maps.made):
        maps.maps_of(DOCUMENT, 0)
        maps.maps_of(DOCUMENT, 0)
    with qtbot.assertNotEmitted(maps.made, wait=50):
        maps.maps_of(DOCUMENT, 0)


def test_maps_that_cannot_be_made_are_refused_in_a_sentence_and_not_asked_for_again(
    maps: OtherMaps, qtbot: QtBot
) -> None:
    too_large = replace(DOCUMENT, network=Network((Conv.of(np.ones((9, 9, 1, 1))),)))
    with qtbot.waitSignal(maps.made):
        maps.maps_of(too_large, 0)
    with qtbot.assertNotEmitted(maps.made, wait=50), pytest.raises(ValueError, match=r"makes no maps of this input\."):
        maps.maps_of(too_large, 0)
