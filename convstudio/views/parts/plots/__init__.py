"""Plots with axes and a read-out under the mouse: histogram, bars, curve, stems."""
