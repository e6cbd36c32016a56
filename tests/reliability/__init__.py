"""Long runs that look for rare failures: each one command with an amount and a seed; short forms run in `.ci/run`."""
