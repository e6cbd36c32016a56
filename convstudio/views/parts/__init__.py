"""What the rooms of the window share: grids, controls, theme, style, signs."""
