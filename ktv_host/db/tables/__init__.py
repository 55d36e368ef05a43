"""The host's tables as they are after every migration, to read and to compare with. Queries are SQL text."""
