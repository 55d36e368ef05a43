"""Watching the folders, so that what changes is in the library soon."""
