"""Fills sockets of the loopback, whose buffers grow by themselves to megabytes."""

import socket
import time

held = []
with socket.create_server(("127.0.0.1", 0)) as server:
    while True:
        end = socket.create_connection(server.getsockname())
        other, _ = server.accept()
        held += [end, other]
        end.setblocking(False)
        try:
            while True:
                end.send(b"x" * 1_000_000)
        except BlockingIOError:
            pass
