"""Pictures of every kind as numbers: what kind a file is, its pages, its pixels, and a helper process for slow ones."""
