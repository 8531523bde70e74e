"""The strings by which a test pulls the simulator.

Control requests carry JSON and answer JSON:

==========================  =======================================================
POST settings               change any of ``api.SETTINGS``; answers all of them
POST account                make or change an account: sid, auth_token, numbers, ...
POST fault                  kind, count, on, retry_after: see ``faults``
POST receive                a text from outside, posted to ``url`` when it has one
POST report                 one status report, now: sid, status, error_code, forged
POST release                let held reports go; ``backwards``: the last first
POST settle                 wait until nothing is being reported; ``timeout`` in s
POST reset                  forget everything
GET summary                 sums of the requests: see ``journal``
GET requests                every API request: time, connection, method, path, form
GET arrivals                every request to create a text, in few words
GET texts                   every text, oldest first
GET fetched                 everything fetched from us for a text of ours
GET deliveries              every webhook posted, with the answer it got
==========================  =======================================================

The last five come in pages: ``?after=`` so many rows, ``limit=`` so many at most.
"""

import asyncio
import json

from .journal import arrival
from .shapes import public
from .wire import Answer

# These wait for our side, and everything else shall not wait for them.
IN_THREADS = ("receive", "report", "settle", "telnyx")


class Control:
    """Answers the control requests to a server."""

    def __init__(self, server):
        self.server = server

    async def handle(self, request):
        """The answer; a 400 with its reason for a request that makes no sense."""
        name = request.path.removeprefix("/_control/")
        try:
            if request.method == "GET":
                return Answer(200, self._get(name, request.query))
            values = json.loads(request.body or b"{}")
            action = getattr(self, f"_post_{name}")
            if name in IN_THREADS:
                return Answer(200, await asyncio.to_thread(action, **values))
            return Answer(200, action(**values))
        except (AttributeError, KeyError, TypeError, ValueError) as failure:
            return Answer(400, {"error": f"{type(failure).__name__}: {failure}"})

    def _get(self, name, query):
        server = self.server
        if name == "summary":
            return server.journal.summary()
        rows, shape = {
            "requests": (server.journal.requests, dict),
            "arrivals": (server.journal.arrivals, arrival),
            "texts": (server.api.texts.values(), public),
            "fetched": (server.api.media.fetched, dict),
            "deliveries": (server.webhooks.log, dict),
        }[name]
        after, limit = int(query.get("after", 0)), int(query.get("limit", 1 << 30))
        return [shape(row) for row in list(rows)[after : after + limit]]

    def _post_settings(self, **values):
        settings = self.server.api.settings
        unknown = values.keys() - settings.keys()
        if unknown:
            raise KeyError(*unknown)
        settings.update(values)
        if "seed" in values:
            self.server.faults.reseed()
        return settings

    def _post_account(self, **values):
        return self.server.api.add_account(values)

    def _post_fault(self, **values):
        self.server.faults.add(**values)
        return {}

    def _post_receive(self, **values):
        return self.server.api.receive(values)

    def _post_report(self, **values):
        return self.server.api.report(**values)

    def _post_release(self, **values):
        return self.server.webhooks.release(**values)

    def _post_settle(self, timeout):
        return self.server.webhooks.settle(timeout)

    def _post_telnyx(self, string, **values):
        strings = ("account", "receive", "report", "texts")
        return getattr(self.server.telnyx, strings[strings.index(string)])(**values)

    def _post_reset(self):
        self.server.reset()
        return {}
