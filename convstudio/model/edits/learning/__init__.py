"""Edits of what a network learns from: targets, and the weights that a step of training changes."""
