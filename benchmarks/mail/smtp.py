"""The SMTP server of the mail benchmark: PORT FILE [ill]. Writes the address and the number of each message it took.

Ill, it answers 450 to a tenth of recipients, hangs up in the middle of every hundredth message and shuts every
fortieth connection at once. It takes a message only when its "250" is on its way.
"""

import asyncio
import random
import re
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

MESSAGE_ID = re.compile(rb"^Message-ID: <(\d+)\.", re.MULTILINE | re.IGNORECASE)


class Handler:
    def __init__(self, file, *, ill):
        self.file, self.ill = file, ill

    def happens(self, one_in: int) -> bool:
        return self.ill and random.randrange(one_in) == 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        if self.happens(40):
            server.transport.abort()
        responses.insert(-1, "250-PIPELINING")  # as servers in use do
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.happens(10):
            return "450 4.2.0 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.happens(100):
            server.transport.abort()
            return "451 gone"
        identity = MESSAGE_ID.search(envelope.original_content)
        self.file.write(f"{envelope.rcpt_tos[0]} {identity[1].decode() if identity else 0}\n")
        self.file.flush()
        return "250 OK"


async def main(port: int, path: Path, *, ill: bool) -> None:
    with path.open("a") as file:
        handler = Handler(file, ill=ill)
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(handler, hostname="benchmark.example.org"), "127.0.0.1", port
        )
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), ill=sys.argv[3:] == ["ill"]))
