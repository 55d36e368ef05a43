"""The engine: two databases that take the same statements and give the same answers."""
