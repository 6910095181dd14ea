"""Reaches for the network: this machine, another one, a name, a local socket."""

import socket

socket.setdefaulttimeout(1)
for address in (("127.0.0.1", @PORT@), ("10.0.0.1", 80), ("1.1.1.1", 53), ("example.com", 80)):
    try:
        connection = socket.create_connection(address)
        connection.sendall(b"here I am")
        weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)
    except OSError:
        pass
for family in (socket.AF_UNIX, socket.AF_VSOCK, socket.AF_ALG, socket.AF_PACKET):
    try:
        socket.socket(family, socket.SOCK_STREAM).connect("\0@CANARY@")
    except (OSError, TypeError):
        pass
