"""Detectors, samples, icons and their credits: the data that ships with the product."""
