"""Where each question that readers ask about convolutional layers is answered in the window."""

from __future__ import annotations

from dataclasses import dataclass

CLICKS_ALLOWED = 3
"""No answer takes more clicks than this."""


@dataclass(frozen=True)
class HelpPlace:
    """A question with its short answer, and the way to the picture that settles it.

    `way` holds the names to click on: a menu and its entries, or a pane and one of its parts. `start` is the example
    that is opened first, and `part` names the part that is outlined there, with the sentence `look` beside it; without
    a name it is the lens that the way leads to. Of a part that is a long text, `line` is in the line to scroll to.
    """

    question: str
    answer: str
    way: tuple[str, ...]
    start: str = ""
    part: str = ""
    look: str = ""
    line: str = ""

    @property
    def where(self) -> str:
        """The way in words.

        >>> HelpPlace("", "", ("Learn", "Shift lab")).where
        'Learn › Shift lab'
        """
        return " › ".join(self.way) or "Coming"


HELP_PLACES: tuple[HelpPlace, ...] = (
    HelpPlace(
        "Is the number of filters the number of feature maps?",
        "Yes. Every filter makes one map, however many channels it reads. Change the number of filters, and "
        "as many maps come out.",
        ("Kernel", "Filters"),
        "line-bank",
        "Filters",
        "There are four filters, so there are four maps. Change the number, and the maps change with it.",
    ),
    HelpPlace(
        "Do I need more filters first, and larger windows later?",
        "Neither follows. Three layers of 3×3 see 7×7 cells with 27 weights where one of 7×7 takes 49 (with "
        "64 channels 110 592 against 200 704), and after pooling, more maps cost nothing extra. The X-ray "
        "shows what an output sees of every layer before it.",
        ("Learn", "Receptive-field X-ray"),
        "three-layers",
        "",
        "One output of the third layer of 3×3 sees 7×7 cells of the input.",
    ),
    HelpPlace(
        "Does every layer that I stack add an axis?",
        "No. A filter sums over all channels that it reads, so each layer makes rows × columns × filters "
        "again. The ribbon carries the shape after every layer; add one, and see.",
        ("Network", "Add layer"),
        "stacked",
        "Network",
        "From 8×8×1 to 6×6×4 to 4×4×8: every layer makes rows × columns × filters.",
    ),
    HelpPlace(
        "The first layer gives edges: how can the second one find anything else?",
        "It combines edges that are next to each other. In this network two maps of lines become one single "
        "cell in the middle of a plus.",
        ("File", "Examples", "Lines, then a plus"),
        "plus",
        "Feature map",
        "One cell is left: the middle of the plus, where both lines answer.",
    ),
    HelpPlace(
        "Do rows or columns come first in a shape?",
        "Rows, then columns, then channels, with the samples in front; PyTorch puts the channels before the "
        "rows. Choose whose order all labels use.",
        ("View", "Shapes as PyTorch writes them [samples, channels, rows, columns]"),
        "rows-and-columns",
        "Network",
        "Shapes are written in PyTorch's order now: channels, then 6 rows, then 9 columns.",
    ),
    HelpPlace(
        "Is the input of a layer [columns, rows, channels]?",
        "No, [rows, columns, channels]: this input has 6 rows and 9 columns. Each of its cells holds ten "
        "times its row, plus its column, so a swap would show.",
        ("Input", "Sample"),
        "rows-and-columns",
        "Input",
        "6 rows, 9 columns: the first digit of every cell is its row, the second its column.",
    ),
    HelpPlace(
        "What makes networks for phones so light?",
        "They do not let every filter read every channel. Drag the groups from standard to depthwise, and "
        "watch weights and multiplications fall: this layer, 3×3 from 32 to 64 maps, takes 18 496 parameters, "
        "and depthwise and 1×1 in its place take 2 400.",
        ("Kernel", "Groups from standard to depthwise"),
        "32-to-64",
        "Groups from standard to depthwise",
        "Layer 2 has 18 496 parameters. Drag this to depthwise and back, and watch them and the multiplications.",
    ),
    HelpPlace(
        "Can convolutions replace the dense layer that classifies?",
        "Yes. A 1×1 convolution makes one map per class, global average pooling makes one number of each map, "
        "and softmax makes shares of them. A dense layer after the pooling with the same weights gives the "
        "same.",
        ("Learn", "Classify by convolution"),
        "line-bank",
        "",
        "Both ways give the same scores, class by class.",
    ),
    HelpPlace(
        "Does a line detector answer to lines alone?",
        "The tutorial's does not: it answers 3 to a vertical line and 3 to a flat area. The probe tries the "
        "selected filter on both, and on lines and edges of every direction.",
        ("Learn", "Selectivity probe"),
        "tutorial",
        "",
        "The bars show what the filter answers to flat areas, lines and edges.",
    ),
    HelpPlace(
        "Are cells beside a line negatively activated?",
        "Not with the tutorial's detector: its sides are 0, so a flat area gives 3 everywhere, as a line "
        "does. With negative sides, as in filter 2, a flat area gives 0.",
        ("File", "Examples", "Line detectors on a flat area"),
        "flat-area",
        "Feature map",
        "3 everywhere, and there is no line. Filter 2 has negative sides: its map is 0.",
    ),
    HelpPlace(
        "Does the map of a vertical line detector hold vertical lines only?",
        "The tutorial's does not: a horizontal line gives 1 along its whole length. With negative sides, as "
        "in filter 2, it gives 0 there.",
        ("File", "Examples", "Vertical line detectors on a horizontal line"),
        "other-line",
        "Feature map",
        "A vertical line detector answers 1 to this horizontal line. Filter 2 answers 0.",
    ),
    HelpPlace(
        "Does the filter [0, 1, 0] find bumps?",
        "No, it copies the middle of every window, also on a flat sequence or a ramp. With negative sides, as "
        "in filter 2, ramps give 0, and bumps stand out.",
        ("File", "Examples", "Bump detectors on a ramp"),
        "bumps",
        "Feature map",
        "The map is the ramp itself, without its ends: the filter copied it. Filter 2 gives 0.",
    ),
    HelpPlace(
        "What are the axes of the weights of a 1-D layer?",
        "Steps, channels and filters: a kernel of three steps on one channel is [3, 1, 1] for each filter. It "
        "has no rows.",
        ("Learn", "Layout explorer"),
        "bumps",
        "",
        "The weights are steps × channels × filters, here 3 × 1 × 2.",
    ),
    HelpPlace(
        "Which way does the filter move?",
        "The window moves to the right, and at the end of a row to the start of the next one. The status line "
        "shows where it is.",
        ("Calculation", "Step forward"),
        "tutorial",
        "Input",
        "The outlined window is at columns 2 to 4. Step forward moves it one column to the right.",
    ),
    HelpPlace(
        "Is a convolution invariant or equivariant?",
        "Equivariant: its map moves as the input moves. Invariant is what one number for the whole map gives, "
        "as global pooling does.",
        ("Learn", "Shift lab"),
        "tutorial",
        "",
        "Move the input: the map moves along, and the largest value of the whole map stays.",
    ),
    HelpPlace(
        "Can NumPy's dot compute one output?",
        "Yes: np.dot(window.ravel(), kernel.ravel()) gives the same as (window * kernel).sum(), np.vdot and "
        "np.tensordot over all axes. Two tables as they are would be multiplied as matrices.",
        ("View", "Network as code", "NumPy"),
        "tutorial",
        "Network as code: NumPy",
        "The last lines compute one output with dot, as a sum of products, with vdot and with tensordot, and fail "
        "unless all four are equal.",
        "np.tensordot(",
    ),
    HelpPlace(
        "Why do pooling and flattening have no parameters?",
        "There is nothing to store: pooling picks or averages what it reads, and flattening puts it in "
        "another order. The status line counts the parameters of the selected layer.",
        ("Status line", "Counts"),
        "pooled",
        "Counts",
        "The selected layer is a max pooling: no parameters.",
    ),
    HelpPlace(
        "Why two layers of eight filters and not one?",
        "With an activation between them they can do what one cannot; without it they are one layer with a "
        "larger kernel. 8 to 16 maps of 3×3 take 1 168 parameters, 8 to 8 take 584.",
        ("Learn", "Collapse two layers"),
        "tutorial",
        "",
        "Two layers without an activation between them are one layer with this larger kernel.",
    ),
    HelpPlace(
        "A filter on a colour picture has three channels: why has its map only one?",
        "Each channel's window is multiplied with its own kernel, and the three sums are added up to one "
        "number. The ledger shows them one below the other; with depthwise chosen beside it, the three maps "
        "stay apart.",
        ("Calculation", "Channel ledger"),
        "colour-filter",
        "Channel ledger",
        "A row for red, one for green and one for blue: their sums add up to the one output.",
    ),
    HelpPlace(
        "Why do people say “filter size” and mean 64, 32, 16?",
        "Those are numbers of filters: how many maps come out. The kernel size, such as 3×3, is how many "
        "cells the window has. They are two fields.",
        ("Kernel", "Kernel rows"),
        "tutorial",
        "Kernel rows",
        "Kernel rows and columns are the size of the window. How many maps come out is the field Filters.",
    ),
    HelpPlace(
        "Are kernels the weights, where are they kept, and how do I read them?",
        "They are the same numbers, one after the other in memory, each at its own place; libraries differ in "
        "the order alone. A line of code gets them.",
        ("Learn", "Layout explorer"),
        "line-bank",
        "",
        "One row of numbers in memory; at the bottom, the line of code that reads them.",
    ),
    HelpPlace(
        "How many filters fit an input of 224×224×3 with 3×3 windows?",
        "As many as you like: rows and columns of the input do not matter. 32 filters have 896 parameters on "
        "an input of any size; multiplications grow with it. The status line counts both.",
        ("Status line", "Counts"),
        "many-filters",
        "Counts",
        "32 filters of 3×3 on three channels: 896 parameters, here and on 224×224.",
    ),
    HelpPlace(
        "How do 10 maps become 64 in the next layer?",
        "Every one of the 64 filters has a kernel for each of the 10 maps: a table of 64 × 10 kernels, 5 760 "
        "weights of 3×3, and 64 biases. A row makes one map, a column belongs to one channel.",
        ("Kernel", "Filters × channels"),
        "ten-to-64",
        "Filters × channels",
        "A row for each of the 64 filters, a column for each of the 10 maps that it reads.",
    ),
    HelpPlace(
        "Does dropout between convolutions drop whole maps?",
        "Dropout sets single cells to zero, spatial dropout whole maps. Neighbouring cells are so alike that "
        "single zeros hide little.",
        ("Layer", "Add layer", "Spatial dropout"),
        "dropped-maps",
        "All maps",
        "Map 3 is 0 everywhere: spatial dropout silenced the whole of it, and doubled the others.",
    ),
    HelpPlace(
        "My input has more axes in front than one batch: does the layer loop over them?",
        "It gives what a loop would give. Fold the axes into one, convolve, unfold; some libraries do that by "
        "themselves, others raise an error.",
        ("Learn", "Leading axes"),
        "tutorial",
        "",
        "The axes in front are folded into one, and unfolded again after the layer.",
    ),
    HelpPlace(
        "Do 64 maps and 64 filters make 64 × 64 maps?",
        "No, 64: every filter reads all maps and adds up. The ledger's switch compares the three ways: "
        "standard 64 maps (36 928 parameters), depthwise 64 (640), every pair 4 096; the maps of each are "
        "shown.",
        ("Calculation", "Channel ledger"),
        "64-to-64",
        "Ways to combine channels",
        "Compare the three ways here: standard makes 64 maps, every pair would make 4 096.",
    ),
    HelpPlace(
        "Is convolution in deep learning really cross-correlation?",
        "Yes: the kernel is not flipped first. The kernel of layer 1 copies the left neighbour, so the dot moves "
        "to the right; layer 2 is a true convolution with the same kernel, and moves it back to the left.",
        ("Kernel", "Operation"),
        "shift",
        "Operation",
        "Layer 1 moved the dot to the right. This true convolution has the same kernel, and moves it to the left.",
    ),
    HelpPlace(
        "Can I see every number, and how it is computed?",
        "Yes. The calculation writes out every term of the current output, and every cell of the map shows "
        "where it comes from when you point at it.",
        ("Calculation", "Calculation"),
        "tutorial",
        "Calculation",
        "Every term of the current output: value times weight, added up.",
    ),
    HelpPlace(
        "Can I change the values of a filter, and how?",
        "Yes: select a weight and type. Training changes it, too, unless you lock it in its context menu: a weight "
        "with a padlock stays as it is.",
        ("Kernel", "Kernel"),
        "tutorial",
        "Kernel",
        "Select a weight and type a number: the map follows at once.",
    ),
    HelpPlace(
        "Who decides the values of a filter: can I design it?",
        "By hand you can: type them, or take a detector that is made for something. In a network that learns, "
        "training finds them: say what the map should be, and a random kernel becomes one that makes it.",
        ("Train", "Teach by example…"),
        "taught-line",
        "Teach",
        "Press Teach: the random kernel changes step by step, until its map is the target.",
    ),
    HelpPlace(
        "Do filters begin as random values?",
        "Yes. They are drawn from a seed, and the same seed draws the same values. From zeros, or from one value "
        "for all, this network learns nothing. The number of filters is chosen, and never random.",
        ("Train", "Initialisation lab…"),
        "tutorial",
        "Run",
        "Press Run: the same network learns from zeros, from one value, from random values and from detectors.",
    ),
    HelpPlace(
        "Why do networks have 32 to 512 filters, and do more classes need more?",
        "Only the last layer must have one output per class. How many filters help before it depends on how "
        "different the patterns are, and is found by trying: one or two tell 2 directions of lines apart, 4 to 8 tell "
        "8 apart. Only the values of the filters are random, so each size is tried from several seeds.",
        ("Train", "Capacity lab…"),
        "tutorial",
        "Start study",
        "Press Start study: a line for 2, for 4 and for 8 classes grows with the number of filters, and its bars are "
        "the worst and the best seed.",
    ),
    HelpPlace(
        "How are the weights tuned: where is the learning?",
        "The loss says how far the output is from what is wanted, its gradient says how each weight changes "
        "the loss, and every weight takes a small step down. All of that repeats for every batch. The "
        "calculation has a button for each of these phases.",
        ("File", "Examples", "One step of learning by hand"),
        "worked-question",
        "Calculation",
        "The gradient of one weight: every value that it met, times the gradient there. Step forward for the next "
        "weight, then choose Update.",
    ),
    HelpPlace(
        "Why is a network good in training and bad on new pictures?",
        "It learned what only its own pictures have in common. The loss on pictures that are held out shows "
        "it: it rises while the training loss still falls.",
        ("Train", "Data…"),
        "noise",
        "Memorise noise: random labels",
        "The labels are drawn at random here. Open Train, and train: half of the trained digits become right, and a "
        "tenth of the held-out ones. Switch this off, and train again: both rise.",
    ),
    HelpPlace(
        "Which pictures does a network get wrong, and what does it take them for?",
        "Those of which its data has too few, or that look like another class. Sorted by their loss they come "
        "first, and a table counts which class is taken for which.",
        ("Train", "Data…"),
        "digits",
        "Confusion",
        "Choose this: a row is a digit, a column what the network takes it for. Click on a cell, then on a picture, "
        "and follow its calculation.",
    ),
    HelpPlace(
        "Can a network learn from pictures of my own?",
        "Yes. Put the pictures of each class into a folder that is named after it, and those folders into one. "
        "They get one size, and some of them are held out.",
        ("Train", "Data…"),
        "tutorial",
        "Data",
        "Choose “Folder of pictures…” here. Where the network does not fit them yet, a button fits it.",
    ),
    HelpPlace(
        "How are kernels updated through max pooling and flattening?",
        "The gradient goes back to the cell that won, and to no other; flattening only puts it back in its "
        "shape. Where ReLU gave 0, nothing goes through.",
        ("File", "Examples", "A gradient through max pooling"),
        "pooled-gradient",
        "Calculation",
        "Step 3 won its window, as the first of two equal cells, so it gets the gradient. “← To layer 2” leads on "
        "through ReLU, and then to the weights.",
    ),
    HelpPlace(
        "Which part of the input decided the class?",
        "The gradient of its score says how much each cell of the input changes it, and Grad-CAM where the maps of a "
        "convolution speak for it.",
        ("Learn", "What decided?"),
        "digits",
        look="Orange cells raise the score of the predicted class where they are larger, blue ones lower it. Choose "
        "another class, and see what speaks for that.",
    ),
    HelpPlace(
        "How do I decide on the shape and the number of filters?",
        "Begin with 3×3 and few filters. More layers see more of the input, more filters tell more patterns "
        "apart; what helps is found by trying on held-out pictures, as the capacity lab does.",
        ("Train", "Capacity lab…"),
        "tutorial",
        "Try kernels",
        "Write the sizes to try here and beside it, then press Start study: the table tells what each takes and "
        "reaches.",
    ),
    HelpPlace(
        "Why do filters become different when they read the same picture?",
        "Because they begin with different random values: each then gets another gradient. Filters that begin "
        "the same stay the same.",
        ("Train", "Symmetry lab…"),
        "tutorial",
        "Run",
        "Press Run: filters that begin the same stay exactly the same; those with a little noise become different.",
    ),
)
"""Every question with its place, in the order in which readers come to them; those about learning come last."""
