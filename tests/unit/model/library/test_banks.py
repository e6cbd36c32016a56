import math

import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.edits import filters
from convstudio.model.kinds.convolution import Conv
from convstudio.model.library import banks
from convstudio.model.library.generators import Series, find_generator
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops.kernels import gabor

DETECTORS = load_detectors()


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("name", banks.BANKS)
def test_every_bank_of_detectors_fills_a_layer_and_names_its_filters(name, rank):
    made = Document(
        Sample.of("zeros", np.zeros((9,) * rank + (3,))), Network((Conv.of(np.ones((3,) * rank + (3, 1))),))
    )
    filled = filters.fill_bank(made, 0, banks.detector_bank(name, DETECTORS, rank)).layers[0]
    assert filled.filters == len(set(filled.filter_names)) > 3
    assert set(filled.filter_names) <= {detector.id for detector in DETECTORS}


def test_the_line_bank_holds_the_tutorials_detectors_and_the_selective_ones():
    bank = banks.detector_bank("All lines", DETECTORS, 2)
    assert {"tutorial-vertical-line", "vertical-line", "diagonal-line-up"} < set(bank.names)


def test_a_bank_of_kernels_of_several_sizes_has_each_in_the_middle():
    bank = banks.detector_bank("All edges", DETECTORS, 2)
    roberts = bank.kernels[..., 0, bank.names.index("roberts-plus")]
    assert roberts.tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, -1]]


def test_a_library_without_a_detector_of_the_bank_says_so():
    with pytest.raises(ValueError, match="This library has no detector vertical-line"):
        banks.detector_bank("All lines", [], 2)


@pytest.mark.parametrize("turn", range(4))
def test_the_gabor_filter_of_the_stripes_own_direction_answers_most(turn):
    row, column = np.indices((33, 33)) - 16
    angle = math.pi * turn / 4
    stripes = np.cos(2 * math.pi * (column * math.cos(angle) + row * math.sin(angle)) / 4)
    layer = filters.fill_bank(
        Document(Sample.of("stripes", stripes[..., np.newaxis]), Network((Conv.of(np.ones((3, 3, 1, 1))),))),
        0,
        find_generator("gabor").bank((9, 9), [4, 0, 0], [Series(1, 4, 0, 180)]),
    )
    energy = np.square(forward(layer).layers[0].maps).sum((0, 1))
    assert int(energy.argmax()) == turn


@pytest.mark.parametrize("phase", [0, math.pi / 2])
def test_a_gabor_filter_is_silent_on_flat_areas_and_of_size_1(phase):
    kernel = gabor((7, 7), 5, 0.4, phase=phase)
    assert kernel.sum() == pytest.approx(0, abs=1e-12)
    assert np.abs(kernel).sum() == pytest.approx(1)


def test_a_gabor_filter_of_one_cell_has_nothing_to_answer_to():
    assert gabor((1, 1), 4, 0).tolist() == [[0]]


@pytest.mark.parametrize(("size", "wavelength", "sentence"), [(0, 4, "0 rows"), (3, 1.9, "1.9 cells is too short")])
def test_a_gabor_filter_that_cells_cannot_show_is_refused(size, wavelength, sentence):
    with pytest.raises(ValueError, match=sentence):
        gabor((size, size), wavelength, 0)
