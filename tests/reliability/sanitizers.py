"""The native kernels under the address and undefined-behaviour sanitizers: `python -m tests.reliability.sanitizers`.

Builds the extension a second time, in a folder that is thrown away, and lets it serve the property tests of the
operations. What steps outside its memory, or does what C leaves undefined, ends the run. It takes GCC on Linux.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "convstudio/ops/native"
FLAGS = (
    "-shared",
    "-fPIC",
    "-O1",
    "-g",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Werror",
    "-Wno-unused-parameter",  # Python gives every function a self
    "-Wno-psabi",  # no function that takes vectors is called from another file
)
TESTS = ("test_ops_native.py", "test_ops_native_backward.py", "test_ops_odd_arrays.py")
RUN = (
    "import sys, pytest, convstudio.ops.native as native; native.__path__.insert(0, sys.argv[1]);"
    "from convstudio.ops.native import _kernels; assert _kernels.__file__.startswith(sys.argv[1]);"
    "sys.exit(pytest.main(['-p', 'no:xdist', '-x', '--timeout=600', *sys.argv[2:]]))"
)


def main() -> int:
    tests = [str(Path("tests/property") / name) for name in TESTS]
    compiler = os.environ.get("CC", "gcc")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "_kernels.abi3.so"
        sources = sorted(map(str, SOURCES.glob("*.c")))
        include = sysconfig.get_path("include")
        subprocess.run([compiler, *FLAGS, f"-I{include}", *sources, "-o", str(built)], check=True)
        libraries = [
            subprocess.run([compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout
            for name in ("libasan.so", "libubsan.so")
        ]
        environment = os.environ | {
            "LD_PRELOAD": " ".join(map(str.strip, libraries)),
            "ASAN_OPTIONS": "detect_leaks=0",  # Python keeps memory to its end
            "UBSAN_OPTIONS": "print_stacktrace=1",
        }
        return subprocess.run([sys.executable, "-c", RUN, folder, *tests], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
