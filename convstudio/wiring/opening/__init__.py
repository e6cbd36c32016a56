"""What is said and asked of files that were opened."""
