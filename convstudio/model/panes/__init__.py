"""What each pane of the window shows, worked out before any widget sees it."""
