"""What every test shares: a screen that is not there, and a home of its own."""

import gc
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from itertools import count
from pathlib import Path

if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    # Qt's own screen that is not there has 800×800 pixels. The window does not fit there, and each start would take it
    # through two other zooms first. This one is the least that it fits on.
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('screen.json')}"

import pytest
from hypothesis import settings

import convstudio.wiring.pyside.safe_overrides  # noqa: F401  # as the program loads it before all of its views
from tests.waiting import PatientBot

settings.register_profile("convstudio", deadline=None, max_examples=20, derandomize=True)
settings.register_profile("gate", deadline=None, max_examples=200, derandomize=True)
settings.register_profile("many", deadline=None, max_examples=1000)  # and other ones every time
settings.load_profile("convstudio")

FRAMEWORKS = ("torch", "keras", "cv2")
"""What some numbers are compared with; to import them takes longer than most tests, and no other test needs them."""


class _LeftOut:
    """Hides the frameworks, so that what needs them is skipped wherever they are installed, too."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        if name in FRAMEWORKS:
            raise ModuleNotFoundError(f"{name} is left out without --frameworks", name=name)
        return None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--frameworks", action="store_true", help="also compare with PyTorch, Keras and OpenCV")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("frameworks"):
        sys.meta_path.insert(0, _LeftOut())


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Look for no garbage in what is collected, neither now nor in every collection of garbage later: it stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let a process that has nothing left take tests from the other: stories in the window take seconds each."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getvalue("dist") == "load" else None


@pytest.fixture
def qtbot(qapp, request):
    """Wait as long as a busy machine takes, wherever a test says nothing else."""
    return PatientBot(request)


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


@pytest.fixture(params=["native", "NumPy"], scope="module")
def engine(request):
    """Run the tests of a module with either engine, as `pytestmark = pytest.mark.usefixtures("engine")` asks."""
    from convstudio.ops.native.engine import found, numpy_only

    if request.param == "NumPy":
        with numpy_only():
            yield
    elif found().kernels is None:
        pytest.skip(found().told)
    else:
        yield
