"""`convstudio convert`: a kernel from one format to another."""

from __future__ import annotations

from convstudio.commands.detectors import detectors_for
from convstudio.commands.layers import kernel_file
from convstudio.commands.parser import DONE, Parser
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS, write_kernel
from convstudio.files.problems import named, printable
from convstudio.model.values.detectors import find_detector
from convstudio.model.words.file_kinds import listed_endings


def convert(arguments: list[str]) -> int:
    """Run `convstudio convert` with its arguments; return the exit status."""
    parser = Parser(
        "convstudio convert",
        "Write a kernel in another format, and tell how it was read and written.",
        epilog="; ".join(f"{kind.endings[0]}: {kind.holds}" for kind in KERNEL_FORMATS) + ".",
    )
    parser.add_argument(
        "kernel", metavar="KERNEL", help=f"a detector's id, or a file: {listed_endings(KERNEL_FORMATS)}"
    )
    parser.add_argument(
        "output", metavar="OUT", help=f"a name that ends in {listed_endings(KERNEL_FORMATS)}, replaced if it exists"
    )
    parser.add_argument(
        "--rank", type=int, choices=(1, 2), help="what one row of numbers is: a sequence (1), or a row of an image (2)"
    )
    options = parser.parse_args(arguments)
    detectors = detectors_for([options.kernel])
    detector = find_detector(detectors, options.kernel)
    if detector is None:
        reading = kernel_file(options.kernel, options.rank, detectors)
        written = write_kernel(options.output, reading.kernel, bias=reading.bias)
        print(reading.sentence(named(options.kernel)))
    else:
        written = write_kernel(options.output, detector.kernel, printable(detector.name), detector.bias)
    print(written)
    return DONE
