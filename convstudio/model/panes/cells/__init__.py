"""What is done with blocks of cells: pasting one that may be too large, filling one with a series."""
