"""Servers that never come to an end, but send something often enough for no socket to time out."""

import socket
import threading
import time
from contextlib import contextmanager, suppress

SMTP_STAGES = ["greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot", "QUIT"]
REPLIES = {
    "EHLO": "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n",
    "STARTTLS": "220 go ahead\r\n",
    "AUTH": "235 come in\r\n",
    "DATA": "354 go on\r\n",
    "QUIT": "221 bye\r\n",
}


class HangingServer:
    """Server whose connections are handled by `handle(connection)`, each in a thread."""

    def __init__(self, handle):
        self.handle = handle
        self.connected = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.ended = False
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with suppress(OSError):
            while not self.ended:
                connection, _address = self.listener.accept()
                self.connected.set()
                threading.Thread(target=self.run, args=[connection], daemon=True).start()

    def run(self, connection):
        with connection, suppress(OSError, ValueError):
            self.handle(connection)

    def dribble(self, connection, chunk):
        """Send `chunk` again and again, until the other side or the test has had enough."""
        while not self.ended:
            connection.sendall(chunk)
            time.sleep(0.05)

    def stop(self):
        self.ended = True
        self.listener.close()


@contextmanager
def running(server):
    """Yield the server and stop it at the end."""
    try:
        yield server
    finally:
        server.stop()


class DribblingServer(HangingServer):
    """Server that sends `first` and then `chunk` for ever, to whoever connects."""

    def __init__(self, chunk, first=b""):
        super().__init__(lambda connection: (connection.sendall(first), self.dribble(connection, chunk)))


class HangingMailServer(HangingServer):
    """SMTP server that answers up to a stage, of SMTP_STAGES, and then never completes its answer.

    `ids` are the Message-IDs of what it was sent.
    """

    def __init__(self, stage):
        self.stage, self.ids = stage, []
        super().__init__(self.converse)

    def converse(self, connection):
        lines = connection.makefile("rb")
        self.answer(connection, "greeting", "220 here\r\n")
        for line in lines:
            command = line.split()[0].decode().upper().removesuffix(":")
            self.answer(connection, command, REPLIES.get(command, "250 OK\r\n"))
            if command == "DATA":
                content = []
                while (line := lines.readline()) not in (b".\r\n", b""):
                    content.append(line.decode().strip())
                self.ids += [line.split(": ")[1] for line in content if line.startswith("Message-ID: ")]
                self.answer(connection, "dot", "250 OK\r\n")

    def answer(self, connection, stage, reply):
        if stage == self.stage:
            self.dribble(connection, b"250-wait\r\n")
        connection.sendall(reply.encode())
