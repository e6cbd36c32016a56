"""Tables of numbers: their model, their cells, what is marked on them, and what is done with a selection."""
