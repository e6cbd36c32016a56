"""Kernels as files and texts, one module a format; `kernel_files` reads and writes them by the table of formats."""
