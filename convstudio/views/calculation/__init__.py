"""The calculation pane: one output and its terms, channel by channel, and the stepper."""
