"""What learning is about: targets, data, settings, and what a run reports."""
