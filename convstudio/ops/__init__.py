"""Pure functions on NumPy arrays: what a convolutional layer computes."""
