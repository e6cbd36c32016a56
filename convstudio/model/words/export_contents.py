"""What can be exported, as the user reads it: arrays of a document, pages about it, and an animation."""

MAP, CHOSEN, MAPS, KERNELS, EVERYTHING = "map", "chosen", "maps", "kernels", "everything"
CONTENTS = {
    MAP: "Selected map",
    CHOSEN: "Chosen maps",
    MAPS: "All maps of the layer",
    KERNELS: "Kernels of the layer",
    EVERYTHING: "Everything: input, kernels, all maps",
}
"""The arrays."""

REPORT, FIGURE, NETWORK = "report", "figure", "network"
WEIGHTS, CURVES, FILTERS = "weights", "curves", "filters"
PAGES = {
    REPORT: "Report: maps, calculation, code",
    FIGURE: "Figure of input, kernel and map",
    NETWORK: "Picture of the network",
    WEIGHTS: "Weights of the network",
    CURVES: "Curves of the training",
    FILTERS: "Animation of the filters in training",
}
"""The pages, and what else of a network or of its training is one file."""

ANIMATION = "animation"

EXPORTED = {**CONTENTS, **PAGES, ANIMATION: "Animation of the sliding window"}
