"""Panels that are docked, tabbed or floated beside the panes."""
