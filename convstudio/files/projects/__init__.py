"""Project files, their versions, and the recovery of work after a crash."""
