"""Arrays as pictures, large ones and tiles."""
