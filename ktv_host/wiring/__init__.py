"""Wiring: which part gets which, one module per side of the house. Nothing here decides or acts."""
