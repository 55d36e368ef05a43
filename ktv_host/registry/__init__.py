"""Plugins: found, checked and frozen into a catalog; provider instances live here."""
