import re

import numpy as np
import pytest

from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.model.edits import filters
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

PLAIN = Document(Sample.of("zeros", np.zeros((8, 8, 1))), Network((Conv.of(np.ones((3, 3, 1, 2))),)))
NAMED = filters.rename_filter(PLAIN, 0, 1, "my edge")


@pytest.mark.parametrize("document", [PLAIN, NAMED])
def test_the_names_of_filters_are_kept_in_a_project(document):
    assert decode_document(encode_document(document))[0] == document


def test_a_project_without_names_opens_with_numbers():
    data = re.sub(rb',\s*"filter_names":\s*\[\s*\]', b"", encode_document(PLAIN))
    assert b"filter_names" not in data
    assert decode_document(data)[0] == PLAIN


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (b'["","my edge"]', b'["my edge"]', "has 1 names for 2 filters: open another copy"),
        (b'"my edge"', b'"my\\u0007edge"', "names a filter with a sign that no line shows"),
        (b'"my edge"', b'"' + b"x" * 61 + b'"', "60"),
    ],
)
def test_names_that_do_not_fit_are_refused(before, after, sentence):
    data = encode_document(NAMED)
    packed = re.sub(rb"\s+(?=[\]\"\[])", b"", data) if before not in data else data
    assert before in packed
    with pytest.raises(FileProblem, match=sentence):
        decode_document(packed.replace(before, after))
