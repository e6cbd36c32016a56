import numpy as np

from convstudio.model.edits.kernel_weights import set_bias
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.footprint import Footprint, document_bytes
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

BEFORE = Document(Sample.of("dots", np.zeros((10, 10, 1))), Network((Conv.of(np.ones((3, 3, 1, 2))),)))


def test_every_number_takes_four_bytes():
    assert document_bytes(BEFORE) == 4 * (100 + 18 + 2)


def test_what_two_documents_share_counts_once():
    footprint = Footprint()
    footprint.add(BEFORE)
    footprint.add(set_bias(BEFORE, 0, 1, 0.5))
    assert footprint.bytes < document_bytes(BEFORE) + 4 * 100


def test_removing_what_was_added_leaves_nothing():
    footprint = Footprint()
    after = set_bias(BEFORE, 0, 1, 0.5)
    for document in (BEFORE, after):
        footprint.add(document)
    for document in (BEFORE, after):
        footprint.remove(document)
    assert footprint.bytes == 0


def test_the_same_document_twice_takes_no_more():
    footprint = Footprint()
    footprint.add(BEFORE)
    footprint.add(BEFORE)
    assert footprint.bytes == document_bytes(BEFORE)
