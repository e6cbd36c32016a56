"""What the data panel shows: samples, tables, and what the network makes of them."""
