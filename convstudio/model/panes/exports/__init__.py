"""What is exported: arrays with names, how they become pictures, and what the export dialog offers and shows."""
