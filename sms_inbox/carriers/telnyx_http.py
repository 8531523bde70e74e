"""HTTP to Telnyx: JSON there and back, and errors in the contract's words.

https://developers.telnyx.com/development/api-fundamentals/api-errors
"""

from __future__ import annotations

import json
import os
from functools import lru_cache

import requests
from requests.auth import AuthBase

from . import wire
from .errors import (
    AccountUnusable,
    CarrierError,
    Meaning,
    OutcomeUnknown,
    TextRefused,
)
from .refusals import json_answer, refusal
from .telnyx_codes import CODES

API = "https://api.telnyx.com"
_MEANING_OF_STATUS = {
    402: Meaning.ACCOUNT,
    # a request with the same idempotency key is still being answered
    409: Meaning.UNKNOWN_SENT,
}
# What is wrong depends on which number the code is about.
_OF_EITHER_NUMBER = ("10001", "10002")
_MEANING_OF_POINTER = {
    "/to": Meaning.BAD_NUMBER,
    "/from": Meaning.CONFIG_SENDER,
}


@lru_cache(maxsize=1)
def session():
    """The one session; all accounts and threads share its open connections."""
    return wire.session()


# Two processes must never read the answers of one socket.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=session.cache_clear)


class _Bearer(AuthBase):
    """The API key; given to ``requests`` as such, or it takes that of a file."""

    def __init__(self, key: str):
        self._key = key

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Api:
    """Telnyx's API with the key of one account."""

    def __init__(self, key: str, base_url: str, timeout: tuple[float, float]):
        self.base_url = (base_url or API).rstrip("/")
        self._key = key
        self._timeout = timeout

    def call(
        self,
        method: str,
        path: str,
        values: dict | None = None,
        params: dict | None = None,
        idempotency_key: str = "",
    ) -> dict:
        """The JSON object in the answer.

        :raises CarrierError: for all but a 2xx with such an object
        """
        headers = {"Accept": "application/json"}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        if values is not None:
            headers["Content-Type"] = "application/json"
        request = requests.Request(
            method,
            f"{self.base_url}/v2/{path}",
            headers,
            data=_body(values),
            params=params,
            auth=_Bearer(self._checked_key()),
        )
        answer = wire.exchange(session(), request, self._timeout)
        if not 200 <= answer.status_code < 300:
            raise _refusal(answer, [*(values or {}).values(), *(params or {}).values()])
        said = json_answer(answer)
        if "data" not in said:
            raise OutcomeUnknown("", "Telnyx's answer could not be read.")
        return said

    def _checked_key(self) -> str:
        if not (self._key and self._key.isascii() and self._key.isprintable()):
            raise AccountUnusable("", "The account's API key is not set.")
        return self._key


def _body(values: dict | None) -> bytes | None:
    """The same bytes for the same values: Telnyx compares those of a repeat."""
    if values is None:
        return None
    try:
        return json.dumps(values, ensure_ascii=False, sort_keys=True).encode()
    except UnicodeEncodeError:
        raise TextRefused(
            "", "The text holds characters that cannot be sent.", Meaning.BUG
        ) from None


def _refusal(answer: requests.Response, private: list) -> CarrierError:
    said = _first_error(json_answer(answer))
    code = str(said.get("code") or "")
    text = said.get("title") or (
        f"Telnyx answered with HTTP status {answer.status_code}."
    )
    meaning = _meaning(answer.status_code, code, _pointer(said))
    return refusal(answer, code, str(text), meaning, private)


def _meaning(status: int, code: str, pointer: str) -> Meaning | None:
    if code in _OF_EITHER_NUMBER and pointer in _MEANING_OF_POINTER:
        return _MEANING_OF_POINTER[pointer]
    return CODES.get(code, _MEANING_OF_STATUS.get(status))


def _first_error(said: dict) -> dict:
    errors = said.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return first if isinstance(first, dict) else {}


def _pointer(said: dict) -> str:
    source = said.get("source")
    return str(source.get("pointer") or "") if isinstance(source, dict) else ""
