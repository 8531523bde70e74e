"""HTTP to a carrier: one attempt, a time-out, and errors in the contract's words.

The words of an error never come from the failure itself: those hold the request, and
so numbers and texts. For the same reason everything is raised "from None".
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from .errors import AccountUnusable, Meaning, OutcomeUnknown, TextRefused, TryLater

_CONNECTIONS = 100  # kept open per session, as many as carriers allow at once
_PIECE = 64 * 1024  # bytes read at once of what is downloaded
_LONGEST_DOWNLOAD = 60.0  # seconds
_LONGEST_PAUSE = 86400.0  # seconds; a Retry-After beyond a day is a mistake
_BAD_ADDRESS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)


class _Session(requests.Session):
    """A session that reads the environment's proxies once for each address."""

    def __init__(self):
        super().__init__()
        self._settings = {}

    def settings(self, url: str) -> dict:
        """What ``send`` wants to know of the environment; about 0.2 ms to find out."""
        address = "/".join(url.split("/", 3)[:3])
        if address not in self._settings:
            found = self.merge_environment_settings(url, {}, None, None, None)
            self._settings[address] = found
        return self._settings[address]


def session() -> _Session:
    """A session whose open connections all threads may share.

    Connections come from urllib3's pool, which is made for threads. The one thing a
    session changes while it sends is its cookies, and those are switched off.
    """
    shared = _Session()
    shared.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        adapter = _Adapter(pool_maxsize=_CONNECTIONS, max_retries=0)
        shared.mount(scheme, adapter)
    return shared


# ------------------------------------------------------------
# The moment a request leaves
# ------------------------------------------------------------

_departing = threading.local()


@contextmanager
def telling(departed: Callable[[], None], slot: float = 0.0):
    """Has ``departed`` called when a request of this thread goes out.

    That is the moment that counts where a carrier limits how fast requests may come.
    Not on a connection that is new: nobody knows when the other side takes it up, so
    only the answer tells that the request has come.

    :param slot: on the clock of ``time.monotonic``; what is ready sooner waits for it
    """
    _departing.tell, _departing.slot = departed, slot
    _departing.fresh = False
    try:
        yield
    finally:
        _departing.tell, _departing.slot = None, 0.0


class _Departing:
    """A connection that tells when it sends."""

    def send(self, data):
        if self.sock is None:
            self.connect()
            _departing.fresh = True
        time.sleep(max(0.0, getattr(_departing, "slot", 0.0) - time.monotonic()))
        _departing.gone = True
        tell = getattr(_departing, "tell", None)
        if tell and not _departing.fresh:
            tell()
        return super().send(data)


class _HTTPPool(HTTPConnectionPool):
    class ConnectionCls(_Departing, HTTPConnectionPool.ConnectionCls):
        pass


class _HTTPSPool(HTTPSConnectionPool):
    class ConnectionCls(_Departing, HTTPSConnectionPool.ConnectionCls):
        pass


class _Adapter(HTTPAdapter):
    """Connections, also through a proxy, that tell when they send."""

    def init_poolmanager(self, *args, **kwargs):
        made = super().init_poolmanager(*args, **kwargs)
        self._tell_of(self.poolmanager)
        return made

    def proxy_manager_for(self, *args, **kwargs):
        manager = super().proxy_manager_for(*args, **kwargs)
        self._tell_of(manager)
        return manager

    @staticmethod
    def _tell_of(manager):
        manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


def exchange(
    session: _Session, request: requests.Request, timeout: tuple[float, float]
) -> requests.Response:
    """The answer to one request, whatever its status.

    :param timeout: seconds to connect, and between two bytes of the answer
    :raises CarrierError: when there is no answer
    """
    _departing.gone = False
    try:
        prepared = session.prepare_request(request)
        settings = session.settings(prepared.url)
        answer = session.send(
            prepared, timeout=timeout, allow_redirects=False, **settings
        )
    except UnicodeError:
        raise TextRefused(
            "", "The text holds characters that cannot be sent.", Meaning.BUG
        ) from None
    except _BAD_ADDRESS:
        raise AccountUnusable("", "The API base URL is not a web address.") from None
    except requests.RequestException as failure:
        if _never_left(failure):
            raise TryLater("", "The carrier could not be reached.") from None
        raise OutcomeUnknown("", "The carrier's answer was lost.") from None
    answer.encoding = "utf-8"  # as all JSON is; else requests guesses, and slowly
    return answer


# ------------------------------------------------------------
# Downloads
# ------------------------------------------------------------


@dataclass(frozen=True)
class Download:
    """What an address gave: content, or (``location``) where else it is."""

    content_type: str = ""
    content: bytes = field(default=b"", repr=False)
    location: str = field(default="", repr=False)


def download(
    session: _Session,
    url: str,
    most: int,
    timeout: tuple[float, float],
    auth: tuple[str, str] | None = None,
) -> Download:
    """What is at an address; a redirect is told, not followed.

    :param most: bytes, counted while they come: what is larger is refused
    :param auth: (user, password); without it nobody is told who asks
    :raises CarrierError: ``TextRefused`` when it will never come
    """
    # as it is: what is packed small could unpack to anything
    headers = {"Accept-Encoding": "identity"}
    request = requests.Request("GET", url, headers, auth=auth or _nobody)
    with closing(_begun(session, request, timeout)) as answer:
        if answer.is_redirect:
            return Download(location=answer.headers["Location"])
        _check_found(answer.status_code)
        content = _read(answer, most, time.monotonic() + _LONGEST_DOWNLOAD)
        claimed = answer.headers.get("Content-Type", "")
        return Download(claimed.split(";")[0].strip().lower(), content)


def download_public(url: str, most: int, timeout: tuple[float, float]) -> Download:
    """As :func:`download`, from any public https address, without credentials.

    An address that somebody else names must not lead into our own network.
    """
    if not _is_public(url):
        raise _media_error("Its address is not a public one.")
    return download(_public_session(), url, most, timeout)


def _nobody(request):
    """In place of the credentials that ``requests`` may find in a file."""
    return request


def _begun(session, request, timeout):
    try:
        prepared = session.prepare_request(request)
        settings = {**session.settings(prepared.url), "stream": True}
        return session.send(
            prepared, timeout=timeout, allow_redirects=False, **settings
        )
    except _NotPublic:
        raise _media_error("Its address is not a public one.") from None
    except (*_BAD_ADDRESS, UnicodeError):
        raise _media_error("Its address is not a web address.") from None
    except requests.RequestException:
        raise TryLater("", "The carrier could not be reached.") from None


def _check_found(status: int) -> None:
    if status in (404, 410):
        raise _media_error("The carrier does not have it any more.")
    if status in (401, 403):
        raise AccountUnusable("", "The carrier refused our credentials.")
    if status != 200:
        raise TryLater("", f"The carrier answered with HTTP status {status}.")


def _read(answer, most: int, end: float) -> bytes:
    content = bytearray()
    # urllib3's own read waits for a whole piece, however slowly it drips
    body = answer.raw._original_response
    try:
        while piece := body.read1(_PIECE):
            content += piece
            if len(content) > most:
                raise _media_error("It is too large.")
            if time.monotonic() > end:
                raise TryLater("", "The carrier was too slow.")
    except (HTTPException, OSError):
        raise TryLater("", "The connection was lost.") from None
    if len(content) < int(answer.headers.get("Content-Length") or 0):
        raise TryLater("", "The connection was lost.")
    return bytes(content)


def _media_error(sentence: str) -> TextRefused:
    return TextRefused("", sentence, Meaning.MEDIA)


def _is_public(url: str) -> bool:
    try:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            return False
        found = socket.getaddrinfo(parts.hostname, parts.port or 443)
    except socket.gaierror:
        raise TryLater("", "The carrier could not be reached.") from None
    except (ValueError, UnicodeError):
        return False
    return all(_is_public_ip(address[0]) for *_, address in found)


def _is_public_ip(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_global and not ip.is_multicast


class _NotPublic(Exception):
    """A name led to an address inside somebody's network."""


class _PublicOnly:
    """A connection that ends before a word is said, where it leads inside.

    A name may lead elsewhere than it did a moment ago, when it was looked up.
    """

    def _new_conn(self):
        made = super()._new_conn()
        if not _is_public_ip(made.getpeername()[0]):
            made.close()
            raise _NotPublic()
        return made


class _PublicHTTPSPool(HTTPSConnectionPool):
    class ConnectionCls(_PublicOnly, HTTPSConnectionPool.ConnectionCls):
        pass


class _PublicAdapter(HTTPAdapter):
    """Connections to public addresses; a proxy is its owner's to guard."""

    def init_poolmanager(self, *args, **kwargs):
        made = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicHTTPSPool}
        return made


@lru_cache(maxsize=1)
def _public_session() -> _Session:
    shared = session()
    shared.adapters.clear()
    shared.mount("https://", _PublicAdapter(max_retries=0))
    return shared


# Two processes must never read the answers of one socket.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_public_session.cache_clear)


# ------------------------------------------------------------
# Pauses and failures
# ------------------------------------------------------------


def pause(answer: requests.Response) -> float | None:
    """The seconds of an answer's Retry-After, None when it has none.

    RFC 9110, section 10.2.3: a number of seconds, or a date.
    """
    return seconds(answer.headers.get("Retry-After", ""))


def seconds(retry_after: str) -> float | None:
    """The value of a Retry-After header in seconds, at most a day."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return min(float(retry_after), _LONGEST_PAUSE)
    try:
        then = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=timezone.utc)
    ahead = (then - datetime.now(timezone.utc)).total_seconds()
    return max(0.0, min(ahead, _LONGEST_PAUSE))


def _never_left(failure: requests.RequestException) -> bool:
    """Whether certainly nothing was sent: no connection, or nobody we trust there."""
    if isinstance(failure, requests.exceptions.SSLError) and not _departing.gone:
        return True
    if isinstance(failure, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    cause = failure.args[0] if failure.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)
