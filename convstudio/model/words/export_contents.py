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
PAGES = {
    REPORT: "Report: maps, calculation, code",
    FIGURE: "Figure of input, kernel and map",
    NETWORK: "Picture of the network",
}
"""The pages."""

ANIMATION = "animation"

EXPORTED = {**CONTENTS, **PAGES, ANIMATION: "Animation of the sliding window"}
