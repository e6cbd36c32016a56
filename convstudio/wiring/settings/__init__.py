"""What the user chose for every start: it is read, applied at once, and kept."""
