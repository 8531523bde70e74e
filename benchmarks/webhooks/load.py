"""Posts prepared requests from many clients at once, in a process of its own.

Usage: python -m benchmarks.webhooks.load, with one JSON object on the standard input:
``port``, ``clients``, ``open``, ``seconds``, and ``kind``, ``path``, ``count`` and
``uuids`` of the calls. ``open`` is how many connections there are at most, as with a
proxy that has a queue: what waits there waits as well. Every request has a connection
of its own, which the client closes as soon as it has as much as Content-Length says: so
does a proxy, and so Odoo's workers are free again at once.
"""

import json
import socket
import sys
import threading
import time
from collections import Counter

from benchmarks.webhooks import calls

PATIENCE = 60  # seconds for one answer


def main():
    job = json.load(sys.stdin)
    path = job["path"]
    ready = calls.prepared(job["kind"], path, job["count"], job["uuids"])
    load = Load(job["port"], ready, job["seconds"], job["open"] or job["clients"])
    load.run(job["clients"])
    print("FIGURES " + json.dumps(load.figures()))


class Load:
    """Clients that share the requests; each takes the next one when it is free."""

    def __init__(self, port, ready, seconds, most_open):
        self.port, self.seconds = port, seconds
        self._turn = threading.Semaphore(most_open)
        self.most = len(ready)
        self.answers = []  # (moment, seconds, status)
        self._calls = iter(ready)

    def run(self, clients):
        """Post until the time is up; what is under way then is waited for."""
        self.began = time.monotonic()
        self.deadline = self.began + self.seconds
        threads = [threading.Thread(target=self._client) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _client(self):
        while (began := time.monotonic()) < self.deadline:
            # next() on a list's iterator is one step for all threads
            call = next(self._calls, None)
            if call is None:
                return
            with self._turn:
                status = exchange(self.port, call)
            ended = time.monotonic()
            self.answers.append((ended, ended - began, status))

    def figures(self):
        """What came of it; a rate counts what was answered in time."""
        thanked = [row for row in self.answers if row[2][:1] == "2"]
        end = self.deadline
        if len(self.answers) == self.most:
            end = min(end, max(row[0] for row in self.answers))
        in_time = sum(row[0] <= end for row in thanked)
        return {
            "rate": in_time / (end - self.began),
            "waits": [wait for _moment, wait, _status in self.answers],
            "used": len(self.answers),
            "thanked": len(thanked),
            "statuses": Counter(status for _moment, _wait, status in self.answers),
        }


def exchange(port, call):
    """Post one request; the status, or the name of what went wrong."""
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
            connection.sendall(call)
            return _answer(connection)
    except OSError as error:
        return type(error).__name__


def _answer(connection):
    """The status, once the whole answer is there."""
    received = b""
    while True:
        head, end, body = received.partition(b"\r\n\r\n")
        if end and len(body) >= _length(head):
            return head[9:12].decode()
        more = connection.recv(65536)
        if not more:
            return "cut off"
        received += more


def _length(head):
    """What Content-Length says; an answer 204 has none, and no body."""
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


if __name__ == "__main__":
    main()
