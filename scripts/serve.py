"""Serve the built book on this machine, at port 8000 or the next free one."""

import errno
import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

BOOK = "_build/html"


def open_server(first_port: int = 8000, tries: int = 20) -> ThreadingHTTPServer:
    """Return a server of the book at the first free port."""
    handler = functools.partial(SimpleHTTPRequestHandler, directory=BOOK)
    for port in range(first_port, first_port + tries):
        try:
            return ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise SystemExit(f"serve: ports {first_port} to {first_port + tries - 1} are all taken; free one and try again.")


if __name__ == "__main__":
    with open_server() as server:
        print(f"The book is at http://127.0.0.1:{server.server_port}/ (stop with Ctrl-C).", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
