"""Between the training panels and the session."""
