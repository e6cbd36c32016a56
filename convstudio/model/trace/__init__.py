"""Where one number comes from, and where one goes: windows, linked cells, receptive fields, stepping."""
