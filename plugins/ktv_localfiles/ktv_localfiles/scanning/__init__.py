"""Passes over the folders: walking, opening, and setting both beside the index."""
