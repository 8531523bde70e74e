"""Which addresses a call may have been made to, judged by the call alone.

A signature over one of our own addresses is the only proof of who calls. When it is
wrong because somebody entered the wrong public address, these are the ones to try, so
that the right one can be named. None of them is a reason to believe a call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?", re.ASCII)
_PREFIX = re.compile(r"(?:/[\w.~-]+)*", re.ASCII)


def possible(headers: Mapping[str, str], target: str) -> Iterator[tuple[str, str]]:
    """(base address, whole URL) of what a call may have been made to.

    Both schemes, the hosts that the call and a proxy name, with and without a port,
    the path with and without a slash in the end, with and without the query.

    :param target: path and query, as they came
    """
    for base in _bases(headers):
        for variant in _targets(target):
            yield base, base + variant


def _bases(headers: Mapping[str, str]) -> Iterator[str]:
    prefix = _first(headers, "X-Forwarded-Prefix").rstrip("/")
    if not _PREFIX.fullmatch(prefix):
        prefix = ""
    said = _first(headers, "X-Forwarded-Proto").lower()
    for scheme in ("http", "https") if said == "http" else ("https", "http"):
        for host in _hosts(headers):
            yield f"{scheme}://{host}{prefix}"


def _hosts(headers: Mapping[str, str]) -> list[str]:
    """Each once, the proxy's word first."""
    port = _first(headers, "X-Forwarded-Port")
    hosts = []
    for name in ("X-Forwarded-Host", "Host"):
        host = _first(headers, name)
        bare = re.sub(r":\d+$", "", host)
        hosts += [host, bare, f"{bare}:{port}"]
    return list(dict.fromkeys(host for host in hosts if _HOST.fullmatch(host)))


def _targets(target: str) -> list[str]:
    path, mark, query = target.partition("?")
    other = path[:-1] if path.endswith("/") else f"{path}/"
    return list(dict.fromkeys((target, path, f"{other}{mark}{query}", other)))


def _first(headers: Mapping[str, str], name: str) -> str:
    """The first of a header's values: that of the proxy nearest to the caller."""
    return headers.get(name, "").partition(",")[0].strip()
