"""The same work on many files: which ones, in how many processes or on which cluster, and what was written."""
