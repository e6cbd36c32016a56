"""The user's own presets: a folder of kernel files, and what goes into it and out of it."""
