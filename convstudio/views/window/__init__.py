"""The main window, the ribbon, and the dialogs that belong to no pane."""
