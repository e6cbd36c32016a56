"""The windows of the lenses, opened from the menu Learn."""
