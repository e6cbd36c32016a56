"""Whole networks that other programs wrote, read as projects."""
