"""Lenses that teach: small experiments on the selected layer, computed beside the document."""
