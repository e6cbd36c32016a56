"""What a layer answers about itself: windows, arithmetic, paths, the order of maps, settings, the names of its axes."""
