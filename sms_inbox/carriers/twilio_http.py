"""HTTP to Twilio: the SDK makes the requests, and what carries them is ours.

For four reasons: the SDK's own HTTP logs the numbers of every look-up, waits for ever,
drops the ``Retry-After`` of a refusal, and knows no other address than Twilio's.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import urlsplit

import requests
import twilio.rest.api  # noqa: F401 - else it is loaded while the first text waits
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from . import wire
from .errors import CarrierError, OutcomeUnknown
from .refusals import json_answer, refusal
from .twilio_codes import CODES
from .values import Credentials


@lru_cache(maxsize=64)
def client(credentials: Credentials, timeout: tuple[float, float]) -> Client:
    """The one client of these credentials; all threads share its open connections."""
    http = _Http(credentials.api_base_url, timeout)
    return Client(credentials.account_sid, credentials.auth_token, http_client=http)


# Two processes must never read the answers of one socket.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=client.cache_clear)


class _Http(HttpClient):
    """The SDK's HTTP: one attempt, a time-out, no log, and errors in our own words."""

    def __init__(self, base_url: str, timeout: tuple[float, float]):
        super().__init__(logger=None, is_async=False)
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self.session = wire.session()

    def request(
        self,
        method,
        uri,
        params=None,
        data=None,
        headers=None,
        auth=None,
        timeout=None,
        allow_redirects=False,
    ) -> Response:
        """The answer to one request; :raises CarrierError: for all but a 2xx."""
        request = requests.Request(
            method, self.rebased(uri), headers, None, data, params, auth
        )
        answer = wire.exchange(self.session, request, self.timeout)
        if not 200 <= answer.status_code < 300:
            private = [*(data or {}).values(), *(params or {}).values()]
            raise _refusal(answer, private)
        return Response(answer.status_code, answer.text, answer.headers)

    def rebased(self, uri: str) -> str:
        """The same path and query at our own address, where one is set."""
        if not self.base_url:
            return uri
        parts = urlsplit(uri)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.base_url}{parts.path}{query}"


@contextmanager
def only_carrier_errors():
    """Whatever the SDK makes of a 2xx that is not what it expects: outcome unknown."""
    try:
        yield
    except CarrierError:
        raise
    except Exception:
        raise OutcomeUnknown("", "Twilio's answer could not be read.") from None


def _refusal(answer: requests.Response, private: list) -> CarrierError:
    """The error in an answer: https://www.twilio.com/docs/usage/twilios-response"""
    said = json_answer(answer)
    code = str(said.get("code") or "")
    text = said.get("message") or said.get("detail") or said.get("title")
    text = text or f"Twilio answered with HTTP status {answer.status_code}."
    return refusal(answer, code, str(text), CODES.get(code), private)
