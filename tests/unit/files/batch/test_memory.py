import subprocess
import sys

import pytest

PROGRAM = """
import resource
import numpy as np
from convstudio.files.batch.memory import keep_memory

def work_on_an_input():
    maps = [np.ones(400_000, np.float32) for _ in range(6)]

{prepare}
work_on_an_input()  # its pages are new to the process
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(100):
    work_on_an_input()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages(prepare):
    program = PROGRAM.format(prepare=prepare)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="it is asked of glibc alone")
def test_the_maps_of_the_next_input_use_the_memory_of_the_last_ones():
    assert 10 * pages("keep_memory()") < pages("")
