"""The command line, in which each input of `apply` takes as long on a quick machine as on a slow one.

A module of its own, so that the processes that it starts read it, too.
"""

import sys
import time

from convstudio.cli import main
from convstudio.commands.apply_work import ApplyWork

_SECONDS = 0.03
_compute = ApplyWork.__call__


def _compute_slowly(work, task):
    time.sleep(_SECONDS)
    return _compute(work, task)


ApplyWork.__call__ = _compute_slowly

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
