"""Training as the window shows it: the run, its curves, its filters and its data."""
