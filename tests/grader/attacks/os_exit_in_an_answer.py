"""Ends the process at once when it is asked."""

import os
weight = lambda sigma, tau: os._exit(0)
