"""The one object that changes, and time."""
