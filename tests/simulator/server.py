"""The simulator's server: two carriers' APIs, and the strings under ``/_control/``.

One thread and one event loop, so that a thousand requests a second leave the machine
to what is measured; only what waits for our side (webhooks) has threads.
"""

import asyncio
import itertools
import socket

from . import lookups, wire
from .api import Api
from .control import Control
from .faults import Faults
from .journal import Journal
from .rest import Rest
from .telnyx import Telnyx
from .webhooks import Webhooks


class Server:
    """Listens at once; ``serve_forever`` answers."""

    def __init__(self, port=0):
        settings = {}
        self.webhooks = Webhooks(settings)
        self.api = Api(self.webhooks, settings)
        self.faults = Faults(settings)
        self.journal = Journal()
        self._rest = Rest(self.api, self.faults, self.journal)
        self.telnyx = Telnyx(self.webhooks, settings, self.faults, self.journal)
        self._control = Control(self)
        self._connections = itertools.count(1)
        self._socket = socket.create_server(("127.0.0.1", port), backlog=256)
        self.server_port = self._socket.getsockname()[1]

    def serve_forever(self):
        asyncio.run(self._run())

    def reset(self):
        """Forgets everything."""
        self.webhooks.reset()
        self.journal.reset()
        self.api.reset()
        self.faults.reset()
        self._rest.reset()
        self.telnyx.reset()

    async def _run(self):
        server = await asyncio.start_server(self._connected, sock=self._socket)
        await server.serve_forever()

    async def _connected(self, reader, writer):
        await wire.serve(reader, writer, next(self._connections), self._handle)

    async def _handle(self, request):
        if request.path.startswith("/_control/"):
            return await self._control.handle(request)
        if request.path.startswith(lookups.PREFIX):
            return await self._rest.handle(request)
        if request.path.startswith("/v2/"):
            return await self.telnyx.handle(request)
        return await self._rest.handle(request)
