"""For every test, the plugins' too: the fixtures of the contract kit, and a busy machine is not a failure."""

from hypothesis import settings

pytest_plugins = ["ktv_host.testing.fixtures"]

settings.register_profile("ktv", deadline=None, print_blob=True)
settings.load_profile("ktv")
