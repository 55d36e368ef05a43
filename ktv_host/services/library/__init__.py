"""The library: filled by passes over the providers, browsed, and shown with its pictures."""
