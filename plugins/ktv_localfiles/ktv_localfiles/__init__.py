"""Local files for K-TV: folders of video become a library."""

__version__ = "0.1.0"
