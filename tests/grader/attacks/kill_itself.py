"""Ends its worker by the signal that the machine uses when it runs out of memory."""

import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
