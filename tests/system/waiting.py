"""Waiting for what another process does."""

import time

PATIENCE = 120  # seconds that anything is waited for


def until(condition, patience=PATIENCE, pause=0.05):
    """Wait until something is so; gives what it was."""
    deadline = time.monotonic() + patience
    while not (answer := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(pause)
    return answer


def first_line(path):
    """What stands first in a file that comes and goes; "" while there is none."""
    try:
        return path.read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return ""
