"""The padlocks of the kernel pane: what training leaves as it is."""
