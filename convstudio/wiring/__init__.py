"""Between the window and the session: what is asked in a dialog, kept for the next start, or shown in every pane."""
