"""The entries of the menu Train, in its order; what each of them opens is imported when it is first opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PanelEntry:
    """A panel of the menu Train: its title, what it is for in a sentence or two, and the class that makes it.

    `made_by` names a class of this folder by its module's and its own name, as in `training.TrainingControl`: a
    `LearningPanel`, which is given the `Connections`.
    """

    title: str
    lesson: str
    made_by: str


TRAIN = PanelEntry(
    "Train",
    "Train the network of this window on digits, on your own data, or on one pair of input and target, and watch its "
    "filters become what they are. A whole run is one undo step.",
    "training.TrainingControl",
)
DATA = PanelEntry(
    "Data",
    "Choose what the network learns from, and see what it makes of every sample, class by class.",
    "data.DataPanel",
)
TEACH = PanelEntry(
    "Teach by example",
    "Draw what the map of this input should be, or let a hidden detector make it. Then watch a kernel learn it, step "
    "by step.",
    "teach.TeachPanel",
)
DETECTIVE = PanelEntry(
    "Kernel detective",
    "Which kernel makes the target map of this input? The equations of all windows are solved at once, and their rank "
    "says whether the answer is the only one.",
    "detective.DetectivePanel",
)
SYMMETRY = PanelEntry(
    "Symmetry lab",
    "Why do filters become different when they read the same picture? Filters that begin the same get the same "
    "gradient, and stay the same for ever. A little noise, or random values, sets them apart.",
    "labs.SymmetryPanel",
)
INITIALISATION = PanelEntry(
    "Initialisation lab",
    "What do the weights begin with? The same network learns the same data in the same order from zeros, from one "
    "value, from two kinds of random values, and from detectors.",
    "labs.InitialisationPanel",
)
CAPACITY = PanelEntry(
    "Capacity lab",
    "How many filters are enough, of which size, for how many classes? Networks of every size are trained side by "
    "side, each several times from other random weights, and tried on samples that they never saw.",
    "capacity.CapacityPanel",
)

ENTRIES: tuple[PanelEntry, ...] = (
    TRAIN,
    DATA,
    TEACH,
    DETECTIVE,
    SYMMETRY,
    INITIALISATION,
    CAPACITY,
)
