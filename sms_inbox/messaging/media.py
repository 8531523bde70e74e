"""What is attached to texts: of what type content really is, and what may be sent.

A name and a type that somebody gives prove nothing, so only the first bytes count.
What could run in a browser (HTML, SVG) and what is not known is :data:`ANY`: it is
offered as a file, and never shown.
"""

from __future__ import annotations

import re

ANY = "application/octet-stream"
MOST_PICTURE = 600_000  # bytes; carriers refuse or shrink larger ones (Twilio 30019)

# (where, bytes, type): https://mimesniff.spec.whatwg.org, section 6
_MARKS = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBPVP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
)
_MP3_FRAMES = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
_CARD = re.compile(rb"\s*BEGIN:VCARD\s", re.IGNORECASE)
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "audio/3gpp": "3gp",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "text/vcard": "vcf",
    "text/plain": "txt",
    ANY: "bin",
}
# What phones take, whoever carries it:
# https://www.twilio.com/docs/messaging/guides/accepted-mime-types
SENDABLE = frozenset(_ENDINGS) - {ANY, "image/webp"}


def content_type(content: bytes, claimed: str = "") -> str:
    """The type of the content, one of a short list, or :data:`ANY`.

    ``claimed`` only decides between two types that begin alike, and for plain text,
    which has no mark.
    """
    for where, mark, found in _MARKS:
        if content.startswith(mark, where):
            as_sound = found == "video/3gpp" and claimed == "audio/3gpp"
            return claimed if as_sound else found
    if content.startswith(_MP3_FRAMES):
        return "audio/mpeg"
    if _CARD.match(content):
        return "text/vcard"
    is_text = claimed.split(";")[0].strip() == "text/plain" and _is_text(content)
    return "text/plain" if is_text else ANY


def kind(type_: str) -> str:
    """How it is shown: "picture", "audio", "video" or "file"."""
    if type_ not in _ENDINGS:
        return "file"
    return {"image": "picture", "audio": "audio", "video": "video"}.get(
        type_.split("/")[0], "file"
    )


def ending(type_: str) -> str:
    """The ending of a file's name, without the dot."""
    return _ENDINGS.get(type_, _ENDINGS[ANY])


def _is_text(content: bytes) -> bool:
    """Words, and no markup that a browser might take for a page."""
    try:
        words = content.decode()
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\0-\x08\x0e-\x1f]", words) and "<" not in words
