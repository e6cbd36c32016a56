"""What the panels of teaching by example, of the detective and of the small labs show."""
