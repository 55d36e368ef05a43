"""The ktv command."""
