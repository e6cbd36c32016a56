"""Lenses that teach: small experiments on the layer that is looked at, computed beside the document."""
