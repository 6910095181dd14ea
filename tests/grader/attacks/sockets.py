"""Fills sockets, whose buffers are the kernel's memory and no process's."""

import os
import socket
import time


def fill():
    held = []
    while True:
        held += socket.socketpair()
        for end in held[-2:]:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
            end.setblocking(False)
            try:
                while True:
                    end.send(b"x" * 60_000)
            except BlockingIOError:
                pass


for _ in range(16):
    if not os.fork():
        try:
            fill()
        except OSError:
            time.sleep(10)
        os._exit(0)
time.sleep(10)
