"""SVG's filter primitive `feConvolveMatrix`, in a file or alone.

It applies its matrix turned by 180°, as a true convolution, divides by the divisor and adds the bias. So the kernel is
turned on the way in and out. Source: W3C Filter Effects Module Level 1, section 9.10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from html import escape

import numpy as np

from convstudio.files.kernels.reading import (
    KernelContent,
    KernelReading,
    SeveralKernels,
    as_kernel,
    check_kernel_shape,
    divided,
    exact,
    exact_rows,
    read_numbers,
    read_one,
    rows_of,
    turned,
)
from convstudio.files.kernels.text import parse_xml
from convstudio.files.problems import FileProblem, printable, tried
from convstudio.model.values.numbers import format_number

_ELEMENT = "feConvolveMatrix"
_DEFAULT_ORDER = "3"
_LONGEST_NAME = 60  # letters of a name in a list
_NAMED = ("edgeMode", "kernelUnitLength")
"""What the element may tell that is not the kernel's own: it is named where it is there."""
_ORDER = re.compile(r"\s*(\d{1,6})(?:[\s,]+(\d{1,6}))?\s*", re.ASCII)


def is_svg(data: bytes) -> bool:
    """Return whether a text is likely XML with the element."""
    return data.lstrip()[:1] == b"<" and _ELEMENT.encode() in data


def read_svg(data: bytes, where: str, rank: int | None) -> KernelReading:
    """Read the one `feConvolveMatrix` of a document; raise FileProblem, or SeveralKernels with all of them."""
    found: list[tuple[str, dict[str, str]]] = []
    filter_id = ""

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal filter_id
        if name == "filter":
            filter_id = attributes.get("id", "")
        elif name == _ELEMENT:
            named_by = attributes.get("id") or filter_id or attributes.get("result") or "without a name"
            found.append((f"{len(found) + 1}. {printable(named_by)[:_LONGEST_NAME]}", dict(attributes)))

    parse_xml(data, where, start)
    if len(found) == 1:
        return _of_attributes(found[0][1], where, rank)
    sentence = f"{where} holds {len(found)} elements {_ELEMENT}"
    if not found:
        raise FileProblem(f"{sentence}: keep one, whose kernel you want.")
    readings = [(name, tried(partial(_of_attributes, held, where, rank))) for name, held in found]
    raise SeveralKernels(
        f"{sentence}: choose one by its name or number after the file's, such as FILE#1, or keep one only.", readings
    )


def write_svg(content: KernelContent) -> bytes:
    """Write an SVG file with one filter, turned by 180°; raise FileProblem where the kernel has channels.

    The filter computes on the colours as they are stored, and leaves transparency alone.
    """
    rows = rows_of(content)
    numbers = "\n      ".join(exact_rows(turned(rows), " "))
    order = f"{rows.shape[1]} {rows.shape[0]}"
    title = escape(printable(content.name) or "kernel")
    bias = f' bias="{exact(content.bias)}"' if content.bias else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0">\n'
        f"  <title>{title}</title>\n"
        '  <filter id="kernel" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">\n'
        f'    <{_ELEMENT} order="{order}" divisor="1"{bias} preserveAlpha="true" kernelMatrix="\n'
        f'      {numbers}"/>\n'
        "  </filter>\n"
        "</svg>\n"
    ).encode()


def _of_attributes(attributes: Mapping[str, str], where: str, rank: int | None) -> KernelReading:
    order = _ORDER.fullmatch(attributes.get("order", _DEFAULT_ORDER))
    if order is None:
        raise FileProblem(f"{where} has the order “{attributes['order'][:40]}”: write columns and rows, such as 3 3.")
    columns = int(order[1])
    rows = columns if order[2] is None else int(order[2])
    check_kernel_shape((rows, columns), where)
    matrix = read_numbers(attributes.get("kernelMatrix", ""), rows * columns, f"{where}, kernelMatrix,")
    total = float(matrix.sum())
    divisor = _number(attributes, "divisor", where) or total or 1.0
    kernel = divided(turned(matrix.reshape(rows, columns)), divisor)
    bias = _number(attributes, "bias", where)
    return KernelReading(
        as_kernel(np.ascontiguousarray(kernel), rank, where),
        bias=bias or 0.0,  # the specification has 0 where none is written
        details=_divisor_detail(attributes, divisor),
        notes=_notes(attributes, rows, columns, where),
    )


def _number(attributes: Mapping[str, str], name: str, where: str) -> float:
    text = attributes.get(name, "").strip()
    return read_one(text, f"{where}, {name},") if text else 0.0


def _divisor_detail(attributes: Mapping[str, str], divisor: float) -> tuple[str, ...]:
    if divisor == 1:
        return ()
    told = f"divided by {format_number(divisor)}"
    return (told if attributes.get("divisor") else f"{told}, the sum, because it gives no divisor",)


def _notes(attributes: Mapping[str, str], rows: int, columns: int, where: str) -> tuple[str, ...]:
    notes = []
    for axis, length in (("targetX", columns), ("targetY", rows)):
        target = _number(attributes, axis, where) if axis in attributes else length // 2
        if target != length // 2:
            notes.append(f"{axis}={format_number(target)} was left out, because it only shifts the result.")
    notes += [
        f"{name}={attributes[name][:20]} was left out, because it belongs to the layer."
        for name in _NAMED
        if name in attributes
    ]
    return tuple(notes)
