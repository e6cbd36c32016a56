"""Writing without loss: safe saving, locks, stamps, temporary files and their clearing away."""
