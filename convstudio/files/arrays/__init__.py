"""Files that hold bare arrays or tables of numbers."""
