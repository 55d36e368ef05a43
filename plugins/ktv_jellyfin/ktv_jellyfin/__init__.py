"""Jellyfin for K-TV: the films and series of Jellyfin servers become a library."""

__version__ = "0.1.0"
