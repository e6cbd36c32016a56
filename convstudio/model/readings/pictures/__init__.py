"""Which pictures of a folder there are, and which part of one is taken at which size."""
