"""The library of detectors and presets: the window that lists them, and what is written about a preset."""
