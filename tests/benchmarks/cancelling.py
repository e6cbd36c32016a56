"""How soon a running computation ends after it was cancelled.

    python -m tests.benchmarks.cancelling

Each computation is started in a thread of its own and cancelled after a while; the table shows the milliseconds from
the cancel to the thread's end, "-" where it had ended by itself before.
"""

import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np

from convstudio.model.edits import input_cells
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import Sample

DELAYS = (0.01, 0.05, 0.1, 0.2, 0.35, 0.5)
GOAL = 50


def document_of(shape: tuple[int, ...], kernel: tuple[int, ...], filters: int, **settings: Any) -> Document:
    """Make a document with noise and one layer."""
    numbers = np.random.default_rng(1)
    channels = shape[-1] // settings.get("groups", 1)
    layer = Conv.of(numbers.random((*kernel, channels, filters), np.float32), np.ones(filters))
    return Document(Sample.of("noise", numbers.random(shape, np.float32)), Network((replace(layer, **settings),)))


def cases() -> dict[str, Document]:
    """Return computations of every strategy, most of them seconds long."""
    edited = document_of((4096, 4096, 4), (15, 15), 4)
    return {
        "1080p×3 → 64, 5×5": document_of((1080, 1920, 3), (5, 5), 64),
        "1080p×3 → 64, 5×5, gelu": document_of((1080, 1920, 3), (5, 5), 64, activation="gelu"),
        "4096²×1 → 1, 31×31": document_of((4096, 4096, 1), (31, 31), 1),
        "4096²×1 → 1, 31×31, reflect": document_of(
            (4096, 4096, 1), (31, 31), 1, padding="same", padding_mode="reflect"
        ),
        "1080p×32 depthwise 9×9": document_of((1080, 1920, 32), (9, 9), 32, groups=32),
        "1080p×64 → 64, 8 groups 5×5": document_of((1080, 1920, 64), (5, 5), 64, groups=8),
        "224²×64 → 512, 9×9": document_of((224, 224, 64), (9, 9), 512),
        "10⁶×16 → 16, 31": document_of((10**6, 16), (31,), 16),
        "64³×8 → 64, 5×5×5": document_of((64, 64, 64, 8), (5, 5, 5), 64),
        "4096²×4 → 4, 15×15, edited": input_cells.set_input_values(edited, (5, 5), np.ones((1, 1)), 0),
    }


def latency(document: Document, delay: float) -> float | None:
    """Cancel a run after `delay` seconds; return the milliseconds until it ended, None where it had."""
    progress, ended = Progress(), []

    def run() -> None:
        forward(document, None, progress)
        ended.append(time.perf_counter())

    worker = threading.Thread(target=run)
    worker.start()
    time.sleep(delay)
    cancelled = time.perf_counter()
    progress.cancel()
    worker.join()
    return (ended[0] - cancelled) * 1000 if ended[0] > cancelled else None


def main() -> None:
    """Measure and print."""
    print(f"{'cancelled after (s)':30}" + "".join(f"{delay:8}" for delay in DELAYS) + "   (ms to the end)")
    worst = 0.0
    for name, document in cases().items():
        latencies = [latency(document, delay) for delay in DELAYS]
        worst = max(worst, *(one for one in latencies if one is not None))
        print(f"{name:30}" + "".join("       -" if one is None else f"{one:8.1f}" for one in latencies))
    print(f"longest {worst:.1f} ms; goal: at most {GOAL} ms")


if __name__ == "__main__":
    main()
