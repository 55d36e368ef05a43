"""Channels: what they are, who gets in, and how they look."""
