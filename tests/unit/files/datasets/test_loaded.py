import pytest

from convstudio.files.datasets.loaded import check_class_names, check_memory, free_memory
from convstudio.files.problems import FileProblem
from convstudio.model.values.limits import LIMITS


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((LIMITS.data_samples + 1, 1), f"holds {LIMITS.data_samples + 1} samples. Use at most {LIMITS.data_samples}"),
        ((1000, 1000, 1000), "1000×1000×1000 numbers, which take 3.7 GiB of memory, and 1.0 GiB is the most"),
    ],
)
def test_a_data_set_beyond_the_limits_is_refused_with_its_size(shape, sentence):
    with pytest.raises(FileProblem, match=sentence):
        check_memory(shape, "“x”")


def test_the_free_memory_is_known_on_linux_or_not_at_all():
    free = free_memory()
    assert free is None or free > 2**20


def test_more_classes_than_a_project_keeps_names_for_are_refused():
    with pytest.raises(FileProblem, match=f"has {LIMITS.class_names + 1} classes"):
        check_class_names([str(number) for number in range(LIMITS.class_names + 1)], "“x”")
