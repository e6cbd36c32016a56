"""Kernels in files of arrays: NumPy's `.npy` and `.npz`, and safetensors; one array, with or without channels."""

from __future__ import annotations

import io

import numpy as np

from convstudio.files.arrays.archives import list_npz, read_npz
from convstudio.files.arrays.npy import decode_npy, encode_npy, read_header
from convstudio.files.kernels.reading import KernelContent, KernelReading, check_kernel_shape
from convstudio.files.problems import FileProblem
from convstudio.files.weights import decode_only_tensor, encode_only_tensor, not_one_kernel


def read_npy_kernel(data: bytes, where: str, _rank: int | None) -> KernelReading:
    """Read a kernel from an `.npy` file; raise FileProblem."""
    header = read_header(data, where)
    check_kernel_shape(header.shape, where)
    return KernelReading(decode_npy(data, header, where))


def read_npz_kernel(data: bytes, where: str, _rank: int | None) -> KernelReading:
    """Read the only array of an `.npz` archive as a kernel; raise FileProblem, which names several."""
    entries = list_npz(data, where)
    if len(entries) != 1:
        raise not_one_kernel(where, "array", entries)
    ((name, header),) = entries.items()
    if isinstance(header, FileProblem):
        raise header
    check_kernel_shape(header.shape, where)
    ((_, kernel),) = read_npz(data, [name], where)
    if isinstance(kernel, FileProblem):
        raise kernel
    return KernelReading(kernel, details=(f"its only array, “{name[:60]}”",))


def read_tensor_kernel(data: bytes, where: str, _rank: int | None) -> KernelReading:
    """Read the only tensor of a safetensors file as a kernel; raise FileProblem."""
    kernel = decode_only_tensor(data, where)
    check_kernel_shape(kernel.shape, where)
    return KernelReading(kernel)


def write_npy_kernel(content: KernelContent) -> bytes:
    """Write a kernel as an `.npy` file."""
    return encode_npy(content.kernel)


def write_npz_kernel(content: KernelContent) -> bytes:
    """Write a kernel as an `.npz` archive, under the name `kernel`."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, kernel=content.kernel)
    return buffer.getvalue()


def write_tensor_kernel(content: KernelContent) -> bytes:
    """Write a kernel as a safetensors file, under the name `kernel`."""
    return encode_only_tensor(content.kernel)
