"""What the contents of a file can mean: each likely way to read a table, an input or weights, ranked."""
