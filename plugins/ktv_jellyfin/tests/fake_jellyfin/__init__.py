"""A Jellyfin server to try and test with: real HTTP, a small made-up library, and every fault on request.

``python -m fake_jellyfin`` starts it. Nothing of it is Jellyfin's code; its answers are checked against Jellyfin's own
API documents by the tests beside it.
"""
