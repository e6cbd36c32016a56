"""What a network learns by: gradients of the layers, losses, and the steps of the optimisers, as pure functions."""
