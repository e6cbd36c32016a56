"""What is shown of a file of weights."""
