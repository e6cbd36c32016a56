"""Training in time: a run in its own thread, which the window samples."""
