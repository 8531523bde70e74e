"""HTTP to a carrier: one attempt, a time-out, and errors in the contract's words.

The words of an error never come from the failure itself: those hold the request, and
so numbers and texts. For the same reason everything is raised "from None".
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from .base import AccountUnusable, Meaning, OutcomeUnknown, TextRefused, TryLater

_CONNECTIONS = 32  # kept open per session; carriers allow about 100 at once
_LONGEST_PAUSE = 86400.0  # seconds; a Retry-After beyond a day is a mistake
_BAD_ADDRESS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)


def session() -> requests.Session:
    """A session whose open connections all threads may share.

    Connections come from urllib3's pool, which is made for threads. The one thing a
    session changes while it sends is its cookies, and those are switched off.
    """
    shared = requests.Session()
    shared.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)
        shared.mount(scheme, adapter)
    return shared


def exchange(
    session: requests.Session, request: requests.Request, timeout: tuple[float, float]
) -> requests.Response:
    """The answer to one request, whatever its status.

    :param timeout: seconds to connect, and between two bytes of the answer
    :raises CarrierError: when there is no answer
    """
    try:
        prepared = session.prepare_request(request)
        settings = session.merge_environment_settings(
            prepared.url, {}, None, None, None
        )
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
        if _never_connected(failure):
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


def _never_connected(failure: requests.RequestException) -> bool:
    """Whether there was no connection, so that certainly nothing was sent."""
    if isinstance(failure, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    cause = failure.args[0] if failure.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)
