"""The K-TV host: channels from a person's own media."""
