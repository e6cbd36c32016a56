"""Frozen values, and pure decisions about them; no Qt, no files."""
