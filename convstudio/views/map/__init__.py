"""The feature map pane: the map, its levels, its histogram, its partial maps."""
