from dataclasses import asdict

import pytest

from convstudio.model.values.limits import LIMITS


@pytest.mark.parametrize("name", asdict(LIMITS))
def test_a_limit_is_a_positive_whole_number_or_the_largest_float(name):
    limit = getattr(LIMITS, name)
    assert limit > 0
    assert isinstance(limit, int) or name == "number"
