"""What is written of a training: curves, an animation of the filters, and weights under the names of other programs."""
