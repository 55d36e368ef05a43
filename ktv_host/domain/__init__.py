"""Pure rules and values: no I/O, no clock, no randomness that was not handed in."""
