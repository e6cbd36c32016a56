"""Benchmarks: each is one command, prints a table, and compares in one run with what a user would pick instead."""
