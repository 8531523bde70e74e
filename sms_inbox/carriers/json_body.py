"""The JSON that carriers post, made fit to be stored."""

from __future__ import annotations

import json

from .errors import MalformedRequest
from .values import WebhookRequest


def json_object(request: WebhookRequest) -> dict:
    """The JSON object in a request's body.

    PostgreSQL takes neither NUL nor half a character, so neither do we.

    :raises MalformedRequest: when there is none
    """
    try:
        said = storable(json.loads(request.body))
    except (ValueError, RecursionError):
        raise MalformedRequest("The body is no JSON.") from None
    if not isinstance(said, dict):
        raise MalformedRequest("The body is no JSON object.")
    return said


def storable(value: object) -> object:
    """A JSON value with every string in it as a database can hold it."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return value
