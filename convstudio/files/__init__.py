"""The outside world, checked and converted at the door."""
