"""The gate runs what the command of the README leaves out."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GATE = (ROOT / ".ci/run").read_text(encoding="utf-8")
LEFT_OUT = "--frameworks, as " + "CI has them"


def test_every_comparison_with_a_framework_is_in_the_gate() -> None:
    comparing = [path for path in (ROOT / "tests").rglob("*.py") if LEFT_OUT in path.read_text(encoding="utf-8")]
    names = [path.relative_to(ROOT).as_posix() for path in comparing]
    assert names
    assert [name for name in names if name not in GATE] == []


def test_a_run_without_the_option_imports_no_framework(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("frameworks"):
        pytest.skip("it is a run with the option")
    assert not {"torch", "keras", "cv2"} & sys.modules.keys()
