"""Data sets at the door: folders named after classes, archives of arrays, tables with labels, the bundled digits."""
