"""Keeps all processors busy from within one process, in code that lets go of the lock."""

import hashlib
import threading

for _ in range(12):
    threading.Thread(target=lambda: [hashlib.sha512(bytes(50_000_000)) for _ in range(10**6)], daemon=True).start()
