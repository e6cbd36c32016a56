"""What the training panels show: curves, phases of a step, tiles of filters, data and confusion."""
