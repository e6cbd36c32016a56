"""The pane of all maps: one tile per filter, sorted, compared and combined."""
