"""Where each question that readers ask about convolutional layers is answered in the window."""

from __future__ import annotations

from dataclasses import dataclass

CLICKS_ALLOWED = 3
"""No answer takes more clicks than this."""


@dataclass(frozen=True)
class HelpPlace:
    """A question with its short answer, and the way to the picture that settles it.

    `way` holds the names to click on: a menu and its entries, or a pane and one of its parts. `needs` tells what must
    be open for the part to be there; empty where it always is.
    """

    question: str
    answer: str
    way: tuple[str, ...]
    needs: str = ""

    @property
    def where(self) -> str:
        """The way in words.

        >>> HelpPlace("", "", ("Learn", "Shift lab")).where
        'Learn › Shift lab'
        """
        return " › ".join(self.way)


_SEVERAL_CHANNELS = "This needs an input of several channels: choose a photograph such as Astronaut under Sample."
_CONVOLUTION = "Select a convolution in the ribbon and open Layer settings."
_SEVERAL_KERNELS = (
    "This needs a convolution of several channels and filters: open File › Examples › Depthwise, then mixed."
)

HELP_PLACES: tuple[HelpPlace, ...] = (
    HelpPlace(
        "Is the number of filters the number of feature maps?",
        "Yes. Every filter makes one map, however many channels it reads. Change the number of filters, and as "
        "many maps come out.",
        ("Kernel", "Filters"),
        _CONVOLUTION,
    ),
    HelpPlace(
        "Do I need more filters first, and larger windows later?",
        "Neither follows. Three layers of 3×3 see 7×7 cells with 27 weights where one of 7×7 takes 49 (with 64 "
        "channels 110 592 against 200 704), and after pooling, more maps cost nothing extra. The X-ray shows what an "
        "output sees of every layer before it.",
        ("Learn", "Receptive-field X-ray"),
    ),
    HelpPlace(
        "Does every layer that I stack add an axis?",
        "No. A filter sums over all channels that it reads, so each layer makes rows × columns × filters again. "
        "The ribbon carries the shape after every layer; add one, and see.",
        ("Ribbon", "Add layer"),
    ),
    HelpPlace(
        "The first layer gives edges: how can the second one find anything else?",
        "It combines edges that are next to each other. In this network two maps of lines become one single cell in "
        "the middle of a plus.",
        ("File", "Examples", "Lines, then a plus"),
    ),
    HelpPlace(
        "Do rows or columns come first in a shape?",
        "Rows, then columns, then channels, with the samples in front; PyTorch puts the channels before the rows. "
        "Choose whose order all labels use.",
        ("View", "Shapes as PyTorch writes them [samples, channels, rows, columns]"),
    ),
    HelpPlace(
        "What makes networks for phones so light?",
        "They do not let every filter read every channel. Drag the groups from standard to depthwise, and watch "
        "weights and multiplications fall: 3×3 from 32 to 64 maps takes 18 496 parameters, depthwise and 1×1 take "
        "2 400.",
        ("Kernel", "Groups from standard to depthwise"),
        _SEVERAL_KERNELS,
    ),
    HelpPlace(
        "Can convolutions replace the dense layer that classifies?",
        "Yes. A 1×1 convolution makes one map per class, global average pooling makes one number of each map, and "
        "softmax makes shares of them. A dense layer after the pooling with the same weights gives the same.",
        ("Learn", "Classify by convolution"),
    ),
    HelpPlace(
        "Does a line detector answer to lines alone?",
        "The tutorial's does not: it answers 3 to a vertical line and 3 to a flat area. The probe tries the selected "
        "filter on both, and on lines and edges of every direction.",
        ("Learn", "Selectivity probe"),
    ),
    HelpPlace(
        "Is a convolution invariant or equivariant?",
        "Equivariant: its map moves as the input moves. Invariant is what one number for the whole map gives, as "
        "global pooling does.",
        ("Learn", "Shift lab"),
    ),
    HelpPlace(
        "Why two layers of eight filters and not one?",
        "With an activation between them they can do what one cannot; without it they are one layer with a larger "
        "kernel. 8 to 16 maps of 3×3 take 1 168 parameters, 8 to 8 take 584.",
        ("Learn", "Collapse two layers"),
    ),
    HelpPlace(
        "Which way does the filter move?",
        "The window moves to the right, and at the end of a row to the start of the next one. The status line shows "
        "where it is.",
        ("Calculation", "Step forward"),
    ),
    HelpPlace(
        "A filter on a colour picture has three channels: why has its map only one?",
        "Each channel's window is multiplied with its own kernel, and the three sums are added up to one number. "
        "The ledger shows them one below the other; with depthwise chosen beside it, the three maps stay apart.",
        ("Calculation", "Channel ledger"),
        _SEVERAL_CHANNELS,
    ),
    HelpPlace(
        "Why do people say “filter size” and mean 64, 32, 16?",
        "Those are numbers of filters: how many maps come out. The kernel size, such as 3×3, is how many cells the "
        "window has. They are two fields.",
        ("Kernel", "Kernel rows"),
        _CONVOLUTION,
    ),
    HelpPlace(
        "Are kernels the weights, where are they kept, and how do I read them?",
        "They are the same numbers, one after the other in memory, each at its own place; libraries differ in the "
        "order alone. A line of code gets them.",
        ("Learn", "Layout explorer"),
    ),
    HelpPlace(
        "Do more classes need more filters?",
        "Only the last layer must have one output per class. How many filters help before it depends on how "
        "different the patterns are: ten digits get by with a few here.",
        ("File", "Examples", "Handwritten digits"),
    ),
    HelpPlace(
        "How many filters fit an input of 224×224×3 with 3×3 windows?",
        "As many as you like: rows and columns of the input do not matter. 32 filters have 896 parameters on an input "
        "of any size; multiplications grow with it. The status line counts both.",
        ("Kernel", "Filters"),
        _CONVOLUTION,
    ),
    HelpPlace(
        "How do 10 maps become 64 in the next layer?",
        "Every one of the 64 filters has a kernel for each of the 10 maps: a table of 64 × 10 kernels, 5 760 "
        "weights of 3×3, and 64 biases. A row makes one map, a column belongs to one channel.",
        ("Kernel", "Filters × channels"),
        _SEVERAL_KERNELS,
    ),
    HelpPlace(
        "Does dropout between convolutions drop whole maps?",
        "Dropout sets single cells to zero, spatial dropout whole maps. Neighbouring cells are so alike that "
        "single zeros hide little. Such a layer is added after the selected one; Undo removes it again.",
        ("Layer", "Add layer", "Spatial dropout"),
    ),
    HelpPlace(
        "My input has more axes in front than one batch: does the layer loop over them?",
        "It gives what a loop would give. Fold the axes into one, convolve, unfold; some libraries do that by "
        "themselves, others raise an error.",
        ("Learn", "Leading axes"),
    ),
    HelpPlace(
        "Do 64 maps and 64 filters make 64 × 64 maps?",
        "No, 64: every filter reads all maps and adds up. The ledger's switch compares the three ways: standard 64 "
        "maps (36 928 parameters), depthwise 64 (640), every pair 4 096; the maps of each are shown.",
        ("Calculation", "Channel ledger"),
        _SEVERAL_CHANNELS,
    ),
)
"""Every question with its place, in the order in which readers come to them."""
