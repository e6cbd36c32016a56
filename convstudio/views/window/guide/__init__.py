"""What leads a reader through the window: frames around its parts, and where to begin."""
