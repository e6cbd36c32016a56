"""What every test shares: a screen that is not there, and a home of its own."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import settings

settings.register_profile("convstudio", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("convstudio")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("CONVSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
