"""HTTP/1.1 with keep-alive, no more of it than the simulator needs."""

import asyncio
import json
import socket
import struct
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl

LONGEST_BODY = 1 << 20
GONE = (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError)
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a RST
REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(slots=True)
class Request:
    """A request, with the moment at which its last byte had been read."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes
    connection: int
    at: float
    monotonic: float

    @property
    def form(self):
        return dict(parse_qsl(self.body.decode(), True)) if self.body else {}


@dataclass(slots=True)
class Answer:
    """A status with JSON, with a page (a string), or with bytes."""

    status: int
    content: object
    headers: dict = field(default_factory=dict)

    @property
    def code(self):
        """Twilio's error code."""
        return self.content.get("code") if isinstance(self.content, dict) else None

    def encode(self):
        is_page = isinstance(self.content, str)
        body = self._body()
        headers = self.headers | {
            "Content-Type": "text/html" if is_page else "application/json",
            "Content-Length": len(body),
        }
        lines = [f"HTTP/1.1 {self.status} {REASONS[self.status]}"]
        lines += [
            f"{name}: {value}" for name, value in (headers | self.headers).items()
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def _body(self):
        if isinstance(self.content, bytes):
            return self.content
        is_page = isinstance(self.content, str)
        return (self.content if is_page else json.dumps(self.content)).encode()


async def read(reader, connection):
    """The next request; :raises asyncio.IncompleteReadError: when there is none."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    method, target, _version = first.split(" ")
    fields = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in fields}
    length = int(headers.get("content-length", 0))
    if length > LONGEST_BODY:
        raise ValueError("too long")
    body = await reader.readexactly(length) if length else b""
    at, monotonic = time.time(), time.monotonic()
    path, _, query = target.partition("?")
    values = dict(parse_qsl(query, True)) if query else {}
    return Request(method, path, values, headers, body, connection, at, monotonic)


async def serve(reader, writer, connection, handle):
    """Answers one connection's requests in turn; no answer breaks the connection."""
    try:
        while True:
            request = await read(reader, connection)
            answer = await handle(request)
            if answer is None:
                break_off(writer)
                return
            writer.write(answer.encode())
            await writer.drain()
            if request.headers.get("connection", "").lower() == "close":
                return
    except (
        OSError,
        ValueError,
        asyncio.IncompleteReadError,
        asyncio.LimitOverrunError,
    ):
        pass  # a client that went away, or speaks no HTTP; the tests bring it about
    finally:
        writer.close()


def break_off(writer):
    """Ends a connection in the middle, as a network does."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
