"""The helper process that reads arrays out of an HDF5 file: its C library may crash on a damaged one.

It takes the file on its standard input and writes a safetensors file of all arrays to its standard output, or, with
status 1, a sentence to its standard error. It opens no other file: links and arrays that stand elsewhere are refused.
"""

from __future__ import annotations

import io
import math
import sys
from typing import Any

from convstudio.files.pictures.process import hold_memory
from convstudio.files.problems import FileProblem, decoding
from convstudio.model.values.limits import LIMITS

_MEMORY_PER_BYTE, _OWN_BYTES = 3, 256 * 2**20


def main() -> None:
    """Read one file and write its arrays; the argument is the name for sentences."""
    where = sys.argv[1]
    data = sys.stdin.buffer.read()
    import h5py  # before memory is held: what the library takes for itself is not the file's
    from safetensors.numpy import save

    hold_memory(_MEMORY_PER_BYTE * len(data) + _OWN_BYTES)
    try:
        with decoding(where):
            arrays: dict[str, Any] = {}
            with h5py.File(io.BytesIO(data), "r") as file:
                _collect(h5py, file, "", arrays, where)
            written = save(arrays)
    except FileProblem as problem:
        sys.stderr.write(str(problem))
        sys.exit(1)
    sys.stdout.buffer.write(written)


def _collect(h5py: Any, group: Any, path: str, arrays: dict[str, Any], where: str) -> None:
    if path.count("/") > LIMITS.file_levels:
        raise FileProblem(
            f"{where} has groups in groups over {LIMITS.file_levels} levels deep: get a whole copy of it."
        )
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise FileProblem(f"{where} points at another place, which is not opened: save the model again.")
        found = group[name]
        if isinstance(found, h5py.Group):
            _collect(h5py, found, f"{path}{name}/", arrays, where)
        elif isinstance(found, h5py.Dataset) and found.dtype.kind in "fiu":
            _check(found, f"{where}, “{path}{name}”", len(arrays))
            arrays[f"{path}{name}"] = found[()].astype("float32")


def _check(stored: Any, where: str, count: int) -> None:
    if stored.external or stored.is_virtual:
        raise FileProblem(f"{where} stands in another file, which is not opened: save the model as one file.")
    if math.prod(stored.shape) > LIMITS.layer_values or count >= LIMITS.file_arrays:
        raise FileProblem(f"{where} {stored.shape} is more than the program takes: use a smaller network.")


if __name__ == "__main__":
    main()
