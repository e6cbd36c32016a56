"""The panel of the data: where it comes from, its samples, and what the network makes of them."""
