"""The input pane: grid, picture, sequence, channels and their tools."""
