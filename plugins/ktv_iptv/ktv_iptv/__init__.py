"""M3U playlist and XMLTV guide for K-TV."""

__version__ = "0.1.0"
