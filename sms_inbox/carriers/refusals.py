"""What a carrier's HTTP answer means that is no success."""

from __future__ import annotations

import json

import requests

from . import wire
from .errors import CarrierError, Meaning, error
from .private import without_private

_MEANING_OF_STATUS = {
    401: Meaning.ACCOUNT,
    403: Meaning.ACCOUNT,
    429: Meaning.SLOW,
    503: Meaning.RETRY,
}


def refusal(
    answer: requests.Response, code: str, text: str, meaning: Meaning | None, sent: list
) -> CarrierError:
    """The error in an answer.

    :param code: the carrier's own; ``text`` is its sentence, which may quote ``sent``
    :param meaning: what the code means, where that is known
    """
    status = answer.status_code
    pause = wire.pause(answer) if status in (429, 503) else None
    # A 5xx may come from anything between us and the carrier, after it took the text.
    # Only a 503 that names a time is somebody's decision not to.
    if not 400 <= status < 500 and pause is None or status == 408:
        meaning = Meaning.UNKNOWN_SENT
    meaning = meaning or _MEANING_OF_STATUS.get(status, Meaning.PERMANENT)
    return error(meaning, code, without_private(text, sent), pause)


def json_answer(answer: requests.Response) -> dict:
    """The JSON object in an answer; empty where there is none."""
    try:
        said = json.loads(answer.text)
    except (ValueError, RecursionError):
        return {}  # a proxy's page, or nothing
    return said if isinstance(said, dict) else {}
