"""What the capacity lab, and the command for studies, show of a study: its form, its graph, and its table."""
