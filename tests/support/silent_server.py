"""A server that accepts connections and never answers."""

import contextlib
import socket


@contextlib.contextmanager
def silent_server():
    """Run it and give its port. The kernel accepts for it, as for a process that was stopped."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield server.getsockname()[1]
