"""What screen readers are told is a picture."""


class PictureBase:
    """A part that is a picture to screen readers: one thing, with a name and a sentence about it."""
