"""For every test, the plugins' too: a busy machine is not a failure."""

from hypothesis import settings

settings.register_profile("ktv", deadline=None, print_blob=True)
settings.load_profile("ktv")
