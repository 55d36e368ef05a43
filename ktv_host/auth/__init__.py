"""Passwords, tokens, signatures and secrets: primitives without storage."""
