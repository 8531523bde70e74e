"""Keeps numbers, texts and webhook tokens out of the log, whoever writes the line.

Odoo's own loggers quote what they handle: the web server the address of each request,
the database layer the values of a query that failed, an error its details. A filter on
those loggers takes out what is private before a handler sees it.
"""

import logging
import re

LOGGERS = (
    "werkzeug",
    "odoo.sql_db",
    "odoo.http",
    "odoo.addons.base.models.ir_cron",
    "twilio.http_client",
    "urllib3.connectionpool",
)

# of an address of ours: whose it is, and what it is for
_ADDRESS = re.compile(
    r"(/sms_inbox/[^/\s?\"']*/)[^/\s?\"']+"
    r"(/inbound(?![^\s?\"'])|/status/[0-9a-f]{32}(?![^\s?\"']))?[^\s\"']*"
)
_NUMBER = re.compile(r"(?:\+|%2B|(?<=From=)|(?<=To=))\d(?:(?:[ -]|%20)?\d){6,14}")
_OURS = re.compile(r"\bsms_inbox_\w+|sms\.inbox\.")
_LITERAL = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_DETAIL = re.compile(r"(?m)^(DETAIL:\s+).*$")


def mask(line):
    """The same line of a log without what is private in it."""
    line = _NUMBER.sub(_last_four, _ADDRESS.sub(r"\1…\2", line))
    if _OURS.search(line):
        # a statement on our tables, or the database's words about one
        line = _DETAIL.sub(r"\1…", _LITERAL.sub("'…'", line))
    return line


def _last_four(number):
    digits = re.sub(r"%2B|%20|\D", "", number.group())
    return f"+…{digits[-4:]}"


class MaskFilter(logging.Filter):
    """Masks each record's message, and its traceback's last words."""

    def filter(self, record):
        message = record.getMessage()
        masked = mask(message)
        if masked != message:
            record.msg, record.args = masked, ()
        if record.exc_info and not record.exc_text:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = mask(text)
        return True


def install():
    """Put the filter on the loggers that would quote something, once."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, MaskFilter) for known in logger.filters):
            logger.addFilter(MaskFilter())
