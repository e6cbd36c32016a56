import json
import os
import subprocess
import sys

import numpy as np
import pytest

from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import decode_document
from convstudio.model.values.limits import LIMITS

VALUES = np.random.default_rng(0).normal(size=(60, 50, 2)).astype(np.float32)


def project(values: str, **extra: object) -> bytes:
    """Return a project whose sample has these values, as another program may have written them."""
    content = {
        "format": "convstudio-project",
        "version": 2,
        "title": "",
        "sample": {"name": "x", "origin": "", "values": "VALUES"},
        "layers": [{"kind": "flatten", "is_on": True}],
    }
    return json.dumps(content | extra).replace('"VALUES"', values).encode()


@pytest.mark.parametrize("indent", [None, 1])
def test_a_long_list_of_numbers_is_read_as_the_array_that_it_is(indent):
    read = decode_document(project(json.dumps(VALUES.tolist(), indent=indent)))[0]
    assert read.sample.values.to_array().tobytes() == VALUES.tobytes()


@pytest.mark.parametrize("indent", [None, 8])
def test_a_long_list_of_numbers_that_are_no_array_is_read_one_by_one(indent):
    numbers = np.random.default_rng(0).normal(size=LIMITS.filters).tolist()
    layer = {"kind": "rescaling", "is_on": True, "is_locked": False, "scale": numbers, "offset": numbers}
    text = json.dumps(json.loads(project("[[[1]]]", layers=[layer])), indent=indent)
    (read,) = decode_document(text.encode())[0].layers
    assert (read.scale, read.offset) == (tuple(numbers), tuple(numbers))


def test_a_title_that_looks_like_a_list_stays_a_title():
    title = 'see "values": [' + "1, " * 3000
    assert decode_document(project("[[[1]]]", title=title))[0].title == title


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (json.dumps(VALUES.tolist()).replace(",", ",,", 1), "is not a ConvStudio project, or a damaged one"),
        (json.dumps(VALUES.tolist()).replace("[[[", "[[[01,", 1), "is not a ConvStudio project, or a damaged one"),
        (json.dumps([[1.0] * 3000, [1.0] * 2999]), "row 2 has 2999 numbers and row 1 has 3000"),
        (json.dumps([[1e300] * 3000]), "is too large"),
        (json.dumps([[[1.0]] * 20000]), "has 20000 columns: use 1 to 16384"),
        ("[" * 5000, "is not a ConvStudio project, or a damaged one"),
    ],
)
def test_a_list_that_is_no_array_is_refused_in_a_sentence(values, sentence):
    with pytest.raises(FileProblem, match=sentence):
        decode_document(project(values))


_MEASURE = """
import resource, sys
from convstudio.files.projects.documents import decode_document
from convstudio.files.problems import FileProblem
from tests.unit.files.test_number_lists import project
data = project(eval(sys.argv[1]), **eval(sys.argv[2]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode_document(data)
except FileProblem:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, len(data))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the largest resident set is counted in other units")
@pytest.mark.parametrize(
    ("values", "extra"),
    [
        ('"[" + ",".join(["[" + "[1]," * 2999 + "[1]]"] * 1000) + "]"', "{}"),
        ('"[" + ",".join(["[" + "[0.125,2]," * 999 + "[1,1]]"] * 1000) + "]"', "{}"),
        ('"[" + "1," * 4_000_000 + "1]"', "{}"),
        ('"[" + "[]," * 3_000_000 + "[]]"', "{}"),
        ('"[" * 8_000_000', "{}"),
        ('"[[1]]"', '{"view": {"layer": 0, "channel": 0, "filter": 0, "position": [1] * 3_000_000}}'),
        ('"[[1]]"', '{"layers": [{}] * 3_000_000}'),
        ('"[[1]]"', '{"version": 1, "layers": [{}] * 3_000_000}'),
        ('"[[1]]"', '{"version": 1, "more": [{}] * 1_000_000}'),
    ],
)
def test_a_project_takes_at_most_three_times_its_bytes_and_64_mb(values, extra):
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    printed = subprocess.run(
        [sys.executable, "-c", _MEASURE, values, extra], check=True, capture_output=True, text=True, env=environment
    ).stdout.split()
    taken, size = map(int, printed)
    assert taken <= 2 * size + 64 * 2**20, "the bytes themselves are the third part"
