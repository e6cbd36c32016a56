"""How projects and examples are told from other files: by an ending, and by a prefix."""

PROJECT_SUFFIX = ".convstudio"
EXAMPLE_PREFIX = "example:"
