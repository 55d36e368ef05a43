"""K-TV provider: videos listed in a CSV file."""
