"""Long runs that look for rare failures: each one command with an amount and a seed; short forms run in `.ci/run`.

The properties in `tests/property` have a long run, too: `pytest --hypothesis-profile many tests/property` looks at
other examples than the short form does, and with `--hypothesis-seed` at the same ones again.
"""
