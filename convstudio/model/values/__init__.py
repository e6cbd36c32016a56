"""The parts of a document: arrays, numbers, limits, sample, layer, network, document, view state, detectors."""
