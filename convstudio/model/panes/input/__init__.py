"""What the input pane shows: cells, levels, the window and the linked cells, as values that are compared."""
