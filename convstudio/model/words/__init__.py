"""Names and sentences, and shapes as Keras or PyTorch writes them."""
