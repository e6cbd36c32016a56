"""Edits of what a network learns: its target, how it is trained, and what is locked."""
