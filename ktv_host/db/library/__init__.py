"""The library's tables: written by syncs, read by people and schedules."""
