"""Widgets: they show values and emit intents; they decide nothing."""
