"""A study of capacity beyond one process: its cells as work for others, and its table, which it goes on from."""
