"""Accounts: who somebody is, how they sign in, and what their tokens are good for."""
