"""ConvStudio shows, on real numbers, how a convolutional layer turns an input into feature maps."""

__version__ = "0.1.0"
