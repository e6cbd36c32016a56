"""The ways in which the engine computes a convolution, each equal to a line of `ops.reference`."""
