"""Every edit that a user can make, as a pure function: Document -> Document."""
