"""What names of files and folders say. Pure, but for guessing."""
