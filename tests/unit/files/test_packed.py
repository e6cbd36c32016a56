"""Large arrays are cut out of a document and coded in pieces, and mean what plain JSON and base64 mean."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from convstudio.files import packed
from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.sample import Sample

RANDOM = np.random.default_rng(3)
VALUES = RANDOM.normal(size=(601, 499, 2)).astype(np.float32)  # more than one piece, and no whole number of them
WEIGHTS = RANDOM.normal(size=(VALUES.size, 1)).astype(np.float32)
DOCUMENT = Document(Sample.of("large", VALUES), Network((Flatten(), Dense(WEIGHTS, np.zeros(1, np.float32)))))
DATA = bytes(encode_document(DOCUMENT))
SAMPLE_TEXT = base64.b64encode(VALUES.tobytes())


def test_a_large_array_is_written_as_plain_base64():
    values = json.loads(DATA)["sample"]["values"]
    assert values == {"dtype": "float32", "shape": [601, 499, 2], "base64": SAMPLE_TEXT.decode()}


def test_every_array_of_a_document_comes_back_in_its_own_place():
    assert decode_document(DATA)[0] == DOCUMENT


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(json.dumps(json.loads(DATA), indent=1).encode(), id="with spaces and lines"),
        pytest.param(json.dumps(json.loads(DATA), separators=(",", ":"), sort_keys=True).encode(), id="other order"),
        pytest.param(DATA.replace(SAMPLE_TEXT, SAMPLE_TEXT.replace(b"/", rb"\/")), id="with escaped slashes"),
    ],
)
def test_a_document_that_another_program_wrote_is_read_too(written):
    assert decode_document(written)[0] == DOCUMENT


@pytest.mark.parametrize("title", ['"base64":"' + "A" * 70_000, 'x"base64":"array-0-0."', "array-00-0."])
def test_a_title_that_looks_like_an_array_stays_a_title(title):
    document = replace(DOCUMENT, title=title)
    assert decode_document(encode_document(document))[0] == document


CODERS = [lambda progress: encode_document(DOCUMENT, progress=progress), lambda p: decode_document(DATA, progress=p)]
MISPLACED = b'"title":{"base64":"' + b"A" * 70_000 + b'"}'


def damaged(at, sign):
    text = bytearray(SAMPLE_TEXT)
    text[at : at + len(sign)] = sign
    return DATA.replace(SAMPLE_TEXT, bytes(text))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(damaged(0, b"?"), id="a sign that base64 does not have"),
        pytest.param(damaged(packed._PIECE_SIGNS - 2, b"=="), id="an end in the middle"),
        pytest.param(damaged(1000, b"=="), id="an end within a piece"),
        pytest.param(damaged(1000, b"\n"), id="a line end"),
        pytest.param(DATA.replace(SAMPLE_TEXT, SAMPLE_TEXT[:-1]), id="a part of a group"),
        pytest.param(DATA.replace(SAMPLE_TEXT, SAMPLE_TEXT[:-8]), id="too short"),
        pytest.param(DATA.replace(SAMPLE_TEXT, SAMPLE_TEXT + b"AAAA"), id="too long"),
        pytest.param(DATA.replace(b'"base64":"', b'"base64":"' + b"A" * 70_000, 1)[:80_000], id="cut off"),
        pytest.param(DATA.replace(b'"title":""', MISPLACED), id="in a wrong place"),
    ],
)
def test_a_damaged_array_is_refused(data):
    assert data != DATA
    with pytest.raises(FileProblem):
        decode_document(data)


def test_no_call_codes_more_than_a_megabyte(monkeypatch):
    lengths = []
    for name in ("a2b_base64", "b2a_base64"):
        call = getattr(packed.binascii, name)

        def note(data, call=call, **options):
            lengths.append(len(data))
            return call(data, **options)

        monkeypatch.setattr(packed.binascii, name, note)
    decode_document(encode_document(DOCUMENT))
    assert len(lengths) > 8
    assert max(lengths) <= 2**20


@pytest.mark.parametrize("run", CODERS, ids=["writing", "reading"])
def test_coding_counts_the_bytes_of_the_arrays(run):
    progress = Progress()
    progress.expect(VALUES.nbytes + WEIGHTS.nbytes)
    run(progress)
    assert progress.share == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("run", CODERS, ids=["writing", "reading"])
def test_coding_stops_after_a_cancel(run):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        run(progress)


def test_a_small_document_is_coded_as_before():
    small = Document(Sample.of("s", np.eye(3)[..., np.newaxis]), Network((Conv.of(np.ones((1, 1, 1, 1))),)))
    assert json.loads(encode_document(small))["sample"]["values"] == [[[1], [0], [0]], [[0], [1], [0]], [[0], [0], [1]]]
