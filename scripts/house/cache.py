"""The cache folder: outside the checkout, shared by every run and every clone."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .say import Refusal, progress

GIGABYTE = 1024**3


def folder(*names: str) -> Path:
    """Return a folder of the cache, made if need be."""
    path = root().joinpath(*names)
    path.mkdir(parents=True, exist_ok=True)
    return path


def root() -> Path:
    """Return the cache folder itself, which may not exist yet."""
    if own := os.environ.get("SMS_INBOX_CACHE"):
        return Path(own).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "sms-inbox"


@contextlib.contextmanager
def lock(name: str) -> Iterator[None]:
    """Let one run at a time do what ``name`` stands for."""
    with open(folder("locks") / name, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"Waiting for another run that prepares the {name} ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def claim(name: str, refusal: str) -> Iterator[None]:
    """Hold ``name`` as long as the block lasts; refuse if another run holds it."""
    with open(folder("locks") / name, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(refusal) from None
        yield


def prepare(name: str, target: Path, build, *, gigabytes: float = 1) -> Path:
    """Have ``build(folder)`` fill ``target`` once, whole or not at all.

    The work is done where it will stay, because virtual environments cannot be
    moved; the stamp, written last, tells a finished folder from an interrupted one.
    """
    stamp = target / ".done"
    if stamp.exists():
        return target
    with lock(name):
        if not stamp.exists():
            check_space(gigabytes)
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            build(target)
            stamp.touch()
    return target


def check_space(gigabytes: float) -> None:
    """Refuse before a long download when the disk cannot hold what it becomes."""
    free = shutil.disk_usage(folder()).free / GIGABYTE
    if free < gigabytes:
        raise Refusal(
            f"About {gigabytes} GB are needed in {root()}, but only {free:.1f} GB are "
            "free: free some space, or set SMS_INBOX_CACHE to a larger disk."
        )


def content_hash(*tops: Path) -> str:
    """Return a hash of all files under the ``tops``, compiled Python left out."""
    digest = hashlib.sha256()
    found = [(top, path) for top in tops for path in sorted(top.rglob("*"))]
    for top, path in found:
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(top)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
