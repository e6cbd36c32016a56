"""Ready-made things: patterns, examples, banks of filters."""
