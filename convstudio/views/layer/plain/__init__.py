"""The middle pane of a layer without kernels."""
