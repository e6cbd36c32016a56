"""The names of the colour maps that feature maps can be shown in."""

from __future__ import annotations

from convstudio.model.values.scale import DIVERGING, GREY

COLOUR_MAPS: dict[str, tuple[str, ...]] = {
    "": (DIVERGING.name, GREY.name, "viridis", "cividis", "magma"),
    "CET diverging": (
        *(f"CET-D{number}" for number in ("1", "1A", *range(2, 5), *range(6, 14))),
        *("CET-CBD1", "CET-CBTD1"),
    ),
    "CET linear": (
        *(f"CET-L{number}" for number in range(1, 20)),
        *("CET-CBL1", "CET-CBL2", "CET-CBTL1", "CET-CBTL2"),
    ),
    "CET cyclic": (
        *(f"CET-C{number}{shifted}" for number in range(1, 8) for shifted in ("", "s")),
        *("CET-CBC1", "CET-CBC2", "CET-CBTC1", "CET-CBTC2"),
    ),
    "CET isoluminant": tuple(f"CET-I{number}" for number in range(1, 4)),
    "CET rainbow": tuple(f"CET-R{number}" for number in range(1, 5)),
}
"""The names of all colour maps, by the submenu that they stand in."""

COLOUR_MAP_NAMES = tuple(name for names in COLOUR_MAPS.values() for name in names)


def is_signed_map(name: str) -> bool:
    """Return whether the middle colour of a map stands for zero.

    >>> is_signed_map("CET-D1"), is_signed_map("viridis")
    (True, False)
    """
    return name == DIVERGING.name or name in COLOUR_MAPS["CET diverging"]


def shown_title(name: str) -> str:
    """Return what the user reads for the name of a colour map.

    >>> shown_title("viridis")
    'Viridis'
    """
    return name[:1].upper() + name[1:]
