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
