"""The decorators a plugin author uses."""

import pluggy

PROJECT = "ktv"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
