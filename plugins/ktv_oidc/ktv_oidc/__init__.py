"""OpenID Connect for K-TV: people sign in with their account at an identity provider."""

__version__ = "0.1.0"
