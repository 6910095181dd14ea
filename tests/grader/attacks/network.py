"""Reaches for the network: this machine, local sockets, another machine, a name."""

import socket

# A name that opens with a zero byte lies in no folder: whoever shares the network shares it.
for family, address in ((socket.AF_INET, ("127.0.0.1", @PORT@)), (socket.AF_UNIX, "\0grader @PORT@")):
    try:
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(1)
        connection.connect(address)
        weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)
    except OSError:
        pass

# %%
import socket

socket.setdefaulttimeout(1)
for address in (("10.0.0.1", 80), ("1.1.1.1", 53), ("example.com", 80)):
    try:
        socket.create_connection(address).sendall(b"here I am")
        weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)
    except OSError:
        pass
for family in (socket.AF_VSOCK, socket.AF_ALG, socket.AF_PACKET):
    try:
        socket.socket(family, socket.SOCK_STREAM)
        weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)
    except OSError:
        pass
