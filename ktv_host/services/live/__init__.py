"""Live: the linear stream, from a channel's schedule to the segments a player reads."""
