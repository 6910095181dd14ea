"""Sends sockets through sockets and closes them here: what is on its way stands in nobody's table."""

import os
import socket
import time


def fill():
    held = []
    while True:
        sent = socket.socketpair()
        for end in sent:
            end.setblocking(False)
            try:
                while True:
                    end.send(b"x" * 60_000)
            except BlockingIOError:
                pass
        carriers = socket.socketpair()
        held += carriers
        socket.send_fds(carriers[0], [b"x"], [end.fileno() for end in sent])
        for end in sent:
            end.close()


for _ in range(16):
    if not os.fork():
        try:
            fill()
        except OSError:
            time.sleep(10)
        os._exit(0)
time.sleep(10)
