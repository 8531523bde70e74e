"""What the scripts say: progress lines, and failures in one sentence."""

import errno
import os
import signal
import sys
from pathlib import Path

from .psql import DatabaseError


class Refusal(Exception):
    """Something the user can put right: one sentence that says how."""


def progress(text: str) -> None:
    """Print one line of progress; results go to stdout, progress does not."""
    print(text, file=sys.stderr, flush=True)


def run(main) -> None:
    """Run a script's ``main(arguments)`` and end with its exit status."""
    # Set anew, because a shell's background jobs start with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _leave)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup wants it
        signal.signal(signal.SIGHUP, _leave)
    try:
        status = main(sys.argv[1:])
    except Refusal as refusal:
        status = _fail(str(refusal))
    except KeyboardInterrupt:
        status = 128 + signal.SIGINT
    except DatabaseError as error:
        answer = str(error).splitlines()[:1] or ["nothing"]
        status = _fail(f"PostgreSQL refused what it had to do: {answer[0]}")
    except BrokenPipeError:
        status = _silence()
    except OSError as error:
        status = _fail(_sentence(error))
    sys.exit(status or 0)


def _leave(number, _frame) -> None:
    # An exception, so that every ``finally`` on the way out does its work.
    raise SystemExit(128 + number)


def _fail(sentence: str) -> int:
    print(f"{Path(sys.argv[0]).name}: {sentence}", file=sys.stderr, flush=True)
    return 1


def _silence() -> int:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _sentence(error: OSError) -> str:
    where = error.filename or "the cache folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk is full while writing {where}: free some space, or set "
            "SMS_INBOX_CACHE to a folder on a larger disk."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"No permission for {where}: put that right, or set SMS_INBOX_CACHE "
            "to a folder that you can write."
        )
    raise error
