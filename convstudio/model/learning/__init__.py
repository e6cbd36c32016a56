"""How a network learns: its data in batches, and its training as a pure value of document, data, settings and step."""
