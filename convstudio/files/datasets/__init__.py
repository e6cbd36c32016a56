"""Data sets from files: folders named after classes, archives with `x` and `y`, tables with a label column."""
