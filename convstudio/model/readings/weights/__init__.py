"""The arrays of files of weights: what their names, shapes and numbers tell, and as what they can be read."""
