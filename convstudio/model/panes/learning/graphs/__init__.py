"""What plots draw: curves over steps, with their axes."""
