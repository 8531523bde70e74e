"""HTTP to a carrier: one attempt, a time-out, and errors in the contract's words.

The words of an error never come from the failure itself: those hold the request, and
so numbers and texts. For the same reason everything is raised "from None".
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from .errors import AccountUnusable, Meaning, OutcomeUnknown, TextRefused, TryLater

_CONNECTIONS = 100  # kept open per session, as many as carriers allow at once
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
def telling(departed: Callable[[], None]):
    """Has ``departed`` called when a request of this thread goes out.

    That is the moment that counts where a carrier limits how fast requests may come.
    Not on a connection that is new: nobody knows when the other side takes it up, so
    only the answer tells that the request has come.
    """
    _departing.tell = departed
    _departing.fresh = False
    try:
        yield
    finally:
        _departing.tell = None


class _Departing:
    """A connection that tells when it sends."""

    def send(self, data):
        if self.sock is None:
            self.connect()
            _departing.fresh = True
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
