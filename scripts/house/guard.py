"""Run one command and leave nothing of it behind, whatever becomes of its parent.

Usage: guard.py FD GRACE COMMAND... The parent holds the other end of the pipe FD.
When that end closes, also because the parent was killed, the command is asked to
end and then killed, and so is every process it started and forgot.
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
NOT_FOUND = 127  # what a shell says when it cannot start a command
LIBC = ctypes.CDLL(None, use_errno=True)


def main() -> int:
    """Run the command; return its exit status as a shell would give it."""
    pipe, grace, command = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    # Orphans of the command become children of this process, and so stay known.
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    wake = _watch_signals()
    try:
        child = subprocess.Popen(command, preexec_fn=_die_with_guard)
    except OSError as error:
        print(error, file=sys.stderr)
        return NOT_FOUND
    status = _wait(child.pid, [wake, pipe], None)
    if status is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGTERM)
        status = _wait(child.pid, [wake], time.monotonic() + grace)
    _sweep()
    if status is None:
        return 128 + signal.SIGKILL
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _watch_signals() -> int:
    """Return a pipe that is written to when a child ends.

    Handlers that do nothing, rather than ignored signals: those would be inherited.
    A Ctrl-C reaches the command itself or its parent, never has to be passed on.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, lambda *_: None)
    return reader


def _die_with_guard() -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait(pid: int, watched: list[int], deadline: float | None) -> int | None:
    """Return the status of ``pid``; None if the parent has gone or time is up."""
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready = select.select(watched, [], [], left)[0]
        if watched[0] in ready:
            _drain(watched[0])
        status = _reap(pid)
        if status is not None:
            return status
        if watched[-1] in ready and len(watched) > 1 or left == 0.0:
            return None


def _drain(reader: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(reader, 4096):
            pass


def _reap(wanted: int) -> int | None:
    found = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            if pid == wanted:
                found = status
    return found


def _sweep() -> None:
    """Kill what is left, until nothing is."""
    while remaining := descendants(os.getpid()):
        for pid in remaining:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _reap(0)
        time.sleep(0.01)


def descendants(top: int) -> list[int]:
    """Return the children of a process, their children, and so on."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as file:
            # "pid (name, which may hold blanks and brackets) state parent ..."
            parent = int(file.read().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(name))
    found, queue = [], [top]
    while queue:
        queue.extend(children.get(queue.pop(), []))
        found = list(dict.fromkeys([*found, *queue]))
    return found


if __name__ == "__main__":
    sys.exit(main())
