"""The names of projects and examples cannot be taken for one another."""

from convstudio.files.projects.names import EXAMPLE_PREFIX, PROJECT_SUFFIX


def test_an_example_is_no_path_of_a_project():
    assert not f"{EXAMPLE_PREFIX}digits".endswith(PROJECT_SUFFIX)
