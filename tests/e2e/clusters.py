"""Real clusters for stories: a scheduler and workers that are processes of this machine."""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

PATIENT = ("--wait", "60")
"""What a command needs on a busy machine, where a worker takes longer to start than a command waits by itself."""
OWN = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


class Cluster:
    """A scheduler and its workers; each is a process that does not come back when it is killed."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._told = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self._told))

    @property
    def address(self) -> str:
        return str(self._wait(lambda: json.loads(self._told.read_text())["address"]))

    def add_workers(self, count: int, *preload: str) -> None:
        """Start workers, each of which loads modules first."""
        for _ in range(count):
            options = ("--no-nanny", "--nthreads", "1", "--local-directory", str(self._folder))
            modules = (word for module in preload for word in ("--preload", module))
            self.workers.append(self._start("worker", self.address, *options, *modules))

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", "--host", "127.0.0.1"]
        own = OWN | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = self._stack.enter_context(subprocess.Popen([*command, *options], env=own, **quiet))
        self._stack.callback(process.kill)
        return process

    @staticmethod
    def _wait(find):
        for _ in range(3000):
            try:
                return find()
            except (OSError, ValueError, KeyError):
                time.sleep(0.02)
        raise AssertionError("the scheduler did not tell its address")
