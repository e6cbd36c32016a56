"""What every test shares: a screen that is not there, and a home of its own."""

import os
from itertools import count

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import settings

settings.register_profile("convstudio", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("convstudio")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let a process that has nothing left take tests from the other: stories in the window take seconds each."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getvalue("dist") == "load" else None


@pytest.fixture(scope="session")
def _homes(tmp_path_factory):
    """A folder for the homes of all tests: pytest's own would be searched through for each of thousands."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_home(_homes, monkeypatch):
    home = next(_homes)
    home.mkdir()
    monkeypatch.setenv("CONVSTUDIO_HOME", str(home))
