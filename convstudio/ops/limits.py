"""The limits of the engine itself; what the program takes besides is in `model.values.limits`, which reads this."""

MOST_VALUES = 2**28
"""The largest array that an operation makes, in values: 1 GiB of float32, the most that 4 GB hold beside its input."""

MOST_WORKERS = 8
"""More threads than this only wait for each other: NumPy's calls are short."""
