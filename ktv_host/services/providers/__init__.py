"""Provider instances: what an admin wishes, and what became of it."""
