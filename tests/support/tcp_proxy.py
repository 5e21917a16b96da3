"""A TCP proxy in front of a server, which a test can freeze, cut and thaw."""

import contextlib
import select
import socket
import threading


class TcpProxy:
    """Forwards connections to (host, port), each way, while it is neither frozen nor closed."""

    def __init__(self, host, port):
        self._target = (host, port)
        self._moving = threading.Event()
        self._moving.set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self._pairs = []
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self):
        """Forward nothing more. Connections are still accepted, as for a server that was stopped."""
        self._moving.clear()

    def thaw(self):
        self._moving.set()

    def cut(self):
        """End all connections, as a server that is restarted does."""
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self):
        """Refuse connections from now on, and end those there are."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.thaw()
        self.cut()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._forward, args=[client], daemon=True).start()

    def _forward(self, client):
        self._moving.wait()
        with contextlib.suppress(OSError), client, socket.create_connection(self._target) as server:
            self._pairs.append((client, server))
            other = {client: server, server: client}
            while True:
                for end in select.select([client, server], [], [])[0]:
                    self._moving.wait()
                    if not (piece := end.recv(65536)):
                        return
                    other[end].sendall(piece)
