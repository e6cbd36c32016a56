"""The pane of the selected layer: kernel, detectors, filters, settings."""
