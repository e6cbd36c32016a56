"""What a network may not grow to, said before anything is allocated."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.model.edits import building
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

VECTOR = Document(Sample.of("", np.ones((40, 40, 2))), Network((Flatten(),)))


def test_a_dense_layer_behind_a_photograph_is_refused_with_the_size_that_it_would_have():
    values = TiledArray(np.broadcast_to(np.float32(0), (4000, 4000, 3)))
    photograph = replace(VECTOR, sample=Sample("photo", values))
    with pytest.raises(ValueError, match=r"48000000×10 = 480000000 weights \(1831 MiB\) is too large"):
        building.add_layer(photograph, 0, "Dense")


def test_fitting_a_dense_layer_to_a_photograph_is_refused_too():
    values = TiledArray(np.broadcast_to(np.float32(0), (4000, 4000, 3)))
    layers = (Flatten(), Dense.of(np.ones((2, 10))))
    with pytest.raises(ValueError, match="480000000 weights"):
        building.fit_layer(Document(Sample("photo", values), Network(layers)), 1)


@pytest.mark.parametrize("kind", sorted(building.NEW_LAYERS))
def test_a_layer_put_behind_a_long_vector_can_be_saved_whether_it_works_or_not(kind):
    grown = building.add_layer(VECTOR, 0, kind)
    assert decode_document(encode_document(grown))[0] == grown


def test_a_convolution_moved_before_the_flattening_is_fitted_to_the_maps_there():
    grown = building.add_layer(VECTOR, 0, "Convolution")
    fitted = building.fit_layer(building.move_layer(grown, 1, 0), 0)
    assert fitted.output_shape(0) == (40, 38, 8)  # its kernel became one row
