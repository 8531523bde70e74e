"""What a server spent: CPU by the kernel's books, statements by Odoo's own log."""

import contextlib
import os
import re
from pathlib import Path

from house.guard import descendants

TICK = os.sysconf("SC_CLK_TCK")
# "POST /path HTTP/1.1" 200 - 4 0.002 0.003: after the size come the statements
_LINE = re.compile(r'"POST (\S+) HTTP/1\.[01]" (\d{3}) \S+ (\d+) ')
_STYLE = re.compile(r"\x1b\[[\d;]*m")


def odoo_cpu(port: int) -> float:
    """Return the CPU seconds of the Odoo at this port, its workers included."""
    return sum(_cpu(pid) for pid in _ours() if _is_odoo(pid, port))


def postgres_cpu() -> float:
    """Return those of the database server, if it is one of ours."""
    return sum(_cpu(pid) for pid in _ours() if _read(pid, "comm") == "postgres\n")


def statements(log: Path, path: re.Pattern) -> list[int]:
    """Return how many statements each request to a path took."""
    counts = []
    with log.open(errors="replace") as lines:
        for line in lines:
            found = _LINE.search(_STYLE.sub("", line))
            if found and path.fullmatch(found[1]) and found[2][0] == "2":
                counts.append(int(found[3]))
    return counts


def _ours():
    return descendants(os.getpid())


def _is_odoo(pid, port):
    return f"--http-port={port}" in _read(pid, "cmdline").split("\0")


def _cpu(pid):
    """Seconds of a process, and of those it started that have ended."""
    # "pid (name, which may hold blanks and brackets) state parent ..."
    words = _read(pid, "stat").rpartition(")")[2].split()
    return sum(map(int, words[11:15])) / TICK


def _read(pid, name):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/{name}") as file:
        return file.read()
    return ""
