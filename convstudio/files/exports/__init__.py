"""Writing feature maps, kernels and inputs for other programs: one file a format, and one table of formats."""
