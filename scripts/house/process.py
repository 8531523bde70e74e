"""Child processes that end when we do, however we end."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")


class Child:
    """A running command under a guard of its own (see guard.py)."""

    def __init__(self, command: list[str], *, grace: float = 8, **options):
        reader, self._pipe = os.pipe()
        guard = [sys.executable, "-S", str(GUARD), str(reader), str(grace)]
        try:
            self._guard = subprocess.Popen(
                guard + [str(part) for part in command], pass_fds=[reader], **options
            )
        finally:
            os.close(reader)

    @property
    def output(self):
        """Return the command's output, if it goes to a pipe."""
        return self._guard.stdout

    def poll(self) -> int | None:
        """Return the exit status, or None while the command runs."""
        return self._guard.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit status."""
        return self._guard.wait(timeout)

    def stop(self) -> int:
        """End the command and everything it started."""
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            os.close(pipe)
        return self._guard.wait()

    def communicate(self) -> tuple[str, str]:
        """Wait for the end and return what was printed to the two pipes."""
        return self._guard.communicate()

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_exception) -> None:
        self.stop()


def background(command: list[str], **options) -> Child:
    """Start a command that the terminal's Ctrl-C does not reach: we stop it."""
    return Child(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)


def run(command: list[str], *, timeout: float | None = None, **options) -> int:
    """Run a command to its end; past ``timeout`` seconds raise TimeoutExpired."""
    with background(command, **options) as child:
        return child.wait(timeout)


def capture(command: list[str], **options) -> subprocess.CompletedProcess:
    """Run a command to its end and return its status and what it printed.

    Killed with us, it cannot go on writing where the next run begins anew.
    """
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with background(command, **pipes, **options) as child:
        output, errors = child.communicate()
        return subprocess.CompletedProcess(command, child.wait(), output, errors)


def stream(
    command: list[str], show: Callable[[str], None], *, timeout: float, **options
) -> int | None:
    """Run a command, showing each line it prints; None if its time ran out."""
    child = background(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **options,
    )
    expired = threading.Event()
    timer = threading.Timer(timeout, lambda: (expired.set(), child.stop()))
    timer.daemon = True
    timer.start()
    try:
        for line in child.output:
            show(line.rstrip("\n"))
        status = child.wait()
    finally:
        timer.cancel()
        child.stop()
    return None if expired.is_set() else status
