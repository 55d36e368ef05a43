"""HTTP to the world."""
