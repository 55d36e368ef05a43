"""Programming: schedules drafted, stored, renewed and previewed."""
