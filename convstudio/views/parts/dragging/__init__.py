"""What is dragged with the mouse: items of a row to another place in it."""
