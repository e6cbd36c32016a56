from dataclasses import asdict

import pytest

from convstudio.model.values.limits import LIMITS


@pytest.mark.parametrize("name", asdict(LIMITS))
def test_a_limit_is_a_positive_whole_number_or_the_largest_float(name):
    limit = getattr(LIMITS, name)
    for end in limit if isinstance(limit, tuple) else (limit,):  # a range has two ends
        assert end > 0
        assert isinstance(end, int) or name == "number"
