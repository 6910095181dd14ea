"""Crashes Python itself."""

import ctypes
ctypes.string_at(1)
