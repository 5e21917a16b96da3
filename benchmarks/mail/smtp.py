"""The SMTP server of the benchmark: [HOST:]PORT LOG [faulty]. Logs address and primary key of each accepted message.

When faulty, it answers 450 to one in ten recipients, aborts the connection in one of a hundred messages, and at the
greeting of one in forty connections. One in four hundred recipients, and one in four hundred messages after their
content, it answers a line at a time without end. A message is logged only when it answers "250".
"""

import asyncio
import random
import re
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

MESSAGE_ID = re.compile(rb"^Message-ID: <(\d+)\.", re.MULTILINE | re.IGNORECASE)


class Handler:
    def __init__(self, log, *, faulty):
        self.log, self.faulty = log, faulty

    def occurs(self, one_in: int) -> bool:
        return self.faulty and random.randrange(one_in) == 0

    async def dribble(self, server):
        """Send lines of one reply until the client hangs up."""
        while not server.transport.is_closing():
            server.transport.write(b"450-wait\r\n")
            await asyncio.sleep(0.5)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        if self.occurs(40):
            server.transport.abort()
        responses.insert(-1, "250-PIPELINING")  # as production servers do
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.occurs(10):
            return "450 4.2.0 try later"
        if self.occurs(400):
            await self.dribble(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.occurs(100):
            server.transport.abort()
            return "451 gone"
        if self.occurs(400):
            await self.dribble(server)
            return "451 gone"
        identity = MESSAGE_ID.search(envelope.original_content)
        self.log.write(f"{envelope.rcpt_tos[0]} {identity[1].decode() if identity else 0}\n")
        self.log.flush()
        return "250 OK"


async def main(address: str, path: Path, *, faulty: bool) -> None:
    host, _separator, port = address.rpartition(":")
    with path.open("a") as log:
        handler = Handler(log, faulty=faulty)
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(handler, hostname="benchmark.example.org"), host or "127.0.0.1", int(port)
        )
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), faulty=sys.argv[3:] == ["faulty"]))
