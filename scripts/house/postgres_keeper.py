"""Keep one PostgreSQL server running while any script uses it, then stop it.

Usage: postgres_keeper.py LOCKS COMMAND... (the command line of ``postgres``).
Scripts hold a shared lock on LOCKS/postgres-users; the kernel gives it back however
they end. Holding it alone, the keeper knows that it may close. A server that dies
while it is in use is started again.
"""

import ctypes
import fcntl
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)
SHORTEST_LIFE = 0.5  # seconds; a server that ends sooner could not start


def main() -> int:
    """Hold the server until nobody uses it; return 1 if it will not start."""
    locks, command = Path(sys.argv[1]), sys.argv[2:]
    alive = open(locks / "postgres-keeper", "w")
    fcntl.flock(alive, fcntl.LOCK_EX)
    users = open(locks / "postgres-users", "w")
    closing = threading.Event()
    server: list[subprocess.Popen] = []

    def close_when_unused() -> None:
        fcntl.flock(users, fcntl.LOCK_EX)
        closing.set()
        while True:  # again, in case the server was just being restarted
            server[0].send_signal(signal.SIGINT)
            time.sleep(0.5)

    failures = 0
    while not closing.is_set() and failures < 50:
        began = time.monotonic()
        server[:] = [subprocess.Popen(command, preexec_fn=_die_with_keeper)]
        if threading.active_count() == 1:
            threading.Thread(target=close_when_unused, daemon=True).start()
        server[0].wait()
        failures = failures + 1 if time.monotonic() - began < SHORTEST_LIFE else 0
        time.sleep(0.1 if failures else 0)  # what is left of an earlier one may go
    return 0 if closing.is_set() else 1


def _die_with_keeper() -> None:
    # SIGINT is PostgreSQL's fast shutdown: it ends sessions and leaves clean data.
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
