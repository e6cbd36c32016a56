"""The kinds of layer, one file a kind: each answers every question that the program asks of it."""
