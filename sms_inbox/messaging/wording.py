"""What a text's words must look like before they are stored."""

import re

_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(body: str) -> str:
    """The same text without what no database and no phone can hold.

    Takes out NUL, and halves of character pairs that a broken client cut apart; makes
    every line end one line feed, so that it counts as one character everywhere.
    """
    body = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return _SURROGATES.sub("�", body)
